import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, screenshotFolder } from '../support/browser.ts';
import type { LocalProduct } from '../support/local-product.ts';
import { startProduct } from '../support/local-product.ts';

const pictures = screenshotFolder('console');
const fonts = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/package.json'));
const signedInAt = '/local/console?staffId=T-1&roles=trainer,manager';

let browser: Browser;
let product: LocalProduct;
const troubles: string[] = [];

beforeAll(async () => {
  [browser, product] = await Promise.all([
    launchBrowser(),
    startProduct({ clockStart: '2025-03-08T10:00:00+08:00' }),
  ]);
  // The page is built with the first request.
  await fetch(`${product.url}/console`);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  product.forget();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(troubles.splice(0)).toStrictEqual([]);
});

/** The browser has no Chinese glyphs: the page as it is served, with a font put into it. */
const lendFont = async (context: BrowserContext): Promise<void> => {
  await context.route('**/test-font/**', async (route) => {
    const name = new URL(route.request().url()).pathname.replace('/test-font/', '');
    const contentType = name.endsWith('.css') ? 'text/css' : 'font/woff2';
    await route.fulfill({ contentType, body: readFileSync(join(fonts, name)) });
  });
  await context.route(
    ({ pathname }) => pathname.startsWith('/console') && !pathname.includes('/assets/'),
    async (route) => {
      const response = await route.fetch();
      const page = (await response.text()).replace(
        '</head>',
        '<link rel="stylesheet" href="/test-font/400.css"><link rel="stylesheet" href="/test-font/600.css"></head>',
      );
      const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = response.headers();
      await route.fulfill({ status: response.status(), headers, body: page });
    },
  );
};

const open = async (path: string, width = 1280, height = 900): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN' });
  const page = await context.newPage();
  page.on('console', (message) => {
    // Nobody is signed in before the first test signs in; a browser reports that answer.
    if (message.type() === 'error' && !message.text().includes('401')) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('requestfailed', (request) => troubles.push(`${request.url()} ${request.failure()?.errorText}`));
  await page.goto(`${product.url}${path}`);
  return page;
};

const picture = async (page: Page, name: string): Promise<void> => {
  await lendFont(page.context());
  await page.reload();
  await page.getByRole('heading').first().waitFor();
  await page.evaluate('document.fonts.ready.then(() => true)');
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};

const fitsWidth = async (page: Page): Promise<boolean> =>
  await page.evaluate<boolean>(
    'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
  );

describe('the console of the product', () => {
  it.each([
    ['desk', 1280, 900],
    ['phone', 390, 844],
  ])('comes up signed in by the local link, on a %s', async (name, width, height) => {
    const page = await open(signedInAt, width, height);
    expect(new URL(page.url()).pathname).toBe('/console');
    await page.getByText('T-1', { exact: true }).waitFor();
    await page.getByText('培训老师').waitFor({ state: name === 'desk' ? 'visible' : 'attached' });
    await page.getByLabel('工单号').waitFor();
    expect(await fitsWidth(page)).toBe(true);
    expect(await page.evaluate<string>('document.cookie')).toBe('');
    await picture(page, `${name}-home`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByLabel('Order number').waitFor();
    expect(await fitsWidth(page)).toBe(true);
    await picture(page, `${name}-home-english`);
  });

  it('lets nothing in that is not its own', async () => {
    const page = await open(signedInAt);
    await page.getByLabel('工单号').waitFor();
    const tried = await page.evaluate<{ ran: boolean; refused: string[] }>(`(async () => {
      const refused = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.push(effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.head.append(script);
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.head.append(style);
      await fetch('http://127.0.0.1:9/').catch(() => {});
      await new Promise((resolve) => setTimeout(resolve));
      return { ran: window.ran === true, refused };
    })()`);
    expect(tried.ran).toBe(false);
    expect(tried.refused.toSorted()).toStrictEqual(['connect-src', 'script-src-elem', 'style-src-elem']);
    // What was just provoked is what the browser complains of, and nothing else.
    expect(troubles.splice(0).every((text) => /Content Security Policy|127\.0\.0\.1:9/.test(text))).toBe(
      true,
    );
  });

  it('signs in with a token that is pasted, and out again', async () => {
    const page = await open('/console');
    const minted = await product.call('POST', '/local/sessions', { staffId: 'T-2', roles: ['trainer'] });
    await page.getByLabel('登录口令').fill('a.b.c');
    await page.keyboard.press('Enter');
    await page.getByText('口令无效或已过期').waitFor();
    await page.getByLabel('登录口令').fill(minted.body.token);
    await page.keyboard.press('Enter');
    await page.getByText('T-2', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('T-2', { exact: true }).waitFor();
    expect(await page.evaluate<string>('document.cookie')).toBe('');
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByLabel('登录口令').waitFor();
    await page.reload();
    await page.getByLabel('登录口令').waitFor();
    await picture(page, 'sign-in');
  });

  it('is small on the line, and its assets come once', async () => {
    const page = await open(signedInAt);
    const assets = async () =>
      await page.evaluate<[name: string, size: number, sent: number][]>(
        "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/')).map(({ name, encodedBodySize, transferSize }) => [name.split('.').at(-1), encodedBodySize, transferSize])",
      );
    await page.getByLabel('工单号').waitFor();
    const first = await assets();
    expect(first.map(([name]) => name).toSorted()).toStrictEqual(['css', 'js']);
    for (const [, size, sent] of first) {
      expect(size).toBeLessThan(250 * 1024);
      expect(sent).toBeGreaterThan(size);
    }
    await page.goto(`${product.url}/console/orders/C-1`);
    await page.getByLabel('工单号').waitFor();
    expect((await assets()).map(([, , sent]) => sent)).toStrictEqual([0, 0]);
  });
});

describe('the console as it is deployed', () => {
  it('is served from beside the bundle', async () => {
    const deployed = await startProduct({ code: 'bundles' });
    try {
      const page = await fetch(`${deployed.url}/console/orders/C-1/recordings`);
      const [asset = ''] = /assets\/[\w-]+\.js/.exec(await page.text()) ?? [];
      const script = await fetch(`${deployed.url}/console/${asset}`, {
        headers: { 'accept-encoding': 'br' },
      });
      expect([page.status, script.status]).toEqual([200, 200]);
      expect(script.headers.get('content-encoding')).toBe('br');
      expect((await script.text()).length).toBeGreaterThan(100_000);
    } finally {
      await deployed.stop();
      deployed.forget();
    }
  });
});

describe('the local link to the console', () => {
  it('says what is wrong with whom it should sign in', async () => {
    for (const query of ['', '?staffId=T-1', '?staffId=T-1&roles=king']) {
      const { status, body } = await product.call('GET', `/local/console${query}`);
      expect(status).toBe(400);
      expect(body.issues.length).toBeGreaterThan(0);
    }
  });
});
