import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { certificatePage } from '../../functions/certificates/certificate-page.ts';
import { certificatePdf } from '../../functions/certificates/certificate-pdf.ts';
import { buildVerifier } from '../../infra/cloud/verifier-build.ts';
import { signCertificate } from '../../shared/runtime/sign-certificate.ts';
import { launchBrowser, screenshotFolder } from '../support/browser.ts';
import {
  buildFacts,
  certificateFont,
  fileOf,
  keyPrintOf,
  publicKey,
  testSigner,
} from '../support/build-certificate.ts';

const folder = screenshotFolder('certificate');
const fonts = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/package.json'));
const phone = { width: 390, height: 844 };

let browser: Browser;
let json: Buffer;
let pdf: Buffer;
const troubles: string[] = [];

beforeAll(async () => {
  const document = await signCertificate(buildFacts(), testSigner);
  const keyPrint = await keyPrintOf(document);
  json = Buffer.from(fileOf(document));
  pdf = Buffer.from(await certificatePdf(document, keyPrint, certificateFont, testSigner));
  writeFileSync(join(folder, 'verify.html'), await buildVerifier([publicKey]));
  writeFileSync(join(folder, 'verify-keyless.html'), await buildVerifier([]));
  const { text } = await certificatePage({
    document,
    keyPrint,
    pdfPath: 'c.pdf',
    jsonPath: 'c.json',
    verifierPath: 'verify.html',
  });
  writeFileSync(join(folder, 'certificate.html'), text.content);
  browser = await launchBrowser();
}, 30_000);
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(troubles.splice(0)).toStrictEqual([]);
});
afterAll(async () => {
  await browser.close();
});

/** From the disk, without a network. */
const open = async (name: string): Promise<Page> => {
  const context = await browser.newContext({
    viewport: phone,
    isMobile: true,
    hasTouch: true,
    locale: 'zh-CN',
    offline: true,
  });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:'))
      troubles.push(request.url());
  });
  await page.goto(pathToFileURL(join(folder, name)).href);
  return page;
};
const choose = async (page: Page, name: string, buffer: Buffer): Promise<void> =>
  await page.setInputFiles('input', { name, mimeType: 'application/octet-stream', buffer });
const verdictIn = (page: Page) => async (): Promise<string | null> =>
  await page.locator('#verdict').textContent();
const picture = async (page: Page, name: string): Promise<void> => {
  const css = readFileSync(join(fonts, '400.css'), 'utf8').replaceAll(
    'url(./',
    `url(${pathToFileURL(fonts).href}/`,
  );
  await page.addStyleTag({ content: css });
  await page.evaluate('document.fonts.ready.then(() => true)');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};
const fitsWidth = async (page: Page): Promise<boolean> =>
  await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
const flipped = (file: Buffer, place: number): Buffer => {
  const changed = Buffer.from(file);
  changed[place]! ^= 1;
  return changed;
};

describe('the verifier, opened from the disk and offline', () => {
  it('R4.2 takes the PDF, and says what was accepted, when, and what is weak', async () => {
    const page = await open('verify.html');
    await choose(page, 'certificate.pdf', pdf);
    await expect.poll(verdictIn(page)).toContain('凭证完好');
    const text = await page.locator('#report').innerText();
    expect(text).toContain('5 条中认可 4 条，异议 1 条');
    expect(text).toContain('2025年3月18日 14:05:07（北京时间）');
    expect(text).toContain('证明力上有 3 条不足');
    expect(text).toContain('没有第三方时间戳');
    expect(await fitsWidth(page)).toBe(true);
    await picture(page, 'verifier-intact');
  });

  it('R4.2 takes the JSON by drag and drop', async () => {
    const page = await open('verify.html');
    await page.evaluate(`(() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File([${JSON.stringify(json.toString())}], 'certificate.json'));
      document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }));
    })()`);
    await expect.poll(verdictIn(page)).toContain('凭证完好');
  });

  it('R4.2 finds one changed byte, and names it', async () => {
    const page = await open('verify.html');
    await choose(page, 'certificate.json', flipped(json, json.indexOf('A-1001')));
    await expect.poll(verdictIn(page)).toContain('凭证不可信');
    expect(await page.locator('#report li').allTextContents()).toEqual([
      '“工单”部分与签名时不同：内容被改过。',
    ]);
    await choose(page, 'certificate.pdf', flipped(pdf, pdf.indexOf('/FlateDecode') + 60));
    await expect
      .poll(async () => await page.locator('#report li').allTextContents())
      .toEqual(['PDF 文件与封印时不同：看到的文字、版面或附件被改过。']);
    await picture(page, 'verifier-changed');
    await choose(page, 'certificate.pdf', pdf);
    await expect.poll(verdictIn(page)).toContain('凭证完好');
  });

  it('R4.2 without the service’s keys asks to compare the fingerprint', async () => {
    const page = await open('verify-keyless.html');
    await choose(page, 'certificate.pdf', pdf);
    await expect.poll(verdictIn(page)).toContain('请把公钥指纹与服务方公布的比较');
  });

  it('R4.2 says so when a file is no certificate', async () => {
    const page = await open('verify.html');
    await choose(page, 'photo.jpg', Buffer.from([0xff, 0xd8, 0xff]));
    await expect.poll(verdictIn(page)).toContain('凭证不可信');
  });
});

describe('the certificate’s page', () => {
  it('R4.2 is read on a phone and printed on paper', async () => {
    const page = await open('certificate.html');
    expect(await fitsWidth(page)).toBe(true);
    await picture(page, 'certificate-phone');
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 794, height: 1123 });
    expect(await page.locator('.button').first().isVisible()).toBe(false);
    await picture(page, 'certificate-paper');
  });
});
