import { canonicalJson } from '../canonical-json.ts';
import type { SignedCertificate } from './certificate.ts';
import { manifestOf, partNames, signedCertificateSchema } from './certificate.ts';
import type { CertificateFinding } from './findings.ts';
import { bytesOfHex } from './p256.ts';
import { pdfParts, sealText } from './pdf-parts.ts';
import { weaknessesOf } from './weaknesses.ts';

/** What the check needs, handed in because a browser does it otherwise than a server. */
export type Cryptography = {
  /** In hex. */
  sha256(bytes: Uint8Array): Promise<string>;
  /** Whether a signature of ECDSA on P-256 with SHA-256 is that of a text; key and signature in hex, as a certificate has them. */
  isSignedBy(publicKey: string, text: string, signature: string): Promise<boolean>;
};

export type CertificateCheck = {
  /** Nothing is wrong when the list is empty. */
  findings: readonly CertificateFinding[];
  /** What could be read, also when something is wrong with it. */
  document: SignedCertificate | null;
  /** SHA-256 of the key: whose it is can only be told by comparing it with what its owner publishes. */
  keyPrint: string | null;
};

/** R4.2 Checks a certificate's file, JSON or PDF, with nothing else at hand. Any changed byte is found, and named as far as can be told. */
export const checkCertificate = async (
  file: Uint8Array,
  cryptography: Cryptography,
): Promise<CertificateCheck> => {
  if (!startsAsPdf(file)) return await checkText(file, cryptography);
  const { certificate, seal } = pdfParts(file);
  if (certificate === null)
    return { findings: [{ type: 'pdf-without-certificate' }], document: null, keyPrint: null };
  const check = await checkText(certificate, cryptography);
  const found = await checkSeal(seal, check.document, cryptography);
  return { ...check, findings: [...check.findings, ...found] };
};

const startsAsPdf = (file: Uint8Array): boolean => String.fromCharCode(...file.subarray(0, 5)) === '%PDF-';

const checkText = async (file: Uint8Array, cryptography: Cryptography): Promise<CertificateCheck> => {
  const read = readDocument(file);
  if ('problem' in read)
    return { findings: [{ type: 'malformed', problem: read.problem }], document: null, keyPrint: null };
  const { document, text } = read;
  return {
    findings: [
      ...spelling(text, canonicalJson(document)),
      ...(await changedParts(document, cryptography)),
      ...(await signature(document, cryptography)),
      ...strength(document),
    ],
    document,
    keyPrint: await cryptography.sha256(bytesOfHex(document.publicKey)),
  };
};

const readDocument = (
  file: Uint8Array,
): { document: SignedCertificate; text: string } | { problem: string } => {
  let text: string;
  try {
    // A byte-order mark is a change, too.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file);
  } catch {
    return { problem: '有字节不是 UTF-8 文字' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: '不是 JSON 格式，可能不完整或被改坏' };
  }
  const { data, error } = signedCertificateSchema.safeParse(value);
  if (data !== undefined) return { document: data, text };
  const issue = error.issues[0];
  return { problem: `${issue?.path.map(String).join('.') || '开头'} 处不符合规范` };
};

const spelling = (text: string, canonical: string): CertificateFinding[] => {
  if (text === canonical) return [];
  let place = 0;
  while (text[place] === canonical[place]) place += 1;
  return [{ type: 'not-canonical', place: place + 1 }];
};

const changedParts = async (
  { certificate, digests }: SignedCertificate,
  { sha256 }: Cryptography,
): Promise<CertificateFinding[]> => {
  const found = await Promise.all(
    partNames.map(async (part): Promise<CertificateFinding[]> => {
      const digest = await sha256(new TextEncoder().encode(canonicalJson(certificate[part])));
      return digest === digests[part] ? [] : [{ type: 'part-changed', part }];
    }),
  );
  return found.flat();
};

const signature = async (
  document: SignedCertificate,
  { isSignedBy }: Cryptography,
): Promise<CertificateFinding[]> => {
  const { publicKey, signature } = document;
  const isWhole = await isSignedBy(publicKey, canonicalJson(manifestOf(document)), signature);
  return isWhole ? [] : [{ type: 'signature-wrong' }];
};

const strength = ({ certificate }: SignedCertificate): CertificateFinding[] => {
  const due = weaknessesOf(certificate);
  return [
    ...due
      .filter((weakness) => !certificate.strength.includes(weakness))
      .map((weakness) => ({ type: 'weakness-hidden', weakness }) as const),
    ...certificate.strength
      .filter((weakness) => !due.includes(weakness))
      .map((weakness) => ({ type: 'weakness-invented', weakness }) as const),
  ];
};

const checkSeal = async (
  seal: ReturnType<typeof pdfParts>['seal'],
  document: SignedCertificate | null,
  { sha256, isSignedBy }: Cryptography,
): Promise<CertificateFinding[]> => {
  if (seal === null) return [{ type: 'pdf-without-seal' }];
  // Without its certificate there is no key to check the seal with.
  if (document === null) return [{ type: 'pdf-changed' }];
  const isWhole = await isSignedBy(document.publicKey, sealText(await sha256(seal.unsealed)), seal.digits);
  return isWhole ? [] : [{ type: 'pdf-changed' }];
};
