import * as z from 'zod/mini';

/** A public key on P-256: its SubjectPublicKeyInfo in DER, in hex. The one spelling of it: OpenSSL would take others of the same key. */
export const p256KeySchema = z
  .string()
  .check(
    z.regex(
      /^3059301306072a8648ce3d020106082a8648ce3d03010703420004[0-9a-f]{128}$/,
      'a key is SubjectPublicKeyInfo of P-256, uncompressed, in hex',
    ),
  );

/** The bytes that an even number of hex digits stands for. */
export const bytesOfHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
