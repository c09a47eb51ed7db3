import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, KMSInvalidStateException, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeKmsSigner } from '../../shared/adapters/certificate/kms-signer.ts';
import { makeLocalSigner, newSigningKey } from '../../shared/adapters/certificate/local-signer.ts';
import { describeCertificateSigner } from '../support/suites/certificate-signer.ts';

const client = new KMSClient({ region: 'cn-north-1' });
const kms = mockClient(client);
const open = () => makeKmsSigner(client, () => 'arn:key');
const privateKey = newSigningKey();
const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });

/** As KMS does: the key as SubjectPublicKeyInfo, the signature in DER (FIPS 186-5, ANSI X9.62). */
const answer = (): void => {
  const spki = async () => Buffer.from(await makeLocalSigner(privateKey).publicKey(), 'hex');
  kms
    .on(GetPublicKeyCommand)
    .callsFake(async () => ({ PublicKey: new Uint8Array(await spki()), KeySpec: 'ECC_NIST_P256' }));
  kms.on(SignCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({
    Signature: new Uint8Array(sign('sha256', Message, key)),
  }));
};

beforeEach(() => {
  kms.reset();
  answer();
});

describeCertificateSigner('a key of this process', () => makeLocalSigner(newSigningKey()));
describeCertificateSigner('KMS', open);

describe('the signer by KMS', () => {
  it('R4.2 asks for its public key once, and for ECDSA with SHA-256 over the text itself', async () => {
    const signer = open();
    await signer.publicKey();
    await signer.publicKey();
    await signer.sign('文');
    expect(kms).toHaveReceivedCommandTimes(GetPublicKeyCommand, 1);
    expect(kms).toHaveReceivedCommandWith(SignCommand, {
      KeyId: 'arn:key',
      Message: Buffer.from('文'),
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
  });

  it('R4.2 fails where the key is of another kind, or there is none', async () => {
    kms.on(GetPublicKeyCommand).resolves({ PublicKey: new Uint8Array(3), KeySpec: 'RSA_2048' });
    await expect(open().publicKey()).rejects.toThrow('P-256');
    kms.on(GetPublicKeyCommand).resolves({});
    await expect(open().publicKey()).rejects.toThrow('P-256');
    kms.on(SignCommand).resolves({});
    await expect(open().sign('文')).rejects.toThrow('no signature');
  });

  it('R4.2 fails as KMS does, and asks again the next time', async () => {
    const away = new KMSInvalidStateException({ message: 'disabled', $metadata: {} });
    kms.on(GetPublicKeyCommand).rejectsOnce(away);
    const signer = open();
    await expect(signer.publicKey()).rejects.toThrow('disabled');
    answer();
    await expect(signer.publicKey()).resolves.toMatch(/^3059/);
  });
});

describe('the signer of this process', () => {
  it('R4.2 refuses a key of another curve, and what is no key', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    const text = other.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    expect(() => makeLocalSigner(text)).toThrow('P-256');
    expect(() => makeLocalSigner('')).toThrow(/key|asn1|DER/i);
  });
});
