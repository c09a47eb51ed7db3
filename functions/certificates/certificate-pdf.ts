import { createHash } from 'node:crypto';
import PDFDocument from 'pdfkit';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import type { SignedCertificate } from '../../shared/domain/certificate/certificate.ts';
import { emptySeal, sealText, withSeal } from '../../shared/domain/certificate/pdf-parts.ts';
import type { Section } from '../../shared/domain/certificate/texts.ts';
import {
  headline,
  sectionsOf,
  signatureSection,
  strengthLine,
} from '../../shared/domain/certificate/texts.ts';
import type { CertificateSigner } from '../../shared/ports/certificate-signer.ts';
import { sfntOf } from './sfnt-of.ts';
import { shownText } from './shown-text.ts';

type Paper = InstanceType<typeof PDFDocument>;

const colours = { ink: '#1d2633', soft: '#566272', care: '#8a4b00', line: '#dfe4ea' } as const;
const margin = 56;
const labelWidth = 92;

/**
 * R4.2 The certificate as a PDF that carries its own data, sealed as a whole. The glyphs that it needs are embedded, so that it looks the same
 * on every phone. The same certificate gives the same file, but for the seal. `font` is a WOFF or TrueType file.
 */
export const certificatePdf = async (
  document: SignedCertificate,
  keyPrint: string,
  font: Uint8Array,
  signer: Pick<CertificateSigner, 'sign'>,
): Promise<Uint8Array> => {
  const unsealed = await drawn(document, keyPrint, font);
  const sha256 = createHash('sha256').update(unsealed).digest('hex');
  return withSeal(unsealed, await signer.sign(sealText(sha256)));
};

const drawn = async (
  document: SignedCertificate,
  keyPrint: string,
  font: Uint8Array,
): Promise<Uint8Array> => {
  const { certificate } = document;
  const signedAt = new Date(certificate.signing.at);
  const paper = new PDFDocument({
    // Its own default would be read from a file beside the library.
    font: '',
    size: 'A4',
    margin,
    pdfVersion: '1.7',
    lang: 'zh-CN',
    displayTitle: true,
    info: { Title: '培训确认凭证', CreationDate: signedAt, ModDate: signedAt, Keywords: emptySeal },
  });
  const chunks: Buffer[] = [];
  const ended = new Promise<Uint8Array>((resolve, reject) => {
    paper.on('data', (chunk: Buffer) => chunks.push(chunk));
    paper.on('end', () => resolve(Buffer.concat(chunks)));
    paper.on('error', reject);
  });
  const sfnt = sfntOf(font);
  const shown = shownText(sfnt);
  paper.font(sfnt).fillColor(colours.ink).fontSize(20).text('培训确认凭证');
  paper.moveDown(0.3).fontSize(13).text(headline(certificate));
  paper.fillColor(colours.care).fontSize(10).text(strengthLine(certificate));
  for (const section of [...sectionsOf(certificate), signatureSection(document, keyPrint)])
    draw(paper, section, shown);
  paper.moveDown(1).fillColor(colours.soft).fontSize(9);
  paper.text(
    '凭证数据附在本文件内。用验证页面打开本文件即可离线验证；公钥指纹应与服务方公布的一致。',
    margin,
  );
  attach(paper, canonicalJson(document), signedAt);
  paper.end();
  return await ended;
};

const draw = (paper: Paper, { title, lines }: Section, shown: (text: string) => string): void => {
  const width = paper.page.width - 2 * margin;
  const bottom = paper.page.height - margin;
  // A title never stands alone at the foot of a page.
  if (paper.y > bottom - 80) paper.addPage();
  paper.moveDown(0.9).fillColor(colours.ink).fontSize(12).text(shown(title), margin);
  paper
    .moveTo(margin, paper.y + 3)
    .lineTo(margin + width, paper.y + 3)
    .strokeColor(colours.line)
    .stroke();
  paper.y += 8;
  for (const { label, text, caution = false } of lines) {
    const words = shown(text);
    paper.fontSize(10);
    const height = paper.heightOfString(words, { width: width - labelWidth, lineGap: 3 });
    if (paper.y + Math.min(height, bottom - margin) > bottom) paper.addPage();
    const { y } = paper;
    paper.fillColor(caution ? colours.care : colours.soft).text(label, margin, y, { width: labelWidth - 8 });
    paper.fillColor(caution ? colours.care : colours.ink);
    paper.text(words, margin + labelWidth, y, { width: width - labelWidth, lineGap: 3 });
    paper.y += 3;
  }
};

/** Without compression, so that any program finds the data. */
const attach = (paper: Paper, text: string, date: Date): void => {
  const options = {
    name: 'certificate.json',
    type: 'application/json',
    description: '培训确认凭证的数据',
    relationship: 'Data',
    creationDate: date,
    modifiedDate: date,
  };
  paper.compress = false;
  paper.file(Buffer.from(text), options);
  paper.compress = true;
};
