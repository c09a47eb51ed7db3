import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handleChatRequest } from '../../infra/local/wecom/chat.ts';
import { openWecom, type WecomServer } from '../../infra/local/wecom/server.ts';
import { makeGroupRobot } from '../../shared/adapters/wecom/group-robot.ts';
import { launchBrowser, screenshotFolder } from '../support/browser.ts';
import { listenOnLoopback, stopListening } from '../support/loopback.ts';

const folder = screenshotFolder('wecom-chat');
const start = Date.parse('2026-03-08T14:05:00+08:00');
const minute = 60_000;

let browser: Browser;
let wecom: WecomServer;
let door: Server;
let base: string;
let now: number;
let notices = 0;
const troubles: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
}, 20_000);
afterAll(() => browser.close());

beforeEach(async () => {
  now = start;
  wecom = await openWecom({ file: ':memory:', clock: { now: () => now } });
  door = createServer((request, response) => {
    if (!handleChatRequest(wecom, request, response)) response.writeHead(404).end();
  });
  base = await listenOnLoopback(door);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  stopListening(door);
  await wecom.close();
  expect(troubles.splice(0)).toStrictEqual([]);
});

const say = async (robotKey: string, text: string, mention: string[] = [], minutesLater = 0) => {
  now += minutesLater * minute;
  notices += 1;
  const robot = makeGroupRobot({ endpoint: wecom.url, timeoutMs: 2000 });
  const outcome = await robot.send({ noticeId: `n-${notices}`, robotKey, text, mention });
  expect(outcome).toStrictEqual({ type: 'sent' });
};

const day = async () => {
  await say('培训-小满茶饮', '新订单已接单，请在 14:35 前加入客户群并修改群备注。\n备注：截止3/17 陈立', [
    'chenli',
  ]);
  await say(
    '培训-一禾烘焙',
    '请在 15:00 前联系客户确认培训时间。客户想了解会员储值与日结对账。',
    ['zhouting'],
    9,
  );
  await say(
    '培训-小满茶饮',
    '明天 14:00 培训。请在 13:00 拨打客户电话，确认时间是否有变。',
    ['chenli', 'liumin'],
    55,
  );
  await say(
    '培训-阿牛火锅',
    '培训已开始。结束后请在控制台登记：https://console.example.com/orders/17',
    ['@all'],
    20 * 60,
  );
  await say('培训-老街面馆', '客户三次未接通，请客户成功跟进。', ['sunyue'], 4);
  await say('培训-小满茶饮', '培训时间已改为 3 月 10 日 10:00，请更新备注：截止3/18 陈立', ['chenli'], 33);
};

const open = async (width: number, height: number, hash = ''): Promise<Page> => {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'America/New_York',
  });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${base}/local/wecom${hash && `#${encodeURIComponent(hash)}`}`);
  await page.waitForSelector('body[data-ready]');
  return page;
};
const picture = async (page: Page, name: string) => {
  // Evaluated from outside: waiting inside the page would need an eval that its content policy forbids.
  await page.evaluate('document.fonts.ready.then(() => true)');
  await page.screenshot({ path: join(folder, `${name}.png`) });
};
const groups = (page: Page) => page.locator('.group .name').allTextContents();
const fitsWidth = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

describe('the WeCom chat page', () => {
  it('says so when there is no message yet', async () => {
    const page = await open(1280, 800);
    await page.getByText('还没有消息').waitFor();
    expect(await page.locator('.group').count()).toBe(0);
    await picture(page, 'empty');
  });

  it('shows the groups with the latest first, and a conversation with Shanghai time, mentions and links', async () => {
    await day();
    const page = await open(1280, 800);
    await page.locator('.message').nth(2).waitFor();
    expect(await groups(page)).toStrictEqual([
      '培训-小满茶饮',
      '培训-老街面馆',
      '培训-阿牛火锅',
      '培训-一禾烘焙',
    ]);
    expect(await page.locator('.when').allTextContents()).toStrictEqual([
      '2026年3月8日 星期日',
      '2026年3月9日 星期一',
    ]);
    expect(await page.locator('.from time').allTextContents()).toStrictEqual(['14:05', '15:09', '11:46']);
    expect(await page.locator('.from').first().textContent()).toContain('九天助手');
    expect(await page.locator('.message').nth(1).locator('.mention').allTextContents()).toStrictEqual([
      '@chenli',
      '@liumin',
    ]);
    await picture(page, 'desktop');

    await page.locator('.group', { hasText: '阿牛火锅' }).click();
    await page.locator('.mention', { hasText: '@所有人' }).waitFor();
    expect(await page.locator('.bubble a').getAttribute('href')).toBe(
      'https://console.example.com/orders/17',
    );
  });

  it('ends a link where Chinese text or a sentence goes on, without a space between', async () => {
    const text =
      '见https://a.example/订单 与（https://b.example/x?y=1&z=%E8）。另：https://c.example/d.html,完 https://e.example.';
    await say('链接', text);
    const page = await open(1280, 800, '链接');
    await page.locator('.bubble a').nth(3).waitFor();
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('.bubble a')].map((link) => link.getAttribute('href'))",
      ),
    ).toStrictEqual([
      'https://a.example/',
      'https://b.example/x?y=1&z=%E8',
      'https://c.example/d.html',
      'https://e.example',
    ]);
  });

  it('has glyphs for the Chinese it shows', async () => {
    await day();
    const page = await open(1280, 800);
    await page.locator('.message').first().waitFor();
    // Evaluated from outside: waiting inside the page would need an eval that its content policy forbids.
    await page.evaluate('document.fonts.ready.then(() => true)');
    // Two different characters drawn as the same picture are two boxes.
    const drawn = await page.evaluate<string[]>(`['训', '培', '客'].map((glyph) => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d');
      context.font = '32px "Noto Sans SC"';
      context.fillText(glyph, 10, 40);
      return canvas.toDataURL();
    })`);
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  it('follows live: a new message is counted as unread, rises to the top and is read once opened', async () => {
    await day();
    const page = await open(1280, 800, '培训-小满茶饮');
    const bakery = page.locator('.group', { hasText: '一禾烘焙' });
    await expect.poll(() => bakery.locator('.badge').textContent()).toBe('1');
    await say('培训-一禾烘焙', '客户改约，请重新确认时间。', ['zhouting'], 1);
    await expect.poll(() => bakery.locator('.badge').textContent()).toBe('2');
    expect((await groups(page))[0]).toBe('培训-一禾烘焙');
    expect(await page.title()).toBe('(4) 企业微信 · 本地');
    await bakery.click();
    await expect.poll(() => bakery.locator('.badge').count()).toBe(0);
    await say('培训-一禾烘焙', '时间已确认。', [], 1);
    await page.getByText('时间已确认。').last().waitFor();
    await expect.poll(() => page.locator('.message').count()).toBe(3);
    await page.reload();
    await page.locator('.message').nth(2).waitFor();
    expect(await bakery.locator('.badge').count()).toBe(0);
  });

  it('finds groups by name, member and content', async () => {
    await day();
    const page = await open(1280, 800);
    await page.locator('.group').first().waitFor();
    for (const [wanted, found] of [
      ['火锅', ['培训-阿牛火锅']],
      ['ZHOUTING', ['培训-一禾烘焙']],
      ['未接通', ['培训-老街面馆']],
      ['没有这样的群', []],
    ] as const) {
      await page.getByRole('searchbox').fill(wanted);
      expect(await groups(page)).toStrictEqual(found);
    }
    await page.getByText('没有找到相关的群').waitFor();
  });

  it('shows whatever a message holds as text, and runs none of it', async () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'><b>粗</b> javascript:alert(3)';
    await say(hostile, `${hostile} <@x"onmouseover="alert(4)>`, [hostile]);
    const markdown = {
      msgtype: 'markdown',
      markdown: {
        content: `# ${hostile}\n> ${hostile}\n**${hostile}** [点](javascript:alert(5)) [看](https://example.com/a)`,
      },
    };
    await fetch(`${wecom.url}/cgi-bin/webhook/send?key=${encodeURIComponent(hostile)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(markdown),
    });
    const page = await open(1280, 800, hostile);
    await page.locator('.message').nth(1).waitFor();
    expect(await page.locator('#name').textContent()).toBe(hostile);
    expect(await page.locator('.bubble').first().textContent()).toContain(hostile);
    expect(await page.locator('main img, main script, .bubble [onmouseover]').count()).toBe(0);
    expect(
      await page.evaluate("[...document.querySelectorAll('.bubble a')].map((link) => link.href)"),
    ).toStrictEqual(['https://example.com/a']);
    await picture(page, 'hostile');
  });

  it('is one column on a phone: the list, a conversation, and back', async () => {
    await day();
    const page = await open(390, 844);
    await page.locator('.group').first().waitFor();
    expect(await page.locator('.chat').isVisible()).toBe(false);
    expect(await fitsWidth(page)).toBe(true);
    await picture(page, 'phone-list');
    await page.locator('.group').first().click();
    await page.locator('.message').nth(2).waitFor();
    expect(await page.locator('.side').isVisible()).toBe(false);
    expect(await fitsWidth(page)).toBe(true);
    await picture(page, 'phone-chat');
    await page.getByRole('button', { name: '返回群列表' }).click();
    await expect.poll(() => page.locator('.side').isVisible()).toBe(true);
  });
});
