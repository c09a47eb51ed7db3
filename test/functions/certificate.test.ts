import { readFileSync } from 'node:fs';
import { extractText, getDocumentProxy } from 'unpdf';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificatePage } from '../../functions/certificates/certificate-page.ts';
import { certificatePdf } from '../../functions/certificates/certificate-pdf.ts';
import { sfntOf } from '../../functions/certificates/sfnt-of.ts';
import { shownText } from '../../functions/certificates/shown-text.ts';
import { report } from '../../functions/certificates/verifier-core.ts';
import type { SignedCertificate } from '../../shared/domain/certificate/certificate.ts';
import { pdfParts } from '../../shared/domain/certificate/pdf-parts.ts';
import { headline, sectionsOf, signatureSection } from '../../shared/domain/certificate/texts.ts';
import { signCertificate } from '../../shared/runtime/sign-certificate.ts';
import {
  buildFacts,
  certificateFont,
  fileOf,
  keyPrintOf,
  publicKey,
  testSigner,
} from '../support/build-certificate.ts';

/** Without white space: where a line breaks is of no account. */
const packed = (text: string): string => text.replaceAll(/\s/g, '');
const pdfOf = async (document: SignedCertificate): Promise<Uint8Array> =>
  await certificatePdf(document, await keyPrintOf(document), certificateFont, testSigner);
const wordsOf = async (pdf: Uint8Array) =>
  await extractText(await getDocumentProxy(Uint8Array.from(pdf)), { mergePages: true });

let document: SignedCertificate;
beforeAll(async () => {
  document = await signCertificate(buildFacts(), testSigner);
});

describe('the certificate as a PDF', () => {
  it('R4.2 says all that the page says, in text that can be searched and copied', async () => {
    const { text, totalPages } = await wordsOf(await pdfOf(document));
    const sections = [
      ...sectionsOf(document.certificate),
      signatureSection(document, await keyPrintOf(document)),
    ];
    const missing = sections
      .flatMap(({ title, lines }) => [title, ...lines.flatMap(({ label, text }) => [label, text])])
      .filter((words) => !packed(text).includes(packed(words)));
    expect(missing).toEqual([]);
    expect(packed(text)).toContain(packed(headline(document.certificate)));
    expect(totalPages).toBe(2);
  });

  it('R4.2 carries the certificate’s data to the byte, as an attachment that readers show', async () => {
    const pdf = await pdfOf(document);
    expect(Buffer.from(pdfParts(pdf).certificate!).equals(Buffer.from(fileOf(document)))).toBe(true);
    const attached: unknown = await (await getDocumentProxy(Uint8Array.from(pdf))).getAttachments();
    const files = Object.values(
      attached instanceof Map ? Object.fromEntries(attached) : (attached as object),
    );
    expect(files).toMatchObject([{ filename: 'certificate.json' }]);
  });

  it('R4.2 is the same file each time, but for the seal', async () => {
    const [once, again] = await Promise.all([pdfOf(document), pdfOf(document)]);
    expect(Buffer.from(pdfParts(once).seal!.unsealed).equals(pdfParts(again).seal!.unsealed)).toBe(true);
  });

  it('R4.2 embeds the glyphs that it needs and stays below 100 kB', async () => {
    const pdf = await pdfOf(document);
    expect(Buffer.from(pdf).toString('latin1')).toMatch(/\/FontFile2 \d+ 0 R/);
    expect(pdf.length).toBeLessThan(100_000);
  });

  it('R4.2 breaks long texts over pages without losing any', async () => {
    const { form } = buildFacts().acceptance;
    const clauses = Array.from({ length: 40 }, (_, n) => ({
      id: `c-${n}`,
      text: `第${n}条开始。${'本店确认以上内容，并且已经读过说明。'.repeat(12)}第${n}条结束。`,
      verdict: 'accepted' as const,
      reason: null,
    }));
    const long = await signCertificate(buildFacts({ acceptance: { form, clauses } }), testSigner);
    const { text } = await wordsOf(await pdfOf(long));
    for (const clause of clauses) expect(packed(text)).toContain(packed(clause.text));
  });

  it('R4.2 tells a character that its font lacks by its number, and keeps it in the data', async () => {
    const { order } = buildFacts();
    const rare = await signCertificate(buildFacts({ order: { ...order, shop: '𠮷祥店' } }), testSigner);
    const pdf = await pdfOf(rare);
    expect(packed((await wordsOf(pdf)).text)).toContain('〔U+20BB7〕祥店');
    expect(Buffer.from(pdfParts(pdf).certificate!).toString()).toContain('𠮷祥店');
    expect(shownText(sfntOf(certificateFont))('甲\n乙 c')).toBe('甲\n乙 c');
  });

  it('R4.2 takes a font that is not packed as it is', () => {
    const sfnt = sfntOf(certificateFont);
    expect(sfntOf(sfnt).equals(sfnt)).toBe(true);
    expect(sfnt.readUInt32BE(0)).toBe(0x0001_0000);
  });
});

describe('the certificate’s page', () => {
  it('R4.2 says what was accepted, when, and every weakness, without script, and no search engine lists it', async () => {
    const { text, headers } = await certificatePage({
      document,
      keyPrint: await keyPrintOf(document),
      pdfPath: '/c/t/pdf',
      jsonPath: '/c/t/json',
      verifierPath: '/verify',
    });
    for (const { lines } of sectionsOf(document.certificate))
      for (const line of lines) expect(text.content).toContain(line.text.replaceAll('"', '&quot;'));
    expect(text.content).toContain('证明力上有 3 条不足');
    expect(text.content).not.toContain('<script');
    expect(headers).toMatchObject({ 'x-robots-tag': 'noindex, nofollow', 'cache-control': 'no-store' });
  });
});

describe('the verifier’s report', () => {
  it.each([
    ['the service’s key', () => [publicKey], 'intact'],
    ['an older key of the service', () => ['3059', publicKey], 'intact'],
    ['no key to compare with', () => [], 'key-not-compared'],
    ['another service’s key', () => ['3059'], 'key-unpublished'],
  ])('R4.2 tells whose key it was, given %s', async (_, keys, outcome) => {
    const found = await report(fileOf(document), keys());
    expect(found).toMatchObject({ outcome, findings: [], headline: '5 条中认可 4 条，异议 1 条' });
    expect(found.strength).toBe('证明力上有 3 条不足，见下文。');
  });

  it('R4.2 of a changed file says what was changed, though the key is right', async () => {
    const changed = Buffer.from(fileOf(document));
    changed[changed.indexOf('A-1001')]! += 1;
    const { outcome, findings } = await report(changed, [publicKey]);
    expect({ outcome, findings }).toEqual({
      outcome: 'changed',
      findings: ['“工单”部分与签名时不同：内容被改过。'],
    });
  });

  it('R4.2 of what is no certificate says so', async () => {
    const license = readFileSync(new URL('../../LICENSE', import.meta.url));
    await expect(report(license, [])).resolves.toMatchObject({
      outcome: 'changed',
      key: null,
      headline: null,
      sections: [],
    });
  });
});
