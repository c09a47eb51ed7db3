/** A part as the store has it. */
export type StoredPart = { number: number; size: number; etag: string };

/** An upload that the product has begun: how the file is cut. */
export type BegunUpload = { recordingId: string; partSize: number; parts: number };

/** What is uploaded. A browser's `File` is one; only the slices that are being sent are ever read. */
export type Source = { readonly size: number; slice(start: number, end: number): Blob };

/** The calls of an upload. Each rejects with `CallFailed` when it gets no good answer. */
export type UploadCalls = {
  signParts(
    recordingId: string,
    numbers: readonly number[],
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>>>;
  listParts(recordingId: string, signal: AbortSignal): Promise<readonly StoredPart[]>;
  finish(
    recordingId: string,
    parts: readonly Pick<StoredPart, 'number' | 'etag'>[],
    signal: AbortSignal,
  ): Promise<void>;
  showState(recordingId: string, signal: AbortSignal): Promise<string>;
};

/** Sends one part to a signed address, tells how many bytes have gone, and answers its ETag. Rejects with `CallFailed`. */
export type PutPart = (
  url: string,
  body: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<string>;
