import type { BoundedReader } from './bounded-reader.ts';
import { broken, fourCc } from './bounded-reader.ts';

/** A box of ISO/IEC 14496-12: from `start` to `end`, its content after the header. */
export type Box = { type: string; start: number; content: number; end: number };

const headerBytes = 8;
const longHeaderBytes = 16;

/** The box at `start`; it has to fit into what holds it, which ends at `end`. */
export const boxAt = async (reader: BoundedReader, start: number, end: number): Promise<Box> => {
  if (end - start < headerBytes) throw broken(`no box at ${start}`);
  const head = await reader.view(start, Math.min(longHeaderBytes, end - start));
  const type = fourCc(head, 4);
  const size = head.getUint32(0);
  const isLong = size === 1 && head.byteLength === longHeaderBytes;
  const header = isLong ? longHeaderBytes : headerBytes;
  // A size of 0 means: to the end.
  const length = isLong ? Number(head.getBigUint64(8)) : size || end - start;
  if (length < header || start + length > end)
    throw broken(`the box at ${start} of ${length} bytes does not fit before ${end}`);
  return { type, start, content: start + header, end: start + length };
};

/** The boxes from `start` to `end`, one after the other. */
export async function* boxes(reader: BoundedReader, start: number, end: number): AsyncGenerator<Box> {
  for (let at = start; at + headerBytes <= end;) {
    const box = await boxAt(reader, at, end);
    yield box;
    at = box.end;
  }
}

/** The first box of a type inside another one. */
export const findBox = async (reader: BoundedReader, parent: Box, type: string): Promise<Box | undefined> => {
  for await (const box of boxes(reader, parent.content, parent.end)) if (box.type === type) return box;
  return undefined;
};

/** The box that a path of types leads to; every one of them has to be there. */
export const requireBox = async (
  reader: BoundedReader,
  parent: Box,
  ...path: readonly string[]
): Promise<Box> => {
  let box = parent;
  for (const type of path) {
    const found = await findBox(reader, box, type);
    if (!found) throw broken(`no ${type} in the box at ${box.start}`);
    box = found;
  }
  return box;
};

/** The first bytes of a box's content. */
export const contentOf = async (reader: BoundedReader, box: Box, length: number): Promise<DataView> => {
  if (box.content + length > box.end) throw broken(`the box at ${box.start} is too short`);
  return await reader.view(box.content, length);
};
