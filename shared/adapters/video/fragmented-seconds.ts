import type { BoundedReader } from './bounded-reader.ts';
import { fourCc } from './bounded-reader.ts';
import type { Box } from './iso-boxes.ts';
import { boxAt, boxes, contentOf, findBox, requireBox } from './iso-boxes.ts';

type Track = { id: number; timescale: number; sampleDuration: number };
type Span = { start: number; end: number };

/** How far before the end a file without an index is searched for its last fragment. */
const tailBytes = 2 * 1024 * 1024;

const moof = 0x6d6f_6f66;
const mfhd = 0x6d66_6864;

/** When a fragment begins, in the track's units: eight bytes since version 1, else four. */
const startIn = async (reader: BoundedReader, box: Box): Promise<number> => {
  const isLong = (await contentOf(reader, box, 4)).getUint8(0) === 1;
  const view = await contentOf(reader, box, isLong ? 12 : 8);
  return isLong ? Number(view.getBigUint64(4)) : view.getUint32(4);
};

const defaultDuration = async (reader: BoundedReader, movie: Box, id: number): Promise<number> => {
  const defaults = await requireBox(reader, movie, 'mvex');
  for await (const box of boxes(reader, defaults.content, defaults.end)) {
    if (box.type !== 'trex') continue;
    const view = await contentOf(reader, box, 16);
    if (view.getUint32(4) === id) return view.getUint32(12);
  }
  return 0;
};

const readTrack = async (reader: BoundedReader, movie: Box, box: Box): Promise<Track> => {
  const tkhd = await contentOf(reader, await requireBox(reader, box, 'tkhd'), 24);
  const mdhd = await contentOf(reader, await requireBox(reader, box, 'mdia', 'mdhd'), 24);
  const id = tkhd.getUint32(tkhd.getUint8(0) === 1 ? 20 : 12);
  const timescale = mdhd.getUint32(mdhd.getUint8(0) === 1 ? 20 : 12);
  return { id, timescale, sampleDuration: await defaultDuration(reader, movie, id) };
};

/** How long a run's samples last together: each by its own duration, or all by the same. */
const runDuration = async (reader: BoundedReader, run: Box, sampleDuration: number): Promise<number> => {
  const head = await contentOf(reader, run, 8);
  const flags = head.getUint32(0);
  const count = head.getUint32(4);
  if ((flags & 0x100) === 0) return count * sampleDuration;
  const first = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
  const width = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  const view = await contentOf(reader, run, first + count * width);
  let duration = 0;
  for (let at = first; at < view.byteLength; at += width) duration += view.getUint32(at);
  return duration;
};

/** From when to when a fragment shows a track; undefined if the track isn't in it, or not with its time. */
const spanOf = async (reader: BoundedReader, fragment: Box, track: Track): Promise<Span | undefined> => {
  for await (const box of boxes(reader, fragment.content, fragment.end)) {
    if (box.type !== 'traf') continue;
    const header = await requireBox(reader, box, 'tfhd');
    const head = await contentOf(reader, header, 8);
    const time = await findBox(reader, box, 'tfdt');
    if (head.getUint32(4) !== track.id || !time) continue;
    const start = await startIn(reader, time);
    const flags = head.getUint32(0);
    const at = 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
    const own = flags & 0x8 ? (await contentOf(reader, header, at + 4)).getUint32(at) : track.sampleDuration;
    let end = start;
    for await (const run of boxes(reader, box.content, box.end))
      if (run.type === 'trun') end += await runDuration(reader, run, own);
    return { start, end };
  }
  return undefined;
};

const firstSpan = async (reader: BoundedReader, movie: Box, track: Track): Promise<Span | undefined> => {
  for await (const box of boxes(reader, movie.end, reader.size)) {
    if (box.type !== 'moof') continue;
    const span = await spanOf(reader, box, track);
    if (span) return span;
  }
  return undefined;
};

/** The last fragment by the index (`mfra`) that a finished file ends with. */
const lastByIndex = async (reader: BoundedReader, track: Track): Promise<Span | undefined> => {
  const end = await reader.view(reader.size - 16, 16);
  if (fourCc(end, 4) !== 'mfro') return undefined;
  const index = await boxAt(reader, reader.size - end.getUint32(12), reader.size);
  for await (const box of boxes(reader, index.content, index.end)) {
    if (box.type !== 'tfra') continue;
    const head = await contentOf(reader, box, 16);
    const count = head.getUint32(12);
    if (head.getUint32(4) !== track.id || count === 0) continue;
    const offsetBytes = head.getUint8(0) === 1 ? 8 : 4;
    const lengths = head.getUint8(11);
    const width = 2 * offsetBytes + 3 + (lengths & 3) + ((lengths >> 2) & 3) + ((lengths >> 4) & 3);
    const last = await reader.view(box.content + 16 + (count - 1) * width, width);
    const offset = offsetBytes === 8 ? Number(last.getBigUint64(8)) : last.getUint32(4);
    return await spanOf(reader, await boxAt(reader, offset, reader.size), track);
  }
  return undefined;
};

/** The last fragment of a file without an index, e.g. of a recorder that was stopped: searched from the end. */
const lastInTail = async (reader: BoundedReader, track: Track): Promise<Span | undefined> => {
  const start = Math.max(0, reader.size - tailBytes);
  const tail = await reader.view(start, reader.size - start);
  for (let at = tail.byteLength - 16; at >= 0; at -= 1) {
    if (tail.getUint32(at + 4) !== moof || tail.getUint32(at + 12) !== mfhd) continue;
    // The recorder may have been stopped in the middle of this one.
    if (start + at + tail.getUint32(at) > reader.size) continue;
    const span = await spanOf(reader, await boxAt(reader, start + at, reader.size), track);
    if (span) return span;
  }
  return undefined;
};

/**
 * How long a fragmented movie shows its picture, by the times in its first and its last fragment: its header doesn't know. 0 for
 * unknown. `inHeader` are the seconds that the header itself holds; fragments go on from there.
 */
export const fragmentedSeconds = async (
  reader: BoundedReader,
  { movie, picture, inHeader }: { movie: Box; picture: Box; inHeader: number },
): Promise<number> => {
  const track = await readTrack(reader, movie, picture);
  const last = (await lastByIndex(reader, track)) ?? (await lastInTail(reader, track));
  if (!last) return 0;
  const start = inHeader > 0 ? 0 : ((await firstSpan(reader, movie, track))?.start ?? 0);
  return (last.end - start) / track.timescale;
};
