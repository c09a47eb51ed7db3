import * as z from 'zod/mini';
import { instantSchema } from '../instant.ts';
import { p256KeySchema } from './p256.ts';

/** Text that has UTF-8 bytes: a lone surrogate has none. */
const textSchema = z.string().check(
  z.minLength(1, 'this text is empty'),
  z.refine((text) => !/\p{Surrogate}/u.test(text), 'this text is no Unicode'),
);
const sha256Schema = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'a SHA-256 has 64 hex digits'));
const countSchema = z.int().check(z.minimum(0));

const clauseSchema = z.strictObject({
  id: textSchema,
  /** What the customer read, whole. */
  text: textSchema,
  verdict: z.enum(['accepted', 'objected']),
  reason: z.nullable(textSchema),
});

/** A file of the recording as the store knows it. What the store does not tell is null, and a weakness. */
const recordingEvidenceSchema = z.strictObject({
  id: textSchema,
  /** Bytes. */
  size: countSchema,
  versionId: z.nullable(textSchema),
  etag: z.nullable(textSchema),
  checksum: z.nullable(
    z.strictObject({
      algorithm: z.enum(['SHA256', 'SHA1', 'CRC64NVME', 'CRC32C', 'CRC32']),
      /** Base64, as S3 writes it. */
      value: textSchema,
    }),
  ),
});
export type RecordingEvidence = z.infer<typeof recordingEvidenceSchema>;

/** From where somebody signed, in kinds: neither an address nor a device can be told from it. */
const whereSchema = z.strictObject({
  device: z.enum(['phone', 'computer', 'unknown']),
  app: z.enum(['wechat', 'wecom', 'browser', 'unknown']),
});
export type Where = z.infer<typeof whereSchema>;

/** What makes a certificate weaker evidence than it could be. */
export const weaknessSchema = z.enum([
  'no-one-time-code',
  'no-time-stamp',
  'no-recording',
  'recording-not-hashed',
  'recording-not-versioned',
]);
export type Weakness = z.infer<typeof weaknessSchema>;

/** R4.2 What a customer confirmed, by parts: each has a digest of its own, so that a change can be named. */
export const certificateSchema = z.strictObject({
  order: z.strictObject({ id: textSchema, shop: textSchema, trainer: textSchema }),
  acceptance: z.strictObject({ form: textSchema, clauses: z.array(clauseSchema).check(z.minLength(1)) }),
  /** The answers themselves stay with the order. */
  survey: z.strictObject({ form: textSchema, answers: countSchema, sha256: sha256Schema }),
  signing: z.strictObject({
    at: instantSchema,
    from: whereSchema,
    oneTimeCode: z.boolean(),
    /** Of the drawn signature's bytes. */
    signatureSha256: sha256Schema,
  }),
  recordings: z.array(recordingEvidenceSchema),
  questions: z.strictObject({ messages: countSchema, sha256: sha256Schema }),
  /** The newest entry of the order's history when it was signed. */
  history: z.strictObject({ seq: z.int().check(z.minimum(1)), hash: sha256Schema }),
  strength: z.array(weaknessSchema),
});
export type Certificate = z.infer<typeof certificateSchema>;

export const partNames = [
  'order',
  'acceptance',
  'survey',
  'signing',
  'recordings',
  'questions',
  'history',
  'strength',
] as const satisfies readonly (keyof Certificate)[];
export type PartName = (typeof partNames)[number];

const digestsSchema = z.strictObject({
  order: sha256Schema,
  acceptance: sha256Schema,
  survey: sha256Schema,
  signing: sha256Schema,
  recordings: sha256Schema,
  questions: sha256Schema,
  history: sha256Schema,
  strength: sha256Schema,
} satisfies Record<PartName, typeof sha256Schema>);

/** What is signed: canonical JSON of it. */
export const manifestSchema = z.strictObject({
  spec: z.literal('ninedays-certificate/1'),
  digests: digestsSchema,
  publicKey: p256KeySchema,
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The certificate as it is handed out: canonical JSON of this, as `infra/docs/certificate-specification.md` explains it. */
export const signedCertificateSchema = z.strictObject({
  ...manifestSchema.shape,
  certificate: certificateSchema,
  signature: z.string().check(z.regex(/^[0-9a-f]{128}$/, 'a signature has 128 hex digits')),
});
export type SignedCertificate = z.infer<typeof signedCertificateSchema>;

/** What is signed of a certificate that is at hand. */
export const manifestOf = ({ spec, digests, publicKey }: Manifest): Manifest => ({
  spec,
  digests,
  publicKey,
});
