import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { CertificateSigner } from '../../ports/certificate-signer.ts';

/** Signs with a key in this process: a private key of P-256, PKCS #8 in DER, as base64. Throws when it is none. */
export const makeLocalSigner = (privateKey: string): CertificateSigner => {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('the key is none of P-256');
  return {
    publicKey: async () => createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('hex'),
    sign: async (text) =>
      sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('hex'),
  };
};

/** A new private key in the form that `makeLocalSigner` takes. */
export const newSigningKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64');
