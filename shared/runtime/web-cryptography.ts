import type { Cryptography } from '../domain/certificate/check-certificate.ts';
import { bytesOfHex } from '../domain/certificate/p256.ts';

const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** The check's cryptography by WebCrypto: the same in a browser and in Node. What is no key, or no signature, has not signed anything. */
export const webCryptography: Cryptography = {
  sha256: async (bytes) =>
    [...new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(''),
  isSignedBy: async (publicKey, text, signature) => {
    try {
      const key = await crypto.subtle.importKey('spki', bytesOfHex(publicKey), p256, false, ['verify']);
      const method = { name: 'ECDSA', hash: 'SHA-256' };
      return await crypto.subtle.verify(method, key, bytesOfHex(signature), new TextEncoder().encode(text));
    } catch {
      return false;
    }
  },
};
