import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, CDPSession, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { makeOrderData } from '../support/crm-message.ts';
import type { LocalProduct } from '../support/local-product.ts';
import { startProduct } from '../support/local-product.ts';
import { makeFlv, writeSparse } from '../support/make-video.ts';
import { spreadVideo } from '../support/spread-video.ts';

/** By hand also with gigabytes. */
const bytes = Number(process.env['RECORDING_BYTES'] ?? 320 * 1024 * 1024);
const partBytes = 16 * 1024 * 1024;
const parts = Math.ceil(bytes / partBytes);
const soon = { timeout: 10_000 };
/** Enough for the bytes at the pace below, and as much again. */
const whole = { timeout: 20_000 + bytes / 20_000 };
const name = '20250309_140000 星星乐园.mp4';
const fixture = readFileSync(new URL('../fixtures/video/mp4-h264-aac-20s.bin', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ninedays-recordings-'));
const path = join(folder, name);

let browser: Browser;
let product: LocalProduct;
const troubles: string[] = [];

beforeAll(async () => {
  [browser, product] = await Promise.all([
    launchBrowser(),
    startProduct({ clockStart: '2025-03-08T10:00:00+08:00' }),
    writeSparse(spreadVideo(fixture, bytes - fixture.length), path),
  ]);
  // The page is built with the first request.
  await fetch(`${product.url}/console`);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  product.forget();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(troubles.splice(0)).toStrictEqual([]);
});

/** An order whose training of one minute has just ended. */
const trained = async (orderId: string): Promise<void> => {
  const minute = { startsAt: '2025-03-09T14:00:00+08:00', minutes: 1 };
  const created = await product.crm(
    'order.created',
    makeOrderData({ orderId, acceptedAt: await product.now(), training: minute }),
  );
  expect(created.status).toBe(201);
};
const train = async (...orderIds: string[]): Promise<void> => {
  for (const orderId of orderIds) await trained(orderId);
  const act = async (action: string, body: unknown = {}) => {
    for (const orderId of orderIds)
      expect(await product.act(orderId, action, body, 'zhangsan', 'trainer')).toMatchObject({ status: 200 });
  };
  await product.turnTo('2025-03-09T13:00:00+08:00');
  await act('confirm-time', { outcome: 'confirmed' });
  await act('confirm-needs', { extraNeeds: [], understood: true });
  await product.turnTo('2025-03-09T14:00:00+08:00');
  await act('start-training');
  await product.turnTo('2025-03-09T14:02:00+08:00');
  await act('finish-training');
};
const eventsOf = async (orderId: string): Promise<string[]> => {
  const { body } = await product.read(`/api/orders/${orderId}/history`);
  return body.entries.map(({ event }: { event: string }) => event);
};
const recordingOf = async (orderId: string) =>
  (await product.read(`/api/orders/${orderId}/recordings`, 'lisi', 'assistant')).body.recordings[0];

const watched = async (options: BrowserContextOptions): Promise<Page> => {
  const context = await browser.newContext({ locale: 'zh-CN', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(soon.timeout);
  page.on('console', (message) => {
    // Cut lines and refusals are what these tests are about; a browser reports each by itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  return page;
};
const staffPage = async (orderId: string, staffId: string, role: string): Promise<Page> => {
  const page = await watched({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${product.url}/local/console?staffId=${staffId}&roles=${role}`);
  await page.getByLabel('工单号').fill(orderId);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '已登记的录屏' }).waitFor();
  return page;
};
const phonePage = async (): Promise<Page> =>
  await watched({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });

const button = (page: Page, label: string) => page.getByRole('button', { name: label, exact: true });
const choose = async (page: Page, file: string): Promise<void> =>
  await page.locator('.drop input[type=file]').setInputFiles(file);
const percentOf = async (page: Page): Promise<number> =>
  Number(await page.getByRole('progressbar').getAttribute('aria-valuenow'));
const past = async (page: Page, percent: number): Promise<void> =>
  await expect.poll(() => percentOf(page), { ...whole, interval: 50 }).toBeGreaterThanOrEqual(percent);

const partOf = (request: Request): number | null => {
  const number = new URL(request.url()).searchParams.get('partNumber');
  return request.method() === 'PUT' && number !== null ? Number(number) : null;
};
/** Which parts a page sends, and which of them the store has acknowledged to it. */
const followParts = (page: Page) => {
  const sent: number[] = [];
  const stored: number[] = [];
  page.on('request', (request) => {
    const number = partOf(request);
    if (number !== null) sent.push(number);
  });
  page.on('response', (response) => {
    const number = partOf(response.request());
    if (number !== null && response.status() === 200) stored.push(number);
  });
  return { sent, stored };
};

/** A line that leaves time to cut it; loopback would carry the file in a second. */
const paced = { latency: 0, downloadThroughput: -1, uploadThroughput: Math.max(60e6, bytes / 20) };
const lineOf = async (page: Page) => {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const set = async (offline: boolean): Promise<void> => {
    await session.send('Network.emulateNetworkConditions', { offline, ...paced });
  };
  await set(false);
  return { cut: async () => await set(true), mend: async () => await set(false) };
};

const video = async <T>(page: Page, what: string): Promise<T> =>
  await page.evaluate<T>(`(() => { const video = document.querySelector('video'); return ${what}; })()`);

describe('R2.2 R2.3 a recording from the trainer’s desk to the customer', () => {
  let link = '';

  beforeAll(async () => {
    await train('A-1', 'A-2');
  }, 30_000);

  it(
    'goes up past a cut line and a reload, no part twice, and is told what it lacks',
    async () => {
      const page = await staffPage('A-1', 'zhangsan', 'trainer');
      const { sent, stored } = followParts(page);
      const line = await lineOf(page);
      await choose(page, path);
      await expect.poll(() => page.getByLabel('录屏开始时间').inputValue(), soon).toBe('2025-03-09T14:00');
      expect(await page.getByLabel('客户进入时间').inputValue()).toBe('2025-03-09T14:00');
      await button(page, '开始上传').click();
      await past(page, 30);

      await line.cut();
      await page.getByText('网络断开，恢复后会自动继续。', { exact: true }).waitFor(soon);
      const before = await percentOf(page);
      await line.mend();
      await expect.poll(() => page.getByText('网络断开').count(), soon).toBe(0);
      await past(page, Math.max(55, before + 10));

      page.once('dialog', (dialog) => void dialog.accept());
      await page.reload();
      await page.getByText('上次没有传完').waitFor(soon);
      await page.getByText(/已有 \d+%/).waitFor(soon);
      const colleague = await staffPage('A-1', 'wangwu', 'trainer');
      await colleague.getByText('由 zhangsan 上传，还没有传完').waitFor();
      const { recordingId } = await recordingOf('A-1');
      const there: { number: number }[] = (
        await product.read(`/api/recordings/${recordingId}/parts`, 'zhangsan', 'trainer')
      ).body.parts;
      expect(there.length).toBeGreaterThanOrEqual(parts / 3);
      expect(there.length).toBeLessThan(parts);
      const sentBefore = sent.length;
      await page.locator('.row input[type=file]').setInputFiles(path);
      await page.getByText('没有通过的原因').waitFor(whole);
      await page
        .getByText('录屏共 0 分钟，少于培训计划 1 分钟的 80%（1 分钟）；如果录成了几段，请把其余的也传上来。')
        .waitFor();

      const known = new Set(there.map(({ number }) => number));
      const after = sent.slice(sentBefore);
      expect(after.filter((number) => known.has(number))).toStrictEqual([]);
      expect(after.length + known.size).toBe(parts);
      expect(stored.toSorted((a, b) => a - b)).toStrictEqual([...new Set(stored)].toSorted((a, b) => a - b));
      expect(await recordingOf('A-1')).toMatchObject({
        state: 'rejected',
        fileName: name,
        size: statSync(path).size,
        customerJoinedAt: '2025-03-09T06:00:00.000Z',
        problems: [{ code: 'too-short' }],
      });
    },
    60_000 + bytes / 5_000,
  );

  it('is let pass by the assistant with a reason, and its link is handed on', async () => {
    const page = await staffPage('A-1', 'lisi', 'assistant');
    await page.getByText('只有培训老师可以上传录屏').waitFor();
    await button(page, `准予通过 ${name}`).click();
    await page.getByLabel('准予通过的原因').fill('录屏软件开晚了，客户已确认');
    await button(page, '准予通过').click();
    await page.getByText('合格', { exact: true }).waitFor(soon);
    await page.getByText('准予通过。').waitFor();
    await page.getByText('还没有发给客户').waitFor();
    link = await page.getByRole('textbox', { name: '客户链接' }).inputValue();
    expect(link).toMatch(new RegExp(`^${product.url}/r/[\\w.-]+$`));
    await button(page, '已发给客户').click();
    await page.getByText(/3月9日.* 已发给客户/).waitFor(soon);
    expect(await button(page, '已发给客户').count()).toBe(0);
    // Staff watch it from the page; the address is the store's, for a short time.
    const watching = page.context().waitForEvent('page');
    await page.getByRole('link', { name: `观看 ${name}` }).click();
    const video = await watching;
    await video.waitForURL(/X-Amz-Signature/);
    expect((await recordingOf('A-1')).link.sentAt).toBe('2025-03-09T06:02:00.000Z');
    expect(await eventsOf('A-1')).toEqual(
      expect.arrayContaining(['accept-recording', 'send-recording', 'recording-viewed']),
    );
  }, 30_000);

  it('plays on the customer’s phone, where seeking fetches just what is wanted, and what was watched is in the history', async () => {
    const page = await phonePage();
    const ranges: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 206) ranges.push(response.headers()['content-range'] ?? '');
    });
    await page.goto(link);
    await page.getByRole('heading', { name: '星星乐园 培训录屏' }).waitFor();
    await expect.poll(async () => await video(page, 'video.readyState'), soon).toBeGreaterThan(1);
    expect(Math.round(await video<number>(page, 'video.duration'))).toBe(20);
    await video(page, '(video.muted = true, video.playbackRate = 4, video.currentTime = 12, video.play())');
    await expect
      .poll(async () => await video(page, 'video.currentTime'), { timeout: 20_000 })
      .toBeGreaterThan(18.5);
    await video(page, 'video.pause()');
    const starts = ranges.map((range) => Number(/^bytes (\d+)-/.exec(range)?.[1]));
    expect(starts).toContain(0);
    expect(starts.some((start) => start > bytes / 2)).toBe(true);
    expect(ranges.every((range) => range.endsWith(`/${bytes}`))).toBe(true);
    await expect.poll(async () => await eventsOf('A-1'), soon).toContain('recording-watched');
    // One entry a sitting: of the page or of its video, whichever was asked for first.
    const opened = (await eventsOf('A-1')).filter((event) => event === 'recording-opened');
    expect(opened).toHaveLength(1);
    expect((await recordingOf('A-1')).link).toMatchObject({
      openedAt: '2025-03-09T06:02:00.000Z',
      watchedShare: 0.25,
    });
    const desk = await staffPage('A-1', 'zhangsan', 'trainer');
    await desk.getByText('已观看 25%').waitFor();
  }, 40_000);

  it('is refused in plain words without its link, with a forged or a foreign one, and once the link was changed or stopped', async () => {
    const page = await phonePage();
    const refusedAt = async (address: string): Promise<string> => {
      const response = await page.goto(address);
      expect(response!.status()).toBeGreaterThanOrEqual(400);
      expect((await fetch(`${address}/video`, { redirect: 'manual' })).headers.get('location')).toBeNull();
      return (await page.getByRole('heading').textContent()) ?? '';
    };
    const forged = link.slice(0, -4) + (link.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    expect(await refusedAt(forged)).toBe('没有找到录屏');
    expect(await refusedAt(`${product.url}/r/nothing`)).toBe('没有找到录屏');
    const session = (await product.call('POST', '/local/sessions', { staffId: 'x', roles: ['manager'] }))
      .body;
    expect(await refusedAt(`${product.url}/r/${session.token}`)).toBe('没有找到录屏');
    const { recordingId } = await recordingOf('A-1');
    expect((await fetch(`${product.url}/api/recordings/${recordingId}/video`)).status).toBe(401);

    const desk = await staffPage('A-1', 'zhangsan', 'trainer');
    await button(desk, `换新链接 ${name}`).click();
    await desk.getByText('换新后旧链接马上失效').waitFor();
    await button(desk, '换新链接').click();
    await desk.getByText('还没有发给客户').waitFor(soon);
    expect(await refusedAt(link)).toBe('链接已停用');
    link = await desk.getByRole('textbox', { name: '客户链接' }).inputValue();
    expect((await page.goto(link))!.status()).toBe(200);

    await button(desk, `停用链接 ${name}`).click();
    await desk.getByLabel('停用的原因').fill('发错了群');
    await button(desk, '停用链接').click();
    await desk.getByText('链接已停用').waitFor(soon);
    expect(await refusedAt(link)).toBe('链接已停用');
    expect(await desk.getByRole('textbox', { name: '客户链接' }).count()).toBe(0);
    await button(desk, `换新链接 ${name}`).click();
    await desk.getByRole('textbox', { name: '客户链接' }).waitFor(soon);
  }, 30_000);

  it('in a format that no browser plays is offered to be fetched, by its own name', async () => {
    const flv = '20250309_135950 录屏.flv';
    await writeSparse(makeFlv({ seconds: 60, metadata: true, size: 20 * 1024 * 1024 }), join(folder, flv));
    const desk = await staffPage('A-2', 'zhangsan', 'trainer');
    await choose(desk, join(folder, flv));
    await button(desk, '开始上传').click();
    await desk.getByText('合格', { exact: true }).waitFor(soon);
    await desk.getByText('客户只能下载后观看').waitFor();
    const address = await desk.getByRole('textbox', { name: '客户链接' }).inputValue();
    const page = await phonePage();
    await page.goto(address);
    await page.getByText('不能在网页里播放').waitFor();
    expect(await page.locator('video').count()).toBe(0);
    const fetching = page.waitForEvent('download');
    await page.getByRole('link', { name: /下载录屏/ }).click();
    const download = await fetching;
    expect(download.suggestedFilename()).toBe(flv);
    await download.cancel();
    await expect.poll(async () => await eventsOf('A-2'), soon).toContain('recording-downloaded');
  }, 30_000);
});
