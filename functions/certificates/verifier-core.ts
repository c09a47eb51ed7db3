import type { CertificateCheck } from '../../shared/domain/certificate/check-certificate.ts';
import { checkCertificate } from '../../shared/domain/certificate/check-certificate.ts';
import { findingText } from '../../shared/domain/certificate/findings.ts';
import type { Section } from '../../shared/domain/certificate/texts.ts';
import {
  headline,
  sectionsOf,
  signatureSection,
  spacedPrint,
  strengthLine,
} from '../../shared/domain/certificate/texts.ts';
import { webCryptography } from '../../shared/runtime/web-cryptography.ts';

/** What a check comes to, in words. */
export type Report = {
  outcome: 'intact' | 'key-not-compared' | 'key-unpublished' | 'changed';
  verdict: string;
  key: string | null;
  findings: readonly string[];
  headline: string | null;
  strength: string | null;
  sections: readonly Section[];
};

/** R4.2 Checks a certificate's file and says it in words. `publishedKeys` are the service's own, as the certificate writes them; none when they are unknown here. */
export const report = async (file: Uint8Array, publishedKeys: readonly string[]): Promise<Report> => {
  const check = await checkCertificate(file, webCryptography);
  const { document, keyPrint, findings } = check;
  const outcome = outcomeOf(check, publishedKeys);
  return {
    outcome,
    verdict: verdicts[outcome],
    key: keyPrint === null ? null : spacedPrint(keyPrint),
    findings: findings.map(findingText),
    headline: document === null ? null : headline(document.certificate),
    strength: document === null ? null : strengthLine(document.certificate),
    sections:
      document === null || keyPrint === null
        ? []
        : [...sectionsOf(document.certificate), signatureSection(document, keyPrint)],
  };
};

const outcomeOf = (
  { findings, document }: CertificateCheck,
  publishedKeys: readonly string[],
): Report['outcome'] => {
  if (findings.length > 0 || document === null) return 'changed';
  if (publishedKeys.length === 0) return 'key-not-compared';
  return publishedKeys.includes(document.publicKey) ? 'intact' : 'key-unpublished';
};

const verdicts = {
  intact: '凭证完好：签名后没有改动，公钥是服务方公布的。',
  'key-not-compared': '签名后没有改动。是谁签发的还要核对：请把公钥指纹与服务方公布的比较。',
  'key-unpublished': '签名后没有改动，但公钥不是服务方公布的，不能证明由服务方签发。',
  changed: '凭证不可信：内容被改过或不完整。',
} as const satisfies Record<Report['outcome'], string>;
