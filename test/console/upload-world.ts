import { createHash } from 'node:crypto';
import { CallFailed } from '../../functions/console/web/src/upload/call-failed.ts';
import type { Patience } from '../../functions/console/web/src/upload/persist.ts';
import type { QueueCalls } from '../../functions/console/web/src/upload/upload-queue.ts';
import type { PutPart, Source, StoredPart } from '../../functions/console/web/src/upload/upload-ports.ts';

/** What can go wrong with one call. */
export type Mishap = 'cut' | 'lost-answer' | 'busy' | 'expired' | 'signed-out';

export const partSize = 10;

/** A file of so many bytes, each part different. */
export const makeFile = (size: number, name = '录屏.mp4') => {
  const bytes = Uint8Array.from(
    { length: size },
    (_, index) => (index * 7 + Math.floor(index / partSize)) % 251,
  );
  const blob = new Blob([bytes]);
  return {
    name,
    size,
    lastModified: 1_772_000_000_000,
    slice: (start: number, end: number) => blob.slice(start, end),
    digest: createHash('md5').update(bytes).digest('hex'),
  } satisfies Source & Record<string, unknown>;
};

/** The product and the store in memory, with mishaps handed in: one for each call, in order, then none. */
export const makeWorld = (mishaps: (Mishap | null)[] = []) => {
  const stored = new Map<string, Map<number, { etag: string; bytes: Uint8Array }>>();
  const states = new Map<string, string>();
  const begun = new Map<string, string>();
  const sizes = new Map<string, number>();
  const log: string[] = [];
  const signedBatches: number[][] = [];
  const puts: number[] = [];
  let generation = 1;
  let isSignedIn = true;
  let underWay = 0;
  let mostUnderWay = 0;
  const rested: number[] = [];

  const next = (): Mishap | null => mishaps.shift() ?? null;
  /** A call to the API. A lost answer is one whose deed was done. */
  const call = async <Result>(name: string, deed: () => Result): Promise<Result> => {
    log.push(name);
    const mishap = next();
    await Promise.resolve();
    if (mishap === 'cut') throw new CallFailed(0);
    if (mishap === 'busy') throw new CallFailed(503, 'try-later');
    if (mishap === 'signed-out') isSignedIn = false;
    if (!isSignedIn) throw new CallFailed(401, 'unauthorized');
    const result = deed();
    if (mishap === 'lost-answer') throw new CallFailed(0);
    return result;
  };
  const partsOf = (recordingId: string) => {
    const parts = stored.get(recordingId) ?? new Map();
    stored.set(recordingId, parts);
    return parts;
  };
  const mustBeOpen = (recordingId: string): void => {
    if (states.get(recordingId) !== 'uploading') throw new CallFailed(409, 'no-upload', '这次上传已经结束。');
  };
  const countOf = (recordingId: string) => Math.ceil(sizes.get(recordingId)! / partSize);

  const calls: QueueCalls = {
    start: async (orderId, file, _facts, key) =>
      await call(`start ${file.name}`, () => {
        const recordingId = begun.get(key) ?? `rec-${begun.size + 1}`;
        begun.set(key, recordingId);
        states.set(recordingId, 'uploading');
        sizes.set(recordingId, file.size);
        log.push(`begun ${orderId} ${recordingId}`);
        return { recordingId, partSize, parts: countOf(recordingId) };
      }),
    listParts: async (recordingId) =>
      await call('list', () => {
        mustBeOpen(recordingId);
        return [...partsOf(recordingId)].map(([number, { etag, bytes }]): StoredPart => ({
          number,
          size: bytes.length,
          etag,
        }));
      }),
    signParts: async (recordingId, numbers) =>
      await call('sign', () => {
        mustBeOpen(recordingId);
        signedBatches.push([...numbers]);
        return Object.fromEntries(
          numbers.map((number) => [number, `${recordingId}/${number}/${generation}`]),
        );
      }),
    finish: async (recordingId, parts) =>
      await call('finish', () => {
        mustBeOpen(recordingId);
        const has = partsOf(recordingId);
        const isWhole =
          parts.length === countOf(recordingId) &&
          parts.every(({ number, etag }, index) => number === index + 1 && has.get(number)?.etag === etag);
        if (!isWhole) throw new CallFailed(409, 'missing-parts', '还有分片没有传完。');
        states.set(recordingId, 'checking');
      }),
    showState: async (recordingId) => await call('show', () => states.get(recordingId) ?? 'deleted'),
    abort: async (recordingId) =>
      await call(`abort ${recordingId}`, () => {
        mustBeOpen(recordingId);
        states.set(recordingId, 'deleted');
      }),
  };

  let gate: Promise<void> | null = null;
  const putPart: PutPart = async (url, body, onSent, signal) => {
    const [recordingId = '', part, signed] = url.split('/');
    const number = Number(part);
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    try {
      onSent(Math.floor(body.size / 2));
      const bytes = new Uint8Array(await body.arrayBuffer());
      if (gate !== null) {
        const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        await Promise.race([gate, aborted]);
      }
      if (signal.aborted) throw new CallFailed(0);
      const mishap = next();
      if (mishap === 'expired') generation += 1;
      if (mishap === 'cut') throw new CallFailed(0);
      if (mishap === 'busy') throw new CallFailed(503, 'SlowDown');
      if (Number(signed) < generation) throw new CallFailed(403, 'AccessDenied');
      const etag = createHash('md5').update(bytes).digest('hex');
      partsOf(recordingId).set(number, { etag, bytes });
      puts.push(number);
      if (mishap === 'lost-answer') throw new CallFailed(0);
      onSent(body.size);
      return etag;
    } finally {
      underWay -= 1;
    }
  };

  const patience: Patience = {
    rest: async (ms, signal) => {
      rested.push(ms);
      await Promise.resolve();
      signal.throwIfAborted();
    },
    signedIn: async (signal) => {
      await Promise.resolve();
      signal.throwIfAborted();
      isSignedIn = true;
    },
  };

  return {
    calls,
    putPart,
    patience,
    log,
    signedBatches,
    /** The numbers of the parts in the order in which they were stored. */
    puts,
    states,
    mostUnderWay: () => mostUnderWay,
    /** The milliseconds of every rest. */
    rested,
    begin: (size: number) => {
      states.set('rec-0', 'uploading');
      sizes.set('rec-0', size);
      return { recordingId: 'rec-0', partSize, parts: Math.ceil(size / partSize) };
    },
    storePart: (recordingId: string, number: number, bytes: Uint8Array) => {
      const etag = createHash('md5').update(bytes).digest('hex');
      partsOf(recordingId).set(number, { etag, bytes });
    },
    losePart: (recordingId: string, number: number) => partsOf(recordingId).delete(number),
    expireSignatures: () => {
      generation += 1;
    },
    /** The digest of what the store has put together. */
    digestOf: (recordingId: string) => {
      const hash = createHash('md5');
      for (const [, { bytes }] of [...partsOf(recordingId)].toSorted(([a], [b]) => a - b)) hash.update(bytes);
      return hash.digest('hex');
    },
    /** Lets parts wait under way until the answer is called. */
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = null;
        resolve();
      };
    },
  };
};
