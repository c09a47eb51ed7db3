import type { PartName, Weakness } from './certificate.ts';
import { partTitles, weaknessTexts } from './texts.ts';

/** What a check of a certificate has found wrong. */
export type CertificateFinding =
  /** It cannot be read as a certificate at all: why. */
  | { type: 'malformed'; problem: string }
  /** The same content written otherwise: a blank, another sequence, a member twice. The number of the first character that differs. */
  | { type: 'not-canonical'; place: number }
  /** A part is not the one whose digest was signed. */
  | { type: 'part-changed'; part: PartName }
  /** Neither digests nor key nor signature may differ by one bit. */
  | { type: 'signature-wrong' }
  | { type: 'weakness-hidden' | 'weakness-invented'; weakness: Weakness }
  | { type: 'pdf-without-certificate' }
  | { type: 'pdf-without-seal' }
  /** What the PDF shows, or anything else in it, is not what was sealed. */
  | { type: 'pdf-changed' };

/** A finding in words. */
export const findingText = (finding: CertificateFinding): string => {
  switch (finding.type) {
    case 'malformed':
      return `这不是完整的确认凭证：${finding.problem}。`;
    case 'not-canonical':
      return `从第 ${finding.place} 个字符起，写法与签名时不同：文件被改写过。`;
    case 'part-changed':
      return `“${partTitles[finding.part]}”部分与签名时不同：内容被改过。`;
    case 'signature-wrong':
      return '数字签名不符：指纹、公钥或签名本身被改过。';
    case 'weakness-hidden':
      return `有一条证明力上的不足没有写明：${weaknessTexts[finding.weakness]}`;
    case 'weakness-invented':
      return `写明的一条不足与内容不符：${weaknessTexts[finding.weakness]}`;
    case 'pdf-without-certificate':
      return '这份 PDF 里没有附带凭证数据，无法验证。';
    case 'pdf-without-seal':
      return '这份 PDF 没有封印，或者封印被改坏，不能证明看到的文字与凭证一致。';
    case 'pdf-changed':
      return 'PDF 文件与封印时不同：看到的文字、版面或附件被改过。';
  }
};
