import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordingPage, type RecordingPageView } from '../../functions/recordings/recording-page.ts';
import { type RefusedReason, refusedPage } from '../../functions/recordings/refused-page.ts';
import type { TextAnswer } from '../../shared/runtime/answer.ts';
import { launchBrowser, screenshotFolder } from '../support/browser.ts';
import { buildRecordingView } from '../support/build-recording-view.ts';
import { listenOnLoopback, stopListening } from '../support/loopback.ts';
import { bytesOf } from '../support/make-video.ts';
import { spreadVideo } from '../support/spread-video.ts';

const folder = screenshotFolder('recording-page');
const fonts = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/package.json'));
const fixture = new URL('../fixtures/video/mp4-h264-aac-20s.bin', import.meta.url);
const file = Buffer.from(bytesOf(spreadVideo(readFileSync(fixture), 4 * 1024 * 1024)));
const phone = { width: 390, height: 844 };

let browser: Browser;
let site: Server;
let base: string;
let media: Server;
let mediaOrigin: string;

let answer: TextAnswer;
/** The number of the address that is valid now; older ones are refused, as S3 refuses a signature that has run out. */
let valid: number;
/** What the next addresses are worth: `broken` ones are refused from the start. */
let broken: boolean;
let signed: number;
let ranges: string[];
let told: unknown[];
let tellingFails: boolean;
const troubles: string[] = [];

const answerSite = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
  const { url = '/', method } = request;
  if (method === 'POST') {
    expect(request.headers['content-type']).toBe('application/json');
    told.push(JSON.parse(await text(request)));
    return response.writeHead(tellingFails ? 403 : 204).end();
  }
  if (url === '/r/token-1/video') {
    signed += 1;
    valid = broken ? 0 : signed;
    const location = `${mediaOrigin}/recording?signature=${signed}`;
    return response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
  }
  if (url.startsWith('/fonts/')) {
    const type = url.endsWith('.css') ? 'text/css' : 'font/woff2';
    return response.writeHead(200, { 'content-type': type }).end(readFileSync(join(fonts, url.slice(7))));
  }
  return response
    .writeHead(answer.status, { 'content-type': answer.text.type, ...answer.headers })
    .end(answer.text.content);
};

const answerMedia = ({ url = '/', headers }: IncomingMessage, response: ServerResponse): unknown => {
  if (url !== `/recording?signature=${valid}`) return response.writeHead(403).end('<Error/>');
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? 'bytes=0-') ?? [];
  const [start, end] = [Number(first), last === '' ? file.length : Number(last) + 1];
  ranges.push(`${start}-`);
  return response
    .writeHead(206, {
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
      'content-range': `bytes ${start}-${end - 1}/${file.length}`,
      'content-length': end - start,
      etag: '"recording"',
    })
    .end(file.subarray(start, end));
};

beforeAll(async () => {
  browser = await launchBrowser();
  site = createServer((request, response) => void answerSite(request, response));
  media = createServer(answerMedia);
  base = await listenOnLoopback(site);
  mediaOrigin = await listenOnLoopback(media);
}, 20_000);
beforeEach(async () => {
  [valid, broken, signed, ranges, told, tellingFails] = [0, false, 0, [], [], false];
  await show();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(troubles.splice(0)).toStrictEqual([]);
});
afterAll(async () => {
  stopListening(site);
  stopListening(media);
  await browser.close();
});

const show = async (facts: Partial<RecordingPageView> = {}): Promise<void> => {
  answer = await recordingPage(buildRecordingView({ mediaOrigin, durationSeconds: 20, ...facts }));
};

const open = async (options: BrowserContextOptions = {}, first = ''): Promise<Page> => {
  const context = await browser.newContext({
    viewport: phone,
    isMobile: true,
    hasTouch: true,
    locale: 'zh-CN',
    ...options,
  });
  const page = await context.newPage();
  await page.addInitScript(first);
  page.on('console', (message) => {
    // Refusals are what some tests are about; the browser tells of each by itself.
    const isRefusal = message.text().includes('responded with a status of 4');
    if (message.type() === 'error' && !isRefusal) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.goto(`${base}/r/token-1`);
  return page;
};

/** With a Chinese font of the test's, as the machine may have none: the product's page uses what the reader has. Needs `bypassCSP`. */
const picture = async (page: Page, name: string): Promise<void> => {
  for (const weight of ['400', '600']) await page.addStyleTag({ url: `/fonts/${weight}.css` });
  await page.evaluate('document.fonts.ready.then(() => true)');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};

const video = async <T>(page: Page, what: string): Promise<T> =>
  await page.evaluate<T>(`(() => { const video = document.querySelector('video'); return ${what}; })()`);
const position = async (page: Page): Promise<number> => await video<number>(page, 'video.currentTime');
const loaded = async (page: Page): Promise<void> =>
  await expect.poll(async () => await video(page, 'video.readyState')).toBeGreaterThan(1);
/** By a tap in the middle, as people start a video. */
const tap = async (page: Page): Promise<void> => {
  await loaded(page);
  const { height } = (await page.locator('video').boundingBox())!;
  await page.locator('video').tap({ position: { x: 26, y: height - 40 } });
  await expect.poll(async () => await video(page, 'video.paused')).toBe(false);
};
const playTo = async (page: Page, seconds: number): Promise<void> =>
  await expect.poll(async () => await position(page), { timeout: 15_000 }).toBeGreaterThanOrEqual(seconds);
const seek = async (page: Page, seconds: number): Promise<unknown> =>
  await video(page, `video.currentTime = ${seconds}`);
const shares = (): number[] => told.map((each) => (each as { share: number }).share);
const fitsWidth = async (page: Page): Promise<boolean> =>
  await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

const hiddenAtFirst = `
  window.sight = { hidden: true };
  Object.defineProperty(document, 'hidden', { get: () => window.sight.hidden });
`;
const refusals: RefusedReason[] = ['unknown', 'expired', 'revoked', 'gone', 'not-ready', 'busy'];

const smallTargets = `[...document.querySelectorAll('a, button')]
  .filter((each) => each.getBoundingClientRect().height < 44)
  .map((each) => each.textContent)`;

/** Texts whose contrast is below WCAG 2.2's AA, 4.5 to 1. */
const faint = async (page: Page): Promise<string[]> =>
  await page.evaluate(`(() => {
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
      const [r, g, b] = channels(colour).map((each) => each / 255).map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (each) => {
      const colour = getComputedStyle(each).backgroundColor;
      return channels(colour)[3] === 0 ? behind(each.parentElement) : colour;
    };
    return [...document.querySelectorAll('h1, h2, p, span, a, button')].filter((each) => {
      const [a, b] = [light(getComputedStyle(each).color), light(behind(each))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    }).map((each) => each.textContent.trim());
  })()`);

describe('the page of a recording on a phone', () => {
  it('R2.3 plays at a tap, and seeks by asking for a range', async () => {
    const page = await open();
    await tap(page);
    await playTo(page, 1);
    expect(ranges.filter((range) => Number.parseInt(range) > file.length / 2)).toStrictEqual([]);
    await seek(page, 16);
    await playTo(page, 16.5);
    expect(ranges.some((range) => Number.parseInt(range) > file.length / 2)).toBe(true);
    expect(signed).toBe(1);
  });

  it('R2.3 tells that it was opened, then the share really watched, not the furthest place', async () => {
    const page = await open();
    await expect.poll(shares).toStrictEqual([0]);
    await tap(page);
    await playTo(page, 2);
    await seek(page, 15);
    await playTo(page, 17);
    await seek(page, 0);
    await playTo(page, 1);
    await video(page, 'video.pause()');
    await expect.poll(shares).toHaveLength(2);
    // 0 to 2 and 15 to 17 of 20 seconds, the first second twice.
    expect(shares()[1]).toBeGreaterThanOrEqual(0.19);
    expect(shares()[1]).toBeLessThan(0.3);
    await seek(page, 19);
    await video(page, 'video.play()');
    await expect.poll(shares, { timeout: 10_000 }).toHaveLength(3);
    expect(await video(page, 'video.ended')).toBe(true);
    expect(shares()[2]! - shares()[1]!).toBeCloseTo(0.05, 1);
  });

  it('R2.3 tells it every 30 seconds while it plays, and when somebody leaves', async () => {
    const page = await open();
    await tap(page);
    await playTo(page, 1);
    expect(shares()).toStrictEqual([0]);
    const later = Number(await page.evaluate('Date.now()')) + 31_000;
    await page.clock.setFixedTime(later);
    await expect.poll(shares).toHaveLength(2);
    const seconds = await position(page);
    await playTo(page, seconds + 1);
    expect(shares()).toHaveLength(2);
    await page.goto('about:blank');
    // Out of sight, and gone: the second is told only if it has gone on between.
    await expect.poll(() => shares().length).toBeGreaterThanOrEqual(3);
    expect(shares().length).toBeLessThanOrEqual(4);
    expect(shares()).toStrictEqual(shares().toSorted((a, b) => a - b));
  });

  it('R2.3 counts nobody as long as the page is out of sight', async () => {
    await show({ playsInBrowser: false });
    const page = await open({}, hiddenAtFirst);
    await page.waitForLoadState('networkidle');
    expect(told).toStrictEqual([]);
    await page.evaluate('sight.hidden = false; document.dispatchEvent(new Event("visibilitychange"))');
    await expect.poll(() => told).toStrictEqual([{ share: 0 }]);
  });

  it('goes on at the same place when the address has run out', async () => {
    const page = await open();
    await tap(page);
    await playTo(page, 3);
    valid = 0;
    await seek(page, 14);
    await playTo(page, 15);
    expect(signed).toBe(2);
    expect(await position(page)).toBeLessThan(18);
    expect(await page.locator('#trouble').isVisible()).toBe(false);
    await video(page, 'video.pause()');
    // What was played before the address was fetched anew still counts.
    await expect.poll(() => shares().at(-1)).toBeGreaterThanOrEqual(0.19);
    expect(shares().at(-1)).toBeLessThan(0.4);
  });

  it('says so when the video cannot be had, and tries again when it is told to', async () => {
    broken = true;
    const page = await open();
    await page.locator('#trouble').waitFor();
    expect(signed).toBe(2);
    await page.getByRole('button', { name: '重新加载' }).tap();
    await expect.poll(() => signed).toBe(3);
    await page.locator('#trouble').waitFor();
    broken = false;
    await page.getByRole('button', { name: '重新加载' }).tap();
    await playTo(page, 0.5);
    expect(await page.locator('#trouble').isVisible()).toBe(false);
  });

  it('comes back to where somebody was, and counts what they have watched before', async () => {
    const page = await open();
    await tap(page);
    await playTo(page, 2);
    await seek(page, 12);
    await playTo(page, 13);
    await page.reload();
    await loaded(page);
    expect(await page.locator('#resumed').textContent()).toMatch(/^上次看到 00:1[234]，从这里接着播放。$/);
    expect(await position(page)).toBeGreaterThan(12.5);
    const before = shares().at(-2)!;
    await tap(page);
    await playTo(page, 15);
    await video(page, 'video.pause()');
    await expect.poll(() => shares().at(-1)).toBeGreaterThan(before);
    expect(shares().at(-1)).toBeLessThan(0.4);
  });

  it('plays where the browser keeps nothing and nobody takes the share', async () => {
    tellingFails = true;
    const page = await open(
      {},
      'Object.defineProperty(window, "localStorage", { get() { throw new Error("refused"); } })',
    );
    await tap(page);
    await playTo(page, 1);
    await video(page, 'video.pause()');
    await expect.poll(shares).toHaveLength(2);
    expect(await page.locator('#trouble').isVisible()).toBe(false);
  });

  it('shows the player without script too, and tells nothing then', async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.locator('video[controls]').waitFor();
    await expect.poll(() => ranges.length).toBeGreaterThan(0);
    expect(await page.locator('#trouble, #resumed').filter({ visible: true }).count()).toBe(0);
    expect(told).toStrictEqual([]);
  });

  it('R2.2 offers what no browser plays as a download', async () => {
    await show({ playsInBrowser: false });
    const page = await open();
    expect(await page.locator('video').count()).toBe(0);
    expect(await page.getByRole('link', { name: '下载录屏' }).getAttribute('href')).toContain('download=1');
    await expect.poll(() => told).toStrictEqual([{ share: 0 }]);
    expect(signed).toBe(0);
  });
});

describe('the look of it', () => {
  it.each(['light', 'dark'] as const)(
    'is read, tapped and enlarged without trouble, %s',
    async (colorScheme) => {
      const pages: Record<string, () => Promise<void>> = {
        player: () => show({ part: { number: 2, of: 3 }, durationSeconds: 7080 }),
        download: () => show({ playsInBrowser: false, durationSeconds: 7080 }),
        long: () => show({ shopName: '欧阳'.repeat(40), trainerName: 'W'.repeat(80) }),
      };
      for (const reason of refusals) pages[reason] = async () => void (answer = await refusedPage(reason));
      for (const [name, make] of Object.entries(pages)) {
        await make();
        const page = await open({ colorScheme, bypassCSP: true, deviceScaleFactor: 2 });
        if (name === 'player') await loaded(page);
        await page.evaluate(`for (const each of document.querySelectorAll('[hidden]')) each.hidden = false`);
        await picture(page, `${name}-${colorScheme}`);
        const found = { faint: await faint(page), small: await page.evaluate(smallTargets) };
        expect({ name, ...found }).toStrictEqual({ name, faint: [], small: [] });
        // At 200 % a phone has half the pixels for the page.
        for (const width of [phone.width, phone.width / 2]) {
          await page.setViewportSize({ width, height: 844 });
          expect(await fitsWidth(page), `${name} at ${width}`).toBe(true);
        }
        await page.context().close();
      }
    },
  );
});
