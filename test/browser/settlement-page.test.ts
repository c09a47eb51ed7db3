import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { settlementPage, settlementPolicy } from '../../functions/settlement/settlement-page.ts';
import { viewSettlement } from '../../shared/contracts/settlement-view.ts';
import { bookFees } from '../../shared/domain/fees.ts';
import type { LedgerEntry } from '../../shared/domain/ledger.ts';
import type { Order } from '../../shared/domain/order.ts';
import { at, buildFacts, makeStory, understood } from '../support/build-order.ts';
import { launchBrowser, screenshotFolder } from '../support/browser.ts';
import { listenOnLoopback, stopListening } from '../support/loopback.ts';

const folder = screenshotFolder('settlement-page');
const fonts = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/package.json'));
/** A4 without the page's margins, in pixels of CSS. */
const paper = Math.floor(((210 - 28) / 25.4) * 96);

let browser: Browser;
let door: Server;
let base: string;
let shown: string;
const troubles: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  door = createServer((request, response) => {
    const { url = '/' } = request;
    if (url === '/') {
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': settlementPolicy,
      };
      return response.writeHead(200, headers).end(shown);
    }
    const type = url.endsWith('.css') ? 'text/css' : 'font/woff2';
    return response.writeHead(200, { 'content-type': type }).end(readFileSync(join(fonts, url)));
  });
  base = await listenOnLoopback(door);
}, 20_000);
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(troubles.splice(0)).toStrictEqual([]);
});
afterAll(async () => {
  stopListening(door);
  await browser.close();
});

/** What an order that lasts until day 9 has booked, 孙七 having it from day 5 on. */
const booked = (orderId: string, fees: Order['fees'], amended?: Order['fees']): LedgerEntry[] => {
  const story = makeStory({ orderId, fees, trainer: { id: 'zhangsan', name: '张三' } });
  const ledger: LedgerEntry[] = [];
  const keep = (order: Order): void => {
    ledger.push(...bookFees({ ...order, booked: [] }, buildFacts('2025-03-17 00:00')).ledger);
  };
  story.act('2025-03-09 13:55', 'confirm-needs', understood);
  story.act('2025-03-09 14:00', 'start-training');
  story.act('2025-03-09 16:00', 'finish-training');
  story.act('2025-03-11 20:00', 'emergency-plan', { on: true, reason: '订单集中' });
  story.act('2025-03-12 20:00', 'emergency-plan', { on: false, reason: '已缓解' });
  story.act('2025-03-13 15:00', 'reassign', { trainer: { id: 'sunqi', name: '孙七' }, reason: '张三出差' });
  story.until('2025-03-17 00:00');
  keep(story.order);
  if (amended !== undefined)
    ledger.push(...(story.amend('2025-03-18 10:00', { fees: amended }).ledger ?? []));
  return ledger;
};

const byTrainer = (lines: readonly LedgerEntry[]): LedgerEntry[] =>
  lines.toSorted((a, b) => (a.trainerId < b.trainerId ? -1 : Number(a.trainerId > b.trainerId)));

const render = async (lines: readonly LedgerEntry[], trainerId: string | null = null): Promise<void> => {
  shown = await settlementPage(viewSettlement('2025-03', trainerId, lines), at('2025-04-01 09:30'));
};

const month = (): LedgerEntry[] =>
  byTrainer([
    ...booked('R20250308-001', { training: 30_000, maintenance: 10_005 }),
    ...booked(
      'R20250308-017',
      { training: 30_000, maintenance: 14_000 },
      { training: 32_000, maintenance: 14_000 },
    ),
  ]);

const open = async (width: number, print: boolean): Promise<Page> => {
  const context = await browser.newContext({
    viewport: { width, height: 1000 },
    locale: 'zh-CN',
    // The font is the test's: the product's page uses what the reader has.
    bypassCSP: true,
  });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(base);
  for (const weight of ['400', '500', '600']) await page.addStyleTag({ url: `/${weight}.css` });
  if (print) await page.emulateMedia({ media: 'print' });
  await page.evaluate('document.fonts.ready.then(() => true)');
  return page;
};
const picture = async (page: Page, name: string) =>
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
const fitsWidth = async (page: Page) =>
  await page.evaluate<boolean>(
    'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
  );

/** Sheets of a PDF as Chromium writes it. */
const sheetsOf = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;

describe('the statement to print', () => {
  it('R3.4 fits the width of A4 and prints a list and a sheet for each trainer', async () => {
    await render(month());
    const page = await open(paper, true);
    expect(await page.locator('section').count()).toBe(3);
    expect(await fitsWidth(page)).toBe(true);
    await picture(page, 'print');
    const pdf = await page.pdf({ path: join(folder, 'print.pdf'), preferCSSPageSize: true });
    expect(sheetsOf(pdf)).toBe(3);
  });

  it('fits also where numbers, names and ids are as long as they can be', async () => {
    const long = 'W'.repeat(64);
    const lines = booked('R20250308-001', { training: 999_999_999, maintenance: 999_999_999 });
    await render(
      lines.map((line) => ({
        ...line,
        orderId: long,
        entryId: `${long}.1000.L10`,
        trainerId: long,
        trainerName: '欧阳'.repeat(20),
        why: line.why.replace(line.orderId, long),
      })),
    );
    for (const width of [paper, 390]) {
      const page = await open(width, width === paper);
      expect(await fitsWidth(page)).toBe(true);
      await picture(page, `long-${width}`);
    }
  });

  it('breaks a long list between lines, and repeats the heading of its columns', async () => {
    const lines = Array.from({ length: 14 }, (_, index) =>
      booked(`R20250308-${100 + index}`, { training: 30_000, maintenance: 10_000 + index }),
    )
      .flat()
      .filter(({ trainerId }) => trainerId === 'zhangsan');
    await render(lines, 'zhangsan');
    const page = await open(paper, true);
    const pdf = await page.pdf({ path: join(folder, 'long-list.pdf'), preferCSSPageSize: true });
    expect(sheetsOf(pdf)).toBeGreaterThan(1);
    expect(await page.locator('section').count()).toBe(1);
    await picture(page, 'long-list');
  });

  it('is read on a screen of any width', async () => {
    await render(month());
    for (const width of [1280, 390]) {
      const page = await open(width, false);
      expect(await fitsWidth(page)).toBe(true);
      await picture(page, `screen-${width}`);
    }
  });

  it('has its style under its own policy, and runs nothing that a name or a reason holds', async () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'><b>粗</b>';
    await render(month().map((line) => ({ ...line, trainerName: hostile, why: hostile })));
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('dialog', (dialog) => {
      troubles.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(base);
    expect(await page.locator('img, script, b').count()).toBe(0);
    expect(await page.locator('tbody td', { hasText: hostile }).first().textContent()).toContain(hostile);
    expect(await page.evaluate('getComputedStyle(document.querySelector("h1")).fontSize')).toBe('20px');
  });
});
