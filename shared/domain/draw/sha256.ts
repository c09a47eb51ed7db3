import { createHash, hash } from 'node:crypto';

/** SHA-256 in hex over a text's UTF-8 bytes. What checks a draw without a server needs to replace this file alone. */
export const sha256 = (text: string): string => hash('sha256', text);

/** The same over pieces of text, one after another, so that the whole need not be in memory. */
export const sha256OfPieces = (pieces: Iterable<string>): string => {
  const digest = createHash('sha256');
  for (const piece of pieces) digest.update(piece);
  return digest.digest('hex');
};
