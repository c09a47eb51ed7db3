import { CallFailed } from './call-failed.ts';
import type { Persistence } from './persist.ts';
import { persist } from './persist.ts';
import { signedUrls } from './signed-urls.ts';
import type { BegunUpload, PutPart, Source, StoredPart, UploadCalls } from './upload-ports.ts';

/** The file can no longer be read: it was moved, changed or deleted since it was chosen. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';
}

export type SendParts = Persistence & {
  calls: UploadCalls;
  putPart: PutPart;
  upload: BegunUpload;
  source: Source;
  /** So many parts are under way at once. */
  lanes: number;
  /** Bytes that the store has or that are on their way. Falls when a part has to be sent again. */
  onProgress: (bytes: number) => void;
};

/** A signature is refused at its end, after a change of keys and where a wrong clock made it; more often in a row, it is no passing matter. */
const mostRefusals = 3;

/** Sends the parts that the store does not have yet, several at once, each as often as it takes. Answers all parts in order. */
export const sendParts = async (
  options: SendParts,
): Promise<readonly Pick<StoredPart, 'number' | 'etag'>[]> => {
  const { calls, upload, source, lanes, onProgress } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const persistence: Persistence = { ...options, signal };

  const stored = await persist(async () => await calls.listParts(upload.recordingId, signal), persistence);
  const etags = new Map<number, string>();
  for (const { number, size, etag } of stored)
    if (size === partLength(upload, source, number)) etags.set(number, etag);
  const pending = Array.from({ length: upload.parts }, (_, index) => index + 1).filter(
    (number) => !etags.has(number),
  );

  const underWay = new Map<number, number>();
  const tell = (): void => {
    const finished = [...etags.keys()].reduce((sum, number) => sum + partLength(upload, source, number), 0);
    onProgress([...underWay.values()].reduce((sum, bytes) => sum + bytes, finished));
  };
  tell();

  const urls = signedUrls(
    async (numbers) =>
      await persist(async () => await calls.signParts(upload.recordingId, numbers, signal), persistence),
    () => pending,
  );

  const put = async (number: number, url: string): Promise<string> => {
    const body = slicePart(upload, source, number);
    try {
      return await options.putPart(
        url,
        body,
        (bytes) => {
          options.onTrouble(null);
          underWay.set(number, bytes);
          tell();
        },
        signal,
      );
    } catch (failure) {
      underWay.delete(number);
      // A browser reports a file that it can't read any more as if the network had failed.
      if (failure instanceof CallFailed && failure.status === 0 && !(await isReadable(body)))
        throw new FileUnreadable();
      throw failure;
    }
  };

  const send = async (number: number): Promise<string> => {
    for (let refusals = 1; ; refusals += 1) {
      const { url, batch } = await urls.of(number);
      try {
        return await persist(async () => await put(number, url), persistence);
      } catch (failure) {
        if (!isRefusal(failure) || refusals === mostRefusals) throw failure;
        urls.discard(batch);
      }
    }
  };

  const lane = async (): Promise<void> => {
    for (let number = pending.shift(); number !== undefined; number = pending.shift()) {
      etags.set(number, await send(number));
      underWay.delete(number);
      tell();
    }
  };

  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } catch (failure) {
    failed.abort(failure);
    throw failure;
  }
  return [...etags].map(([number, etag]) => ({ number, etag })).toSorted((a, b) => a.number - b.number);
};

const partStart = ({ partSize }: BegunUpload, number: number): number => (number - 1) * partSize;

const partLength = (upload: BegunUpload, { size }: Source, number: number): number =>
  Math.min(upload.partSize, size - partStart(upload, number));

const slicePart = (upload: BegunUpload, source: Source, number: number): Blob => {
  const start = partStart(upload, number);
  return source.slice(start, start + partLength(upload, source, number));
};

/** S3 answers 403 to a signature that has ended, and 400 to one whose keys have (`ExpiredToken`). */
const isRefusal = (failure: unknown): boolean =>
  failure instanceof CallFailed && (failure.status === 403 || failure.status === 400);

const isReadable = async (body: Blob): Promise<boolean> => {
  try {
    await body.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
};
