import { createHash } from 'node:crypto';
import type { Instant } from '../../../shared/domain/instant.ts';
import { plusMinutes } from '../../../shared/domain/instant.ts';
import type { RecordingObjects } from '../../../shared/ports/recording-objects.ts';

type StoredPart = { bytes: Uint8Array; etag: string };
type Begun = { key: string; contentType: string };
type Upload = Begun & { parts: Map<number, StoredPart> };
type Stored = Begun & { bytes: Uint8Array; versionId: string; retention: 'kept' | 'released' };

const origin = 'https://store.example';
const unquoted = (etag: string): string => etag.replaceAll('"', '');

/**
 * The store of recordings in memory. `put` is what a browser does with an address for a part, and gives the store's status and ETag; `object`
 * shows what lies under a key; `lose` is the store's own deletion.
 */
export const memoryRecordingObjects = (now: () => Instant) => {
  const uploads = new Map<string, Upload>();
  const stored = new Map<string, Stored>();
  let counted = 0;
  const next = (what: string): string => `${what}-${(counted += 1)}`;

  const uploadOf = (key: string, uploadId: string): Upload | null => {
    const upload = uploads.get(uploadId);
    return upload?.key === key ? upload : null;
  };

  const objects: RecordingObjects = {
    startUpload: async (key, contentType) => {
      const uploadId = next('upload');
      uploads.set(uploadId, { key, contentType, parts: new Map() });
      return uploadId;
    },

    signPart: async ({ key, uploadId, number, size }, seconds, now) => {
      const until = plusMinutes(now, seconds / 60);
      const query = new URLSearchParams({ uploadId, number: String(number), size: String(size), until });
      return `${origin}/${key}?${query.toString()}`;
    },

    parts: async (key, uploadId) => {
      const upload = uploadOf(key, uploadId);
      if (upload === null) return null;
      return [...upload.parts]
        .map(([number, { bytes, etag }]) => ({ number, size: bytes.length, etag }))
        .toSorted((a, b) => a.number - b.number);
    },

    complete: async ({ key, uploadId, size }, named) => {
      const upload = uploadOf(key, uploadId);
      if (upload === null) return 'no-such-upload';
      const parts = named.flatMap(({ number, etag }) => {
        const part = upload.parts.get(number);
        return part !== undefined && unquoted(part.etag) === unquoted(etag) ? [part.bytes] : [];
      });
      if (named.length === 0 || parts.length < named.length) return 'bad-parts';
      const bytes = Buffer.concat(parts);
      if (bytes.length !== size) return 'wrong-size';
      if (stored.has(key)) return 'exists';
      const { contentType } = upload;
      stored.set(key, { key, contentType, bytes, versionId: next('version'), retention: 'kept' });
      uploads.delete(uploadId);
      return 'completed';
    },

    abort: async (key, uploadId) => {
      if (uploadOf(key, uploadId) !== null) uploads.delete(uploadId);
    },

    find: async (key) => {
      const object = stored.get(key);
      return object === undefined ? null : { size: object.bytes.length, versionId: object.versionId };
    },

    read: async (key, start, end) => {
      if (start >= end) return new Uint8Array();
      const object = stored.get(key);
      if (object === undefined) throw new Error('no such key');
      return Uint8Array.from(object.bytes.subarray(start, end));
    },

    setRetention: async (key, retention) => {
      const object = stored.get(key);
      if (object === undefined) throw new Error('no such key');
      stored.set(key, { ...object, retention });
    },

    signDownload: async ({ key, contentType, fileName }, seconds, now) => {
      const until = plusMinutes(now, seconds / 60);
      const query = new URLSearchParams({ contentType, until, ...(fileName !== null && { fileName }) });
      return `${origin}/${key}?${query.toString()}`;
    },
  };

  return {
    ...objects,
    put: (url: string, bytes: Uint8Array): { status: number; etag: string } => {
      const { pathname, searchParams } = new URL(url);
      const upload = uploadOf(pathname.slice(1), searchParams.get('uploadId') ?? '');
      const isForeign = Number(searchParams.get('size')) !== bytes.length;
      if (isForeign || (searchParams.get('until') ?? '') <= now()) return { status: 403, etag: '' };
      if (upload === null) return { status: 404, etag: '' };
      const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
      upload.parts.set(Number(searchParams.get('number')), { bytes, etag });
      return { status: 200, etag };
    },
    object: (key: string): Stored | null => stored.get(key) ?? null,
    uploads: (): readonly string[] => [...uploads.keys()],
    lose: (key: string): void => void stored.delete(key),
  };
};

export type MemoryRecordingObjects = ReturnType<typeof memoryRecordingObjects>;
