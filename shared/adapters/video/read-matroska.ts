import type { Video } from '../../ports/video-source.ts';
import type { BoundedReader } from './bounded-reader.ts';
import { broken, Unreadable } from './bounded-reader.ts';

/** An element of EBML (RFC 8794). */
type Element = { id: number; content: number; end: number };

const ids = {
  header: 0x1a45_dfa3,
  docType: 0x4282,
  segment: 0x1853_8067,
  info: 0x1549_a966,
  timestampScale: 0x2a_d7b1,
  duration: 0x4489,
  tracks: 0x1654_ae6b,
  trackEntry: 0xae,
  trackType: 0x83,
  codecId: 0x86,
  cluster: 0x1f43_b675,
} as const;

const longestHeader = 12;
/** Nanoseconds of a timestamp's unit where a file doesn't say. */
const defaultScale = 1_000_000;
const pictureTrack = 1;
const soundTrack = 2;
const browserCodecs = new Set(['V_VP8', 'V_VP9', 'V_AV1', 'A_VORBIS', 'A_OPUS']);

/** How many bytes a number of variable length has, by its first byte. */
const widthOf = (first: number): number => Math.clz32(first) - 23;

const elementAt = async (reader: BoundedReader, start: number, end: number): Promise<Element> => {
  const head = await reader.view(start, Math.min(longestHeader, end - start));
  const idWidth = widthOf(head.getUint8(0));
  if (idWidth > 4 || idWidth >= head.byteLength) throw broken(`no element at ${start}`);
  let id = 0;
  for (let at = 0; at < idWidth; at += 1) id = id * 0x100 + head.getUint8(at);
  const sizeWidth = widthOf(head.getUint8(idWidth));
  const content = start + idWidth + sizeWidth;
  if (sizeWidth > 8 || content > start + head.byteLength) throw broken(`no size at ${start}`);
  let size = head.getUint8(idWidth) & (0xff >> sizeWidth);
  let unknown = size === 0xff >> sizeWidth;
  for (let at = idWidth + 1; at < idWidth + sizeWidth; at += 1) {
    size = size * 0x100 + head.getUint8(at);
    unknown &&= head.getUint8(at) === 0xff;
  }
  // A size of all ones is unknown: a stream's element goes on to the end.
  if (!unknown && content + size > end) throw broken(`the element at ${start} does not fit before ${end}`);
  return { id, content, end: unknown ? end : content + size };
};

async function* elements(reader: BoundedReader, start: number, end: number): AsyncGenerator<Element> {
  for (let at = start; at + 2 <= end;) {
    const element = await elementAt(reader, at, end);
    yield element;
    at = element.end;
  }
}

const findElement = async (reader: BoundedReader, { content, end }: Omit<Element, 'id'>, id: number) => {
  for await (const element of elements(reader, content, end)) if (element.id === id) return element;
  return undefined;
};

const viewOf = async (reader: BoundedReader, { content, end }: Element): Promise<DataView> =>
  await reader.view(content, Math.min(64, end - content));

const uintIn = async (reader: BoundedReader, element: Element): Promise<number> => {
  const view = await viewOf(reader, element);
  let value = 0;
  for (let at = 0; at < Math.min(8, view.byteLength); at += 1) value = value * 0x100 + view.getUint8(at);
  return value;
};

const floatIn = async (reader: BoundedReader, element: Element): Promise<number> => {
  const view = await viewOf(reader, element);
  if (view.byteLength === 8) return view.getFloat64(0);
  return view.byteLength === 4 ? view.getFloat32(0) : 0;
};

const textIn = async (reader: BoundedReader, element: Element): Promise<string> =>
  new TextDecoder('latin1').decode(await viewOf(reader, element)).replace(/\0.*$/s, '');

const secondsIn = async (reader: BoundedReader, info: Element): Promise<number> => {
  const scale = await findElement(reader, info, ids.timestampScale);
  const duration = await findElement(reader, info, ids.duration);
  if (!duration) return 0;
  return ((await floatIn(reader, duration)) * (scale ? await uintIn(reader, scale) : defaultScale)) / 1e9;
};

type Track = { type: number; codec: string };

const tracksIn = async (reader: BoundedReader, { content, end }: Element): Promise<Track[]> => {
  const tracks: Track[] = [];
  for await (const entry of elements(reader, content, end)) {
    if (entry.id !== ids.trackEntry) continue;
    const type = await findElement(reader, entry, ids.trackType);
    const codec = await findElement(reader, entry, ids.codecId);
    if (!type || !codec) throw broken('a track without type or codec');
    tracks.push({ type: await uintIn(reader, type), codec: await textIn(reader, codec) });
  }
  return tracks;
};

/** Matroska and WebM (RFC 9559): what it tells of itself stands before its first cluster. */
export const readMatroska = async (reader: BoundedReader): Promise<Video> => {
  const header = await elementAt(reader, 0, reader.size);
  const docType = await findElement(reader, header, ids.docType);
  const container = docType && (await textIn(reader, docType)) === 'webm' ? 'webm' : 'mkv';
  const segment = await findElement(reader, { content: header.end, end: reader.size }, ids.segment);
  if (!segment) throw broken('no segment');
  let info: Element | undefined;
  let tracks: Element | undefined;
  for await (const element of elements(reader, segment.content, segment.end)) {
    if (element.id === ids.info) info ??= element;
    if (element.id === ids.tracks) tracks ??= element;
    if (element.id === ids.cluster) break;
  }
  if (!tracks) throw broken('no tracks before the first cluster');
  const list = await tracksIn(reader, tracks);
  if (!list.some(({ type }) => type === pictureTrack))
    throw new Unreadable('not-a-video', 'no picture track');
  const heard = list.filter(({ type }) => type === pictureTrack || type === soundTrack);
  return {
    container,
    durationSeconds: info ? await secondsIn(reader, info) : 0,
    playsInBrowser: container === 'webm' && heard.every(({ codec }) => browserCodecs.has(codec)),
  };
};
