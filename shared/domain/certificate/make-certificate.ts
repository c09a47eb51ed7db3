import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../draw/sha256.ts';
import { sha256Hex } from '../history.ts';
import type { MessageStamp } from '../maintenance-facts.ts';
import type { Certificate, Manifest } from './certificate.ts';
import { certificateSchema, manifestSchema } from './certificate.ts';
import { weaknessesOf } from './weaknesses.ts';

/** R4.2 The certificate of what was confirmed. Throws on what the specification does not allow, such as an empty text. */
export const makeCertificate = (facts: Omit<Certificate, 'strength'>): Certificate =>
  certificateSchema.parse({ ...facts, strength: weaknessesOf(facts) });

/** What is signed: the digest of each part, and the key. Throws when the key is none of P-256. */
export const makeManifest = (certificate: Certificate, publicKey: string): Manifest =>
  manifestSchema.parse({
    spec: 'ninedays-certificate/1',
    digests: Object.fromEntries(Object.entries(certificate).map(([part, value]) => [part, sha256Hex(value)])),
    publicKey,
  });

/** R3.1 The question log: SHA-256 over a line of canonical JSON for each message's stamp, in the order in which they reached us. */
export const questionLog = (messages: readonly MessageStamp[]): Certificate['questions'] => ({
  messages: messages.length,
  sha256: sha256(messages.map((stamp) => `${canonicalJson(stamp)}\n`).join('')),
});
