import type { Video } from '../../ports/video-source.ts';
import type { BoundedReader } from './bounded-reader.ts';
import { broken, Unreadable } from './bounded-reader.ts';

/** A tag: sound (8), picture (9) or script data (18); `size` without its header, `time` in milliseconds. */
type Tag = { kind: number; size: number; time: number };

const sound = 8;
const picture = 9;
const script = 18;
const tagHeaderBytes = 11;
/** Every tag is followed by its size, its header included. */
const sizeBytes = 4;

/** Tags looked through for the first picture; recorders write its description first of all. */
const maxFirstTags = 64;
/** How far before the end the last whole tag is searched, for a recorder that was stopped in the middle of one. */
const tailBytes = 1024 * 1024;

const tagAt = (view: DataView): Tag | undefined => {
  const kind = view.getUint8(0) & 0x1f;
  const stream = view.getUint32(7) & 0xff_ffff;
  if (stream !== 0 || ![sound, picture, script].includes(kind)) return undefined;
  const size = view.getUint32(0) & 0xff_ffff;
  // The time's highest byte stands behind its three others.
  const time = view.getUint8(7) * 0x100_0000 + (view.getUint32(4) >>> 8);
  return { kind, size, time };
};

/** The time at which picture or sound begins; a picture has to be among the first tags. */
const firstTime = async (reader: BoundedReader): Promise<number> => {
  let at = (await reader.view(5, 4)).getUint32(0) + sizeBytes;
  let start: number | undefined;
  for (let seen = 0; seen < maxFirstTags && at + tagHeaderBytes <= reader.size; seen += 1) {
    const tag = tagAt(await reader.view(at, tagHeaderBytes));
    if (!tag) throw broken(`no tag at ${at}`);
    if (tag.kind !== script) start ??= tag.time;
    if (tag.kind === picture) return start ?? tag.time;
    at += tagHeaderBytes + tag.size + sizeBytes;
  }
  throw new Unreadable('not-a-video', 'no picture among the first tags');
};

/** The time of the last whole tag of picture or sound. What the script data say is not asked: a stopped recorder leaves it at 0. */
const lastTime = async (reader: BoundedReader): Promise<number> => {
  const start = Math.max(0, reader.size - tailBytes);
  const tail = await reader.view(start, reader.size - start);
  const end = tail.byteLength - sizeBytes;
  for (let at = end; at >= 0; at -= 1) {
    const size = tail.getUint32(at);
    const tagStart = at - size;
    const isWhole = size >= tagHeaderBytes && start + tagStart >= 0;
    // Only a file's very last tag is looked up outside of what was read.
    if (!isWhole || (tagStart < 0 && at !== end)) continue;
    const tag = tagAt(await reader.view(start + tagStart, tagHeaderBytes));
    if (tag && tag.kind !== script && tag.size + tagHeaderBytes === size) return tag.time;
  }
  throw broken('no whole tag near the end');
};

/** FLV (Adobe's Video File Format Specification 10.1, annex E): the length is where its tags end. No browser plays it. */
export const readFlv = async (reader: BoundedReader): Promise<Video> => {
  const start = await firstTime(reader);
  const durationSeconds = ((await lastTime(reader)) - start) / 1000;
  return { container: 'flv', durationSeconds, playsInBrowser: false };
};
