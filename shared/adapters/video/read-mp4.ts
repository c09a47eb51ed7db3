import type { Video } from '../../ports/video-source.ts';
import type { BoundedReader } from './bounded-reader.ts';
import { broken, fourCc, Unreadable } from './bounded-reader.ts';
import type { Box } from './iso-boxes.ts';
import { boxAt, boxes, contentOf, findBox, requireBox } from './iso-boxes.ts';
import { fragmentedSeconds } from './fragmented-seconds.ts';

type Track = { box: Box; kind: string; playsInBrowser: boolean };

/** Besides H.264, whose profile counts too. */
const browserVideo = new Set(['av01', 'vp09']);
const browserAudio = new Set(['mp4a', 'Opus', 'fLaC', '.mp3']);
/** Constrained baseline, main, extended and high: phones decode no 4:2:2, 4:4:4 or 10 bits. */
const browserProfiles = new Set([66, 77, 88, 100]);

/** Where a picture's sample entry ends and the boxes about its codec begin. */
const visualEntryBytes = 78;

const playsVideo = async (reader: BoundedReader, entry: Box): Promise<boolean> => {
  if (entry.type !== 'avc1' && entry.type !== 'avc3') return browserVideo.has(entry.type);
  const inner = { ...entry, content: entry.content + visualEntryBytes };
  const avcC = await findBox(reader, inner, 'avcC');
  return avcC !== undefined && browserProfiles.has((await contentOf(reader, avcC, 2)).getUint8(1));
};

const readTrack = async (reader: BoundedReader, box: Box): Promise<Track> => {
  const media = await requireBox(reader, box, 'mdia');
  const kind = fourCc(await contentOf(reader, await requireBox(reader, media, 'hdlr'), 12), 8);
  if (kind !== 'vide' && kind !== 'soun') return { box, kind, playsInBrowser: true };
  const stsd = await requireBox(reader, media, 'minf', 'stbl', 'stsd');
  // A version and a count stand before the codecs; a track has one of them in all but the oddest files.
  const entry = await boxAt(reader, stsd.content + 8, stsd.end);
  const playsInBrowser = kind === 'vide' ? await playsVideo(reader, entry) : browserAudio.has(entry.type);
  return { box, kind, playsInBrowser };
};

/** The movie's header box; everything before it is passed over by its stated size, so that `moov` may stand at either end. */
const findMovie = async (reader: BoundedReader): Promise<Box> => {
  let movie: Box | undefined;
  let media = false;
  let image = false;
  // A movie that stands before its media is read only when the media are there to their end.
  for await (const { type, ...rest } of boxes(reader, 0, reader.size)) {
    if (type === 'moov') movie = { type, ...rest };
    media ||= type === 'mdat' || type === 'moof';
    image ||= type === 'meta';
    if (movie && media) return movie;
  }
  if (movie) throw broken('no media (mdat)');
  if (image) throw new Unreadable('not-a-video', 'an image file (HEIF)');
  throw broken('no movie header (moov): the recording was not finished');
};

/** What every player shows as the length, the longest track's; 0 for unknown. */
const movieSeconds = async (reader: BoundedReader, movie: Box): Promise<number> => {
  const header = await requireBox(reader, movie, 'mvhd');
  const isLong = (await contentOf(reader, header, 4)).getUint8(0) === 1;
  const view = await contentOf(reader, header, isLong ? 32 : 20);
  const timescale = view.getUint32(isLong ? 20 : 12);
  const duration = isLong ? view.getBigUint64(24) : view.getUint32(16);
  // All bits set means that the writer didn't know.
  const unknown = isLong ? duration === 0xffff_ffff_ffff_ffffn : duration === 0xffff_ffff;
  return unknown ? 0 : Number(duration) / timescale;
};

/** MP4 and QuickTime (ISO/IEC 14496-12), plain or in fragments. */
export const readMp4 = async (reader: BoundedReader): Promise<Video> => {
  const container = fourCc(await reader.view(8, 4), 0) === 'qt  ' ? 'mov' : 'mp4';
  const movie = await findMovie(reader);
  const tracks: Track[] = [];
  for await (const box of boxes(reader, movie.content, movie.end))
    if (box.type === 'trak') tracks.push(await readTrack(reader, box));
  const picture = tracks.find(({ kind }) => kind === 'vide');
  if (!picture) throw new Unreadable('not-a-video', 'no picture track');
  const inHeader = await movieSeconds(reader, movie);
  const fragments = await findBox(reader, movie, 'mvex');
  const durationSeconds = fragments
    ? Math.max(inHeader, await fragmentedSeconds(reader, { movie, picture: picture.box, inHeader }))
    : inHeader;
  return {
    container,
    durationSeconds,
    playsInBrowser: container === 'mp4' && tracks.every((track) => track.playsInBrowser),
  };
};
