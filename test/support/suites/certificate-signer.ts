import { describe, expect, it } from 'vitest';
import { p256KeySchema } from '../../../shared/domain/certificate/p256.ts';
import type { CertificateSigner } from '../../../shared/ports/certificate-signer.ts';
import { webCryptography } from '../../../shared/runtime/web-cryptography.ts';

/** What every signer of certificates must do, wherever its key is. */
export const describeCertificateSigner = (name: string, open: () => CertificateSigner): void => {
  describe(`the signer of certificates: ${name}`, () => {
    it('R4.2 gives its public key in the one spelling of the specification', async () => {
      const signer = open();
      expect(p256KeySchema.safeParse(await signer.publicKey()).success).toBe(true);
      await expect(signer.publicKey()).resolves.toBe(await signer.publicKey());
    });

    it('R4.2 signs so that a browser can check it, whatever numbers the signature has', async () => {
      const signer = open();
      const key = await signer.publicKey();
      // Of 600 signatures some have numbers that DER writes longer or shorter than 32 bytes.
      for (let n = 0; n < 600; n += 1) {
        const signature = await signer.sign(`第 ${n} 次`);
        expect(signature).toMatch(/^[0-9a-f]{128}$/);
        expect(await webCryptography.isSignedBy(key, `第 ${n} 次`, signature)).toBe(true);
      }
    });

    it('R4.2 signs the text that it was given and no other', async () => {
      const signer = open();
      const [key, signature] = [await signer.publicKey(), await signer.sign('一')];
      expect(await webCryptography.isSignedBy(key, '二', signature)).toBe(false);
    });
  });
};
