import { CallFailed } from './call-failed.ts';
import type { Patience, Trouble } from './persist.ts';
import { persist } from './persist.ts';
import { FileUnreadable } from './send-parts.ts';
import { sendRecording } from './send-recording.ts';
import { makeSpeedometer, secondsLeft } from './speedometer.ts';
import type { FileIdentity, UnfinishedUploads } from './unfinished-uploads.ts';
import type { UploadFailure, UploadItem } from './upload-item.ts';
import type { BegunUpload, PutPart, Source, UploadCalls } from './upload-ports.ts';

export type UploadFile = Source & FileIdentity;

/** What the product has to know before an upload. Times are ISO 8601 with an offset. */
export type RecordingFacts = { contentType: string; customerJoinedAt: string; recordingStartedAt: string };

export type QueueCalls = UploadCalls & {
  /** Begins an upload. The same key again stands for the same upload. */
  start(orderId: string, file: FileIdentity, facts: RecordingFacts, key: string): Promise<BegunUpload>;
  abort(recordingId: string): Promise<void>;
};

export type QueueParts = {
  calls: QueueCalls;
  putPart: PutPart;
  patience: Patience;
  unfinished: UnfinishedUploads;
  clock: { now(): number };
};

export type UploadQueue = {
  /** The files, in the order in which they were added; the same array until something changes. */
  items(): readonly UploadItem[];
  subscribe(onChange: () => void): () => void;
  add(orderId: string, file: UploadFile, facts: RecordingFacts): void;
  /** Goes on with an upload that the product has begun before, with the parts that it lacks. */
  goOn(orderId: string, file: UploadFile, begun: BegunUpload): void;
  pause(id: string): void;
  /** After a pause or a failure. */
  resume(id: string): void;
  /** Takes a file out and ends its upload in the product. */
  cancel(id: string): Promise<void>;
  /** Takes a file out of the list; what has been uploaded stays. */
  dismiss(id: string): void;
};

type Work = {
  file: UploadFile;
  begin: () => Promise<BegunUpload>;
  begun: BegunUpload | null;
  stop: AbortController;
};

/** A page that is drawn anew at every packet would have time for nothing else. */
const progressEveryMs = 200;
const beatMs = 1000;

const still = { speed: null, secondsLeft: null, trouble: null } as const;
const never = new AbortController().signal;

/** Uploads files one after the other. A paused or failed one lets the next go first. */
export const uploadQueue = ({ calls, putPart, patience, unfinished, clock }: QueueParts): UploadQueue => {
  let items: readonly UploadItem[] = [];
  let isRunning = false;
  let telling: ReturnType<typeof setTimeout> | null = null;
  const works = new Map<string, Work>();
  const listeners = new Set<() => void>();

  const itemOf = (id: string) => items.find((item) => item.id === id);
  const tell = (): void => {
    if (telling !== null) clearTimeout(telling);
    telling = null;
    for (const listener of listeners) listener();
  };
  const tellSoon = (): void => {
    telling ??= setTimeout(tell, progressEveryMs);
  };
  const change = (id: string, changes: Partial<UploadItem>, announce = tell): void => {
    items = items.map((item) => (item.id === id ? { ...item, ...changes } : item));
    announce();
  };
  const remove = (id: string): Work | undefined => {
    const work = works.get(id);
    works.delete(id);
    items = items.filter((item) => item.id !== id);
    work?.stop.abort();
    tell();
    return work;
  };

  const startNext = (): void => {
    const next = items.find(({ phase }) => phase === 'waiting');
    const work = next === undefined ? undefined : works.get(next.id);
    if (isRunning || next === undefined || work === undefined) return;
    isRunning = true;
    work.stop = new AbortController();
    void run(next.id, work).finally(() => {
      isRunning = false;
      startNext();
    });
  };

  const run = async (id: string, work: Work): Promise<void> => {
    const { signal } = work.stop;
    const update = (changes: Partial<UploadItem>): void => {
      // Once stopped, what is still under way has no more to say.
      if (!signal.aborted) change(id, changes);
    };
    try {
      update({ phase: 'starting', ...still });
      await upload(id, work, update);
      works.delete(id);
      change(id, { phase: 'done', ...still });
    } catch (failure) {
      update({ phase: 'failed', failure: failureOf(failure), ...still });
    }
  };

  const upload = async (
    id: string,
    work: Work,
    update: (changes: Partial<UploadItem>) => void,
  ): Promise<void> => {
    const { signal } = work.stop;
    const onTrouble = (trouble: Trouble | null): void => {
      if (itemOf(id)?.trouble !== trouble) update({ trouble });
    };
    // Not cut short: a request that is given up half-way might begin an upload that nobody knows of.
    const begun = work.begun ?? (await persist(work.begin, { patience, signal, onTrouble }));
    work.begun = begun;
    if (!works.has(id)) return await abort(begun.recordingId);
    unfinished.remember(begun.recordingId, work.file);
    change(id, { recordingId: begun.recordingId });
    await watched(id, signal, async (onProgress) => {
      await sendRecording({
        calls,
        putPart,
        patience,
        signal,
        upload: begun,
        source: work.file,
        onTrouble,
        onProgress,
        onPhase: (phase) => update({ phase, ...still }),
      });
    });
    unfinished.forget(begun.recordingId);
  };

  /** Shows how far a sending is and how fast, also when it has become silent: what was last said of its speed must not stand. */
  const watched = async (
    id: string,
    signal: AbortSignal,
    sending: (onProgress: (sentBytes: number) => void) => Promise<void>,
  ): Promise<void> => {
    const speedometer = makeSpeedometer();
    let sentBytes = itemOf(id)?.sentBytes ?? 0;
    const show = (): void => {
      const item = itemOf(id);
      if (signal.aborted || item?.phase !== 'sending') return;
      const speed = speedometer.speed(clock.now());
      change(id, { sentBytes, speed, secondsLeft: secondsLeft(item.file.size - sentBytes, speed) }, tellSoon);
    };
    const beat = setInterval(show, beatMs);
    try {
      await sending((bytes) => {
        sentBytes = bytes;
        speedometer.note(clock.now(), bytes);
        show();
      });
    } finally {
      clearInterval(beat);
    }
  };

  const abort = async (recordingId: string): Promise<void> => {
    unfinished.forget(recordingId);
    try {
      await persist(async () => await calls.abort(recordingId), {
        patience,
        signal: never,
        onTrouble: () => {},
      });
    } catch (failure) {
      // It is no upload any more: what was to be achieved.
      if (!(failure instanceof CallFailed)) throw failure;
    }
  };

  const enqueue = (orderId: string, file: UploadFile, work: Pick<Work, 'begin' | 'begun'>): void => {
    const id = crypto.randomUUID();
    works.set(id, { ...work, file, stop: new AbortController() });
    const { name, size, lastModified } = file;
    const recordingId = work.begun?.recordingId ?? null;
    const fresh = { phase: 'waiting', failure: null, sentBytes: 0, ...still } as const;
    items = [...items, { id, orderId, recordingId, file: { name, size, lastModified }, ...fresh }];
    tell();
    startNext();
  };

  return {
    items: () => items,
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    add: (orderId, file, facts) => {
      const key = crypto.randomUUID();
      const begin = async () => await calls.start(orderId, file, facts, key);
      enqueue(orderId, file, { begin, begun: null });
    },
    goOn: (orderId, file, begun) => {
      for (const { id, recordingId, phase } of items)
        if (recordingId === begun.recordingId && phase === 'failed') remove(id);
      enqueue(orderId, file, { begin: () => Promise.resolve(begun), begun });
    },
    pause: (id) => {
      works.get(id)?.stop.abort();
      change(id, { phase: 'paused', ...still });
      startNext();
    },
    resume: (id) => {
      change(id, { phase: 'waiting', failure: null, ...still });
      startNext();
    },
    cancel: async (id) => {
      const work = remove(id);
      if (work?.begun) await abort(work.begun.recordingId);
    },
    dismiss: (id) => {
      remove(id);
    },
  };
};

const failureOf = (failure: unknown): UploadFailure => {
  if (failure instanceof FileUnreadable) return { type: 'file-unreadable' };
  if (failure instanceof CallFailed) return { type: 'refused', message: failure.message || null };
  return { type: 'unknown' };
};
