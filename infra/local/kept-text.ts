import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

/** A short text kept in a file over restarts, `kill -9` included. */
export type KeptText = { load(): string | null; save(text: string): void; close(): void };

const size = 128;

/** Each save is one write of fixed length at the same place, so a killed process leaves the old text or the new one. Throws on a text of over 128 bytes. */
export const keepText = (file: string): KeptText => {
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  return {
    load: () => {
      const bytes = Buffer.alloc(size);
      const length = readSync(descriptor, bytes, 0, size, 0);
      const text = bytes.toString('utf8', 0, length).trimEnd();
      return text === '' ? null : text;
    },
    save: (text) => {
      const bytes = Buffer.alloc(size, ' ');
      if (bytes.write(text) < Buffer.byteLength(text))
        throw new RangeError(`more than ${size} bytes to keep`);
      writeSync(descriptor, bytes, 0, size, 0);
    },
    close: () => closeSync(descriptor),
  };
};
