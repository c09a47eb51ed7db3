import type { VideoFacts, VideoSource } from '../../ports/video-source.ts';

/** Range reads one inspection may make. Files of recorders need two to six; a file that needs more was built to be expensive. */
export const maxReads = 16;

/** Bytes one inspection may read in all: a few headers and an end, whatever the file's size. */
export const maxBytes = 4 * 1024 * 1024;

/** Places one inspection may look at, read or kept, so that parts inside each other cannot cost time: recorders' files need some hundred. */
export const maxViews = 20_000;

/** The least that one read asks for: headers stand close together, and a request costs more than its bytes. */
const blockBytes = 64 * 1024;

/** Thrown by the readers of containers for what the file's content is; never for a read that failed. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly problem: Extract<VideoFacts, { problem: string }>['problem'];

  constructor(problem: Unreadable['problem'], detail: string) {
    super(detail);
    this.problem = problem;
  }
}

export const broken = (detail: string): Unreadable => new Unreadable('broken', detail);

export type BoundedReader = {
  size: number;
  /** Exactly these bytes; `Unreadable` if the file doesn't have them or has used up the bounds. */
  view(start: number, length: number): Promise<DataView>;
};

type Block = { start: number; bytes: Uint8Array };

const viewOf = ({ start, bytes }: Block, at: number, length: number): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset + at - start, length);

const holds = ({ start, bytes }: Block, at: number, length: number): boolean =>
  start <= at && at + length <= start + bytes.length;

/** Reads a source in blocks that are kept, within `maxReads` and `maxBytes`. */
export const boundedReader = (source: VideoSource): BoundedReader => {
  const blocks: Block[] = [];
  let bytesLeft = maxBytes;
  let views = 0;

  const fetchBlock = async (start: number, length: number): Promise<Block> => {
    if (blocks.length === maxReads) throw broken(`needs more than ${maxReads} reads`);
    if (length > bytesLeft) throw broken(`needs more than ${maxBytes} bytes`);
    const end = Math.min(source.size, start + Math.min(Math.max(length, blockBytes), bytesLeft));
    bytesLeft -= end - start;
    const bytes = await source.read(start, end);
    if (bytes.length !== end - start)
      throw new Error(`${bytes.length} bytes were read instead of ${end - start} at ${start}`);
    const block = { start, bytes };
    blocks.push(block);
    return block;
  };

  return {
    size: source.size,
    view: async (start, length) => {
      views += 1;
      if (views > maxViews) throw broken(`needs more than ${maxViews} views`);
      if (start < 0 || start + length > source.size) throw broken(`ends before byte ${start + length}`);
      const block = blocks.find((block) => holds(block, start, length));
      return viewOf(block ?? (await fetchBlock(start, length)), start, length);
    },
  };
};

/** Four characters, as containers name their parts. */
export const fourCc = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
