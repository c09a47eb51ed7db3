import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** Files are written and read in pieces of this many bytes. */
const PIECE = 1024 * 1024;

/** Bytes `first` to `last`, both included, of a blob. */
export type Slice = { blob: string; first: number; last: number };

export type Blobs = Awaited<ReturnType<typeof openBlobs>>;

/** Writes what the source gives, down to the disk, and returns what it returns. */
const fill = async <Result>(file: FileHandle, source: AsyncIterator<Buffer, Result>): Promise<Result> => {
  const buffer = Buffer.allocUnsafe(PIECE);
  let filled = 0;
  const flush = async (): Promise<void> => {
    await file.appendFile(buffer.subarray(0, filled));
    filled = 0;
  };
  try {
    let next = await source.next();
    for (; next.done !== true; next = await source.next()) {
      for (let rest = next.value; rest.length > 0;) {
        const copied = rest.copy(buffer, filled);
        filled += copied;
        rest = rest.subarray(copied);
        if (filled === PIECE) await flush();
      }
    }
    await flush();
    await file.sync();
    return next.value;
  } finally {
    await source.return?.();
    await file.close();
  }
};

/**
 * Bytes in files named by a UUID, in one folder. What they are and who needs them is known elsewhere: blobs that
 * `isKnown` denies were left by a process that died, and go.
 */
export const openBlobs = async (folder: string, isKnown: (blob: string) => boolean) => {
  mkdirSync(folder, { recursive: true });
  for (const blob of readdirSync(folder)) if (!isKnown(blob)) rmSync(join(folder, blob));
  const directory = await open(folder, 'r');
  const readers = new Map<string, number>();
  const discarded = new Set<string>();
  const removals = new Set<Promise<void>>();

  const remove = (blob: string): void => {
    const removal = rm(join(folder, blob), { force: true }).catch((error: unknown) => console.error(error));
    removals.add(removal);
    void removal.then(() => removals.delete(removal));
  };

  /** Keeps what the source gives, and resolves once the bytes and their name are on the disk. If the source throws, nothing is kept. */
  const write = async <Result>(
    source: AsyncIterator<Buffer, Result>,
  ): Promise<{ blob: string; result: Result }> => {
    const blob = randomUUID();
    const file = await open(join(folder, blob), 'wx');
    try {
      const result = await fill(file, source);
      await directory.sync();
      return { blob, result };
    } catch (error) {
      remove(blob);
      throw error;
    }
  };

  /** Deletes a blob, after those who are reading it. */
  const discard = (blob: string): void => {
    if (readers.has(blob)) discarded.add(blob);
    else remove(blob);
  };

  const release = (blob: string): void => {
    const left = (readers.get(blob) ?? 1) - 1;
    if (left > 0) readers.set(blob, left);
    else {
      readers.delete(blob);
      if (discarded.delete(blob)) remove(blob);
    }
  };

  const readSlice = async function* ({ blob, first, last }: Slice): AsyncGenerator<Buffer> {
    let size = 0;
    const file = createReadStream(join(folder, blob), { start: first, end: last, highWaterMark: PIECE });
    for await (const piece of file) {
      size += piece.length;
      yield piece;
    }
    if (size !== last - first + 1) throw new Error(`the blob ${blob} has lost bytes`);
  };

  /** Opens slices to be read one after the other. They stay until `close`, even if they are discarded. */
  const read = (slices: readonly Slice[]) => {
    for (const { blob } of slices) readers.set(blob, (readers.get(blob) ?? 0) + 1);
    return {
      pieces: async function* (): AsyncGenerator<Buffer> {
        for (const slice of slices) yield* readSlice(slice);
      },
      close: (): void => slices.forEach(({ blob }) => release(blob)),
    };
  };

  return {
    write,
    read,
    discard,
    close: async (): Promise<void> => {
      await Promise.all(removals);
      await directory.close();
    },
  };
};
