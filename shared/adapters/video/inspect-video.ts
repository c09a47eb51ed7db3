import type { InspectVideo, Video } from '../../ports/video-source.ts';
import type { BoundedReader } from './bounded-reader.ts';
import { boundedReader, fourCc, Unreadable } from './bounded-reader.ts';
import { readAvi } from './read-avi.ts';
import { readFlv } from './read-flv.ts';
import { readMatroska } from './read-matroska.ts';
import { readMp4 } from './read-mp4.ts';

/** A container is told by what the file begins with, never by its name. */
const signatureBytes = 12;

const readContainer = async (reader: BoundedReader): Promise<Video> => {
  if (reader.size < signatureBytes) throw new Unreadable('not-a-video', `${reader.size} bytes`);
  const head = await reader.view(0, signatureBytes);
  const begin = fourCc(head, 0);
  if (fourCc(head, 4) === 'ftyp') return await readMp4(reader);
  if (begin === 'FLV\u0001') return await readFlv(reader);
  if (begin === 'RIFF' && fourCc(head, 8) === 'AVI ') return await readAvi(reader);
  if (begin === '\u001aE\u00df\u00a3') return await readMatroska(reader);
  throw new Unreadable('not-a-video', 'begins like no known video');
};

/**
 * Whether an object really is a video, how long, and whether browsers play it, from range reads alone: at most `maxReads` of together
 * `maxBytes`, whatever the object's size. Never throws for what the object contains; a read that fails is thrown on.
 */
export const inspectVideo: InspectVideo = async (source) => {
  try {
    const video = await readContainer(boundedReader(source));
    if (video.durationSeconds > 0 && video.durationSeconds < Infinity) return video;
    return { problem: 'no-duration', detail: `${video.container} without a length` };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.problem, detail: error.message };
    throw error;
  }
};
