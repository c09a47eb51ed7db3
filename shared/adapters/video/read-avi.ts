import type { Video } from '../../ports/video-source.ts';
import type { BoundedReader } from './bounded-reader.ts';
import { broken, fourCc, Unreadable } from './bounded-reader.ts';

/** A chunk or list; a list's own name stands at the start of its content. */
type Chunk = { name: string; content: number; end: number };

const headerBytes = 8;
const listHeaderBytes = 12;

async function* chunks(reader: BoundedReader, start: number, end: number): AsyncGenerator<Chunk> {
  for (let at = start; at + headerBytes <= end;) {
    const head = await reader.view(at, Math.min(listHeaderBytes, end - at));
    const size = head.getUint32(4, true);
    const content = at + headerBytes;
    if (content + size > end) throw broken(`the chunk at ${at} of ${size} bytes does not fit before ${end}`);
    const isList = fourCc(head, 0) === 'LIST' && head.byteLength === listHeaderBytes && size >= 4;
    yield isList
      ? { name: fourCc(head, 8), content: content + 4, end: content + size }
      : { name: fourCc(head, 0), content, end: content + size };
    at = content + size + (size % 2);
  }
}

const findChunk = async (reader: BoundedReader, { content, end }: Chunk, name: string) => {
  for await (const chunk of chunks(reader, content, end)) if (chunk.name === name) return chunk;
  return undefined;
};

/** The little-endian number at `at` of a chunk. */
const numberIn = async (reader: BoundedReader, chunk: Chunk, at: number): Promise<number> => {
  if (chunk.content + at + 4 > chunk.end) throw broken(`the chunk at ${chunk.content} is too short`);
  return (await reader.view(chunk.content + at, 4)).getUint32(0, true);
};

type Picture = { secondsPerFrame: number; frames: number };

/** A stream's frames and their length, if it is one of pictures. */
const readPicture = async (reader: BoundedReader, stream: Chunk): Promise<Picture | undefined> => {
  const header = await findChunk(reader, stream, 'strh');
  if (!header || fourCc(await reader.view(header.content, 4), 0) !== 'vids') return undefined;
  const [scale, rate] = [await numberIn(reader, header, 20), await numberIn(reader, header, 24)];
  return { secondsPerFrame: scale / rate, frames: await numberIn(reader, header, 32) };
};

/** AVI with its OpenDML extension: above 1 GiB the old headers may count the frames of the first part alone. No browser plays it. */
export const readAvi = async (reader: BoundedReader): Promise<Video> => {
  const riffBytes = (await reader.view(4, 4)).getUint32(0, true);
  const riff = { name: 'AVI ', content: listHeaderBytes, end: headerBytes + riffBytes };
  if (riff.end > reader.size) throw broken(`cut off before byte ${riff.end}`);
  const headers = await findChunk(reader, riff, 'hdrl');
  if (!headers) throw broken('no headers (hdrl)');
  let picture: Picture | undefined;
  let totalFrames = 0;
  for await (const chunk of chunks(reader, headers.content, headers.end)) {
    if (chunk.name === 'strl') picture ??= await readPicture(reader, chunk);
    const extended = chunk.name === 'odml' ? await findChunk(reader, chunk, 'dmlh') : undefined;
    if (extended) totalFrames = await numberIn(reader, extended, 0);
  }
  if (!picture) throw new Unreadable('not-a-video', 'no picture stream');
  const frames = Math.max(picture.frames, totalFrames);
  return { container: 'avi', durationSeconds: frames * picture.secondsPerFrame, playsInBrowser: false };
};
