import * as z from 'zod/mini';

/** What browsers tell of a file: enough to know it again when it is chosen again. */
export type FileIdentity = { name: string; size: number; lastModified: number };

const recordSchema = z.object({
  recordingId: z.string(),
  name: z.string(),
  size: z.number(),
  lastModified: z.number(),
});
const recordsSchema = z.array(recordSchema);
type Record = z.infer<typeof recordSchema>;

/** The part of a browser's `localStorage` that is used here. */
export type TextStorage = { getItem(key: string): string | null; setItem(key: string, text: string): void };

export type UnfinishedUploads = {
  remember(recordingId: string, file: FileIdentity): void;
  forget(recordingId: string): void;
  /** The file that was being uploaded as this recording from this browser; null when it was none of this browser's. */
  fileOf(recordingId: string): FileIdentity | null;
};

const key = 'ninedays-unfinished-uploads';

/** A browser forgets a page's files when it is closed or loaded again. This remembers which file belonged to which recording. */
export const unfinishedUploads = (storage: TextStorage): UnfinishedUploads => {
  const read = (): readonly Record[] => {
    try {
      return recordsSchema.safeParse(JSON.parse(storage.getItem(key) ?? '[]')).data ?? [];
    } catch {
      return [];
    }
  };
  const write = (records: readonly Record[]): void => {
    try {
      storage.setItem(key, JSON.stringify(records));
    } catch {
      // A full or forbidden storage costs the convenience of going on later, and not the upload.
    }
  };
  const others = (recordingId: string) => read().filter((record) => record.recordingId !== recordingId);
  return {
    remember: (recordingId, { name, size, lastModified }) => {
      write([...others(recordingId), { recordingId, name, size, lastModified }]);
    },
    forget: (recordingId) => {
      write(others(recordingId));
    },
    fileOf: (recordingId) => read().find((record) => record.recordingId === recordingId) ?? null,
  };
};

/** Whether two files are the same as far as a browser can tell without reading them whole. */
export const isSameFile = (a: FileIdentity, b: FileIdentity): boolean =>
  a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
