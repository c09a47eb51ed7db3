import type { Instant } from '../domain/instant.ts';

/** A part of an upload as the store holds it; `etag` is the store's own, in quotes. */
export type UploadedPart = { number: number; size: number; etag: string };

/** An object as the store holds it, its size in bytes. */
export type StoredObject = { size: number; versionId: string | null };

/** What became of an attempt to put an upload's parts together. */
export type Completion = 'completed' | 'no-such-upload' | 'bad-parts' | 'wrong-size' | 'exists';

/** The store of recordings. Keys are ours and safe; file names of people are never part of them. */
export type RecordingObjects = {
  /** Begins an upload in parts, tagged as kept. Gives its id. */
  startUpload(key: string, contentType: string): Promise<string>;
  /** An address that takes just this part, of just this many bytes, until it expires. */
  signPart(
    part: { key: string; uploadId: string; number: number; size: number },
    seconds: number,
    now: Instant,
  ): Promise<string>;
  /** The parts that have arrived, by number; null when there is no such upload (any more). */
  parts(key: string, uploadId: string): Promise<readonly UploadedPart[] | null>;
  /** Puts the parts together; an object that is there already is never overwritten. */
  complete(
    upload: { key: string; uploadId: string; size: number },
    parts: readonly Pick<UploadedPart, 'number' | 'etag'>[],
  ): Promise<Completion>;
  /** Ends an upload and forgets its parts; it is fine if there is none. */
  abort(key: string, uploadId: string): Promise<void>;
  /** The object, or null where there is none. */
  find(key: string): Promise<StoredObject | null>;
  /** Bytes `start` up to, not including, `end`. Throws when the object is gone. */
  read(key: string, start: number, end: number): Promise<Uint8Array>;
  /** R5.1 Lets the store delete the object 30 days after its upload, or keeps it for good. */
  setRetention(key: string, retention: 'kept' | 'released'): Promise<void>;
  /** An address that gives the object, also in ranges, until it expires; with a file name as a download. */
  signDownload(
    object: { key: string; contentType: string; fileName: string | null },
    seconds: number,
    now: Instant,
  ): Promise<string>;
};
