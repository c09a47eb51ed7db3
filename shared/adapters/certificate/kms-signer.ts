import type { KMSClient } from '@aws-sdk/client-kms';
import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import type { CertificateSigner } from '../../ports/certificate-signer.ts';

/** Signs with an `ECC_NIST_P256` key of KMS, which never leaves it. The public key is asked for once, as a key of KMS never changes. */
export const makeKmsSigner = (client: KMSClient, keyId: () => string): CertificateSigner => {
  let known: string | undefined;
  return {
    publicKey: async () => {
      if (known !== undefined) return known;
      const { PublicKey, KeySpec } = await client.send(new GetPublicKeyCommand({ KeyId: keyId() }));
      if (PublicKey === undefined || KeySpec !== 'ECC_NIST_P256') throw new Error('the key is none of P-256');
      return (known = Buffer.from(PublicKey).toString('hex'));
    },
    sign: async (text) => {
      const { Signature } = await client.send(
        new SignCommand({
          KeyId: keyId(),
          Message: Buffer.from(text),
          MessageType: 'RAW',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      if (Signature === undefined) throw new Error('KMS gave no signature');
      return plainSignature(Buffer.from(Signature));
    },
  };
};

/** r and s one after the other, which is what browsers check, out of the DER that KMS gives: `30 length 02 length r 02 length s`. */
const plainSignature = (der: Buffer): string => {
  const lengthOfR = der.readUInt8(3);
  const r = der.subarray(4, 4 + lengthOfR);
  const s = der.subarray(6 + lengthOfR);
  return `${plainNumber(r)}${plainNumber(s)}`;
};

/** DER leaves out leading zeros, and puts one before a number whose first bit is set. */
const plainNumber = (bytes: Buffer): string => bytes.toString('hex').replace(/^0+/, '').padStart(64, '0');
