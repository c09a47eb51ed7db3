import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { ftruncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildConsole } from '../../infra/cloud/console-build.ts';
import { launchBrowser, screenshotFolder } from '../support/browser.ts';
import type { ConsoleFake } from '../support/console-fake.ts';
import { startConsoleFake } from '../support/console-fake.ts';

const pictures = screenshotFolder('console-upload');
const folder = mkdtempSync(join(tmpdir(), 'ninedays-console-'));
const built = join(folder, 'built');
const mebibyte = 1024 * 1024;
const partSize = 5 * mebibyte;
const soon = { timeout: 10_000 };
const address = '/console/orders/A-1001/recordings';

let browser: Browser;
let fake: ConsoleFake;
const troubles: string[] = [];

beforeAll(async () => {
  await buildConsole(built);
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  fake = await startConsoleFake({ folder: built, partSize });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  fake.close();
  expect(troubles.splice(0)).toStrictEqual([]);
});

/** A sparse file that takes no room on the disk, with something else at the start of each part. */
const makeFile = (name: string, size: number, head = '\0\0\0\x20ftypisom'): string => {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  for (let part = 1; part * partSize < size; part += 1) writeSync(file, `part ${part}`, part * partSize);
  writeSync(file, head, 0);
  closeSync(file);
  return path;
};

/** The parts that the store must end with. */
const partsOnDisk = (path: string, size: number) => {
  const file = openSync(path, 'r');
  const parts = Array.from({ length: Math.ceil(size / partSize) }, (_, index) => {
    const bytes = Buffer.alloc(Math.min(partSize, size - index * partSize));
    readSync(file, bytes, 0, bytes.length, index * partSize);
    return {
      number: index + 1,
      size: bytes.length,
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
    };
  });
  closeSync(file);
  return parts;
};

const newContext = async (width: number, height: number): Promise<BrowserContext> =>
  await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'America/New_York',
    permissions: ['clipboard-read', 'clipboard-write'],
  });

const watched = async (context: BrowserContext): Promise<Page> => {
  const page = await context.newPage();
  // Requests that fail are what these tests are about; anything else that a browser complains of is a fault.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  return page;
};

const open = async (width = 1280, height = 900): Promise<Page> => {
  const page = await watched(await newContext(width, height));
  await page.goto(`${fake.url}${address}#token=good-token`);
  await page.getByRole('heading', { name: '上传录屏' }).waitFor();
  return page;
};

const picture = async (page: Page, name: string): Promise<void> => {
  await page.evaluate('document.fonts.ready.then(() => true)');
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};
const fitsWidth = async (page: Page): Promise<boolean> =>
  await page.evaluate<boolean>(
    'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
  );
const choose = async (page: Page, ...paths: string[]): Promise<void> =>
  await page.locator('.drop input[type=file]').setInputFiles(paths);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const rowOf = (page: Page, name: string) => page.locator('.row', { hasText: name });
const percentOf = async (page: Page, name: string): Promise<number> =>
  Number(await page.getByRole('progressbar', { name: `${name} 的上传进度` }).getAttribute('aria-valuenow'));

describe('the console', () => {
  it('fits into its budget, with a hash in each asset’s name, and asks nobody else for anything', () => {
    const made = readdirSync(join(built, 'assets'));
    const assets = made.filter((name) => !/\.(br|gz)$/.test(name));
    expect(made.toSorted()).toStrictEqual(
      assets.flatMap((name) => [name, `${name}.br`, `${name}.gz`]).toSorted(),
    );
    expect(assets.filter((name) => !/^[\w-]+-[\w-]{8}\.(js|css)$/.test(name))).toStrictEqual([]);
    const gzipped = (ending: string): number =>
      assets
        .filter((name) => name.endsWith(ending))
        .reduce((sum, name) => sum + gzipSync(readFileSync(join(built, 'assets', name))).length, 0);
    expect(gzipped('.js')).toBeGreaterThan(10_000);
    expect(gzipped('.js')).toBeLessThan(450 * 1024);
    expect(gzipped('.css')).toBeLessThan(40 * 1024);
    const page = readFileSync(join(built, 'index.html'), 'utf8');
    expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at = '']) => at)).toStrictEqual([
      'data:,',
      ...assets.toSorted((a) => (a.endsWith('.js') ? -1 : 1)).map((name) => `/console/assets/${name}`),
    ]);
  });

  it('signs in with a token from the address, which is gone at once, or with a pasted one', async () => {
    const page = await watched(await newContext(1280, 900));
    await page.goto(`${fake.url}${address}#token=bad`);
    await page.getByText('口令无效或已过期').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    expect(await page.evaluate<number>('history.length')).toBe(2);
    await picture(page, 'sign-in');
    await page.getByLabel('登录口令').fill(' good-token ');
    await page.keyboard.press('Enter');
    await page.getByText('chenli').waitFor();
    await page.getByText('培训老师').waitFor();
    expect(await page.evaluate<string>('document.cookie')).toBe('');
    await page.reload();
    await page.getByText('还没有录屏').waitFor();
    await button(page, '退出登录').click();
    await page.getByLabel('登录口令').waitFor();
    await page.reload();
    await page.getByLabel('登录口令').waitFor();
  });

  it('leads to an order, says so when there is none, and speaks English when asked', async () => {
    const page = await open();
    await page.getByRole('link', { name: /控制台/ }).click();
    await page.getByLabel('工单号').fill('没有/这个');
    await page.keyboard.press('Enter');
    await page.getByText('没有工单 没有/这个，请核对工单号。').waitFor();
    await button(page, 'English').click();
    await page.getByText('There is no order 没有/这个.').waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('en-GB');
    await page.goBack();
    await page.goBack();
    await page.getByRole('heading', { name: 'Training recordings' }).waitFor();
    await page.reload();
    await page.getByText('1 hour 30 minutes').waitFor();
    await picture(page, 'english');
  });
});

describe('R2.3 an upload', () => {
  const size = 320 * mebibyte + 12_345;

  it('of 320 MiB survives a cut line, a reload, ended signatures and an ended session, and is not stored twice', async () => {
    const name = '20260309_140012.mp4';
    const path = makeFile(name, size);
    const page = await open();
    await choose(page, path);
    await expect.poll(() => page.getByLabel('录屏开始时间').inputValue(), soon).toBe('2026-03-09T14:00:12');
    expect(await page.getByLabel('客户进入时间').inputValue()).toBe('2026-03-09T14:03');

    fake.checkFor(1);
    fake.store.holdAfter(4);
    await button(page, '开始上传').click();
    await expect.poll(fake.store.heldRequests, soon).toBe(4);
    await expect.poll(fake.storedParts, soon).toBe(4);
    await page.getByText(/MB\/秒/).waitFor();
    await picture(page, 'uploading');

    fake.store.cut();
    await page.getByText('网络断开').first().waitFor();
    fake.store.holdAfter(3);
    fake.store.mend();
    await expect.poll(fake.store.heldRequests, soon).toBe(4);
    await expect.poll(() => page.getByText('网络断开').count(), soon).toBe(0);

    await expect.poll(fake.storedParts, soon).toBe(7);
    const before = Math.floor((7 * partSize * 100) / size);
    const asked = page.waitForEvent('dialog');
    const reloading = page.reload();
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await reloading;
    fake.store.dropHeld();
    await page.getByText(`已有 ${before}%`).waitFor();
    await picture(page, 'unfinished');
    const other = makeFile('别的.mp4', mebibyte);
    const again = rowOf(page, name).locator('input[type=file]');
    await again.setInputFiles(other);
    await page.getByText('不是上次没有传完的文件').waitFor();
    fake.store.holdAfter(4);
    await again.setInputFiles(path);
    await expect.poll(fake.store.heldRequests, soon).toBe(4);
    await expect.poll(() => percentOf(page, name), soon).toBeGreaterThanOrEqual(before);

    fake.store.expireSignatures();
    fake.endSessions();
    fake.store.cut();
    fake.store.mend();
    await page.getByText('登录已过期').first().waitFor(soon);
    await page.getByText('登录后会接着上传').waitFor();
    await picture(page, 'session-ended');
    fake.store.holdAfter(2);
    await page.getByLabel('登录口令').fill('good-token');
    await page.keyboard.press('Enter');
    await expect.poll(fake.store.heldRequests, soon).toBe(4);

    await button(page, `暂停 ${name}`).click();
    await page.getByText('已暂停').waitFor();
    fake.store.dropHeld();
    await button(page, `继续 ${name}`).click();
    await page.getByText('检查中', { exact: true }).waitFor({ timeout: 20_000 });
    await page.getByText('合格', { exact: true }).waitFor(soon);
    const [recording] = fake.recordings();
    expect(fake.recordings()).toHaveLength(1);
    expect(recording).toMatchObject({
      fileName: name,
      size,
      contentType: 'video/mp4',
      customerJoinedAt: '2026-03-09T14:03:00+08:00',
      recordingStartedAt: '2026-03-09T14:00:12+08:00',
    });
    expect(fake.partsOf(recording!.recordingId)).toStrictEqual(partsOnDisk(path, size));
    expect(fake.storedAgain()).toBe(0);

    await button(page, `复制 ${name} 的客户链接`).click();
    await page.getByText('已复制').waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toContain(`${fake.url}/r/`);
    await page.getByText('还剩 30 天').waitFor();
    await picture(page, 'ready');
    rmSync(path);
  }, 60_000);

  it('waits while the browser is offline and goes on by itself when it is back', async () => {
    const name = '离线.mp4';
    const page = await open();
    await choose(page, makeFile(name, 40 * mebibyte));
    fake.store.holdAfter(1);
    await button(page, '开始上传').click();
    await expect.poll(fake.store.heldRequests, soon).toBe(4);
    await page.context().setOffline(true);
    fake.store.cut();
    await page.getByText('网络断开').first().waitFor();
    fake.store.mend();
    await page.context().setOffline(false);
    await page.getByText('合格', { exact: true }).waitFor(soon);
    expect(fake.storedAgain()).toBe(0);
  });

  it('of several files goes one after the other; what is wrong is said before and after, in words', async () => {
    const first = makeFile('上半场.mp4', 40 * mebibyte);
    const second = makeFile('下半场.mp4', 20 * mebibyte);
    const renamed = makeFile('假的.mp4', mebibyte, 'PK\x03\x04');
    const document = makeFile('说明.docx', mebibyte);
    const empty = makeFile('空的.flv', 0, '');
    fake.decide('下半场.mp4', {
      state: 'rejected',
      problems: [{ code: 'too-short', text: '录屏只有 12 分钟，不到培训时长 90 分钟的 80%。' }],
    });
    const page = await open();
    await choose(page, first, second, renamed, document, empty);
    await page.getByText('文件内容不是视频').waitFor();
    await page.getByText('不支持这种格式').waitFor();
    await page.getByText('这是一个空文件').waitFor();
    await page.getByLabel('录屏开始时间').nth(1).fill('2026-03-09T14:09:30');
    await page.getByText('录屏比客户进入晚了约 7 分钟').waitFor();
    await page.getByLabel('客户进入时间').first().fill('');
    await button(page, '上传全部 2 个文件').click();
    await page.getByText('请填写这个时间。').waitFor();
    expect(fake.recordings()).toHaveLength(0);
    await picture(page, 'drafts');
    await page.getByLabel('客户进入时间').first().fill('2026-03-09T14:03:00');

    fake.store.holdAfter(1);
    await button(page, '上传全部 2 个文件').click();
    await page.getByText('排队中').waitFor();
    await expect.poll(fake.store.heldRequests, soon).toBeGreaterThan(0);
    expect(fake.recordings()).toHaveLength(1);
    fake.store.release();
    await page.getByText('录屏只有 12 分钟，不到培训时长 90 分钟的 80%。').waitFor(soon);
    await page.getByText('有完整的录屏请重新上传').waitFor();
    await expect.poll(() => page.locator('.row[data-state]').count(), soon).toBe(2);
    expect(fake.calls.filter((call) => call.endsWith('/finish'))).toHaveLength(2);
    await picture(page, 'rejected');
  });

  it('can be dropped on the page, cancelled, and given up after a reload', async () => {
    const page = await open();
    const dropped = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      const content = ['\\0\\0\\0 ftypisom', new Uint8Array(${40 * mebibyte})];
      transfer.items.add(new File(content, '拖入.mp4'));
      return transfer;
    })()`);
    await page.dispatchEvent('body', 'dragover', { dataTransfer: dropped });
    await page.getByText('松开即可添加').waitFor();
    await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
    fake.store.holdAfter(1);
    await button(page, '开始上传').click();
    await expect.poll(fake.store.heldRequests, soon).toBeGreaterThan(0);
    await button(page, '取消 拖入.mp4').click();
    await button(page, '不取消').click();
    await button(page, '取消 拖入.mp4').click();
    await button(page, '取消上传').click();
    await expect.poll(() => fake.recordings()[0]?.state, soon).toBe('deleted');
    await expect.poll(() => rowOf(page, '拖入.mp4').locator('.ant-tag').textContent(), soon).toBe('已删除');
    fake.store.release();

    fake.store.holdAfter(1);
    await choose(page, makeFile('放弃.mp4', 40 * mebibyte));
    await button(page, '开始上传').click();
    await expect.poll(fake.store.heldRequests, soon).toBeGreaterThan(0);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await button(page, '放弃 放弃.mp4').click();
    await button(page, '放弃上传').click();
    await expect
      .poll(() => fake.recordings().map(({ state }) => state))
      .toStrictEqual(['deleted', 'deleted']);
  });

  it('needs no mouse, and tells those who do not see how it goes', async () => {
    const path = makeFile('键盘.mp4', 50 * mebibyte);
    const page = await open();
    const said = async (): Promise<string> => (await page.locator('.unseen').textContent()) ?? '';
    const tabTo = async (name: string): Promise<void> => {
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press('Tab');
        const label = await page.evaluate<string>(
          "(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()",
        );
        if (label === name) return;
      }
      throw new Error(`no way to ${name}`);
    };
    // Well before the key: the browser is slow to hand the choosing over to a test.
    const chooser = page.waitForEvent('filechooser');
    await tabTo('选择文件');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles(path);
    await button(page, '开始上传').waitFor();
    fake.store.holdAfter(1);
    await tabTo('开始上传');
    await page.keyboard.press('Enter');
    await expect.poll(fake.store.heldRequests, soon).toBeGreaterThan(0);
    await expect.poll(said, soon).toMatch(/键盘\.mp4：上传中，\d0%/);
    await tabTo('暂停 键盘.mp4');
    await page.keyboard.press('Space');
    await page.getByText('已暂停').waitFor();
    fake.store.release();
    await tabTo('继续 键盘.mp4');
    await page.keyboard.press('Enter');
    await expect.poll(said, soon).toContain('键盘.mp4 合格');
    await tabTo('复制 键盘.mp4 的客户链接');
    await page.keyboard.press('Enter');
    await page.getByText('已复制').waitFor();
  });

  it('is at home on a phone', async () => {
    const name = '星空乐园 首次培训 会员储值与门票核销.mp4';
    const page = await open(390, 844);
    expect(await fitsWidth(page)).toBe(true);
    await choose(page, makeFile(name, 60 * mebibyte));
    await button(page, '开始上传').waitFor();
    expect(await fitsWidth(page)).toBe(true);
    await picture(page, 'phone-draft');
    fake.store.holdAfter(1);
    await button(page, '开始上传').click();
    await expect.poll(fake.store.heldRequests, soon).toBeGreaterThan(0);
    expect(await fitsWidth(page)).toBe(true);
    await button(page, `取消 ${name}`).click();
    await picture(page, 'phone-uploading');
    expect(await fitsWidth(page)).toBe(true);
    fake.store.release();
    await page.getByText('合格', { exact: true }).waitFor(soon);
    expect(await fitsWidth(page)).toBe(true);
    await picture(page, 'phone-ready');
  });
});
