import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import chromium, { inflate } from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';
import * as z from 'zod/mini';

const { resolve } = createRequire(import.meta.url);
const home = join(dirname(resolve('@sparticuz/chromium')), '..');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')));

/**
 * Unpacks the browser once a machine. It is unpacked aside and then renamed, since the package itself takes a half-written file of another
 * test run for a browser.
 */
const unpack = async (): Promise<string> => {
  const folder = join(tmpdir(), `ninedays-chromium-${version}`);
  if (existsSync(folder)) return folder;
  const before = process.env['TMPDIR'];
  const aside = mkdtempSync(`${folder}-`);
  process.env['TMPDIR'] = aside;
  try {
    await Promise.all([chromium.executablePath(), inflate(join(home, 'bin', 'al2023.tar.br'))]);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  try {
    renameSync(aside, folder);
  } catch {
    rmSync(aside, { recursive: true });
  }
  return folder;
};

// Dropped so that the browser holds pages to the same rules as a user's does, and survives a closed page.
const unwanted = new Set([
  '--allow-running-insecure-content',
  '--disable-web-security',
  '--single-process',
  '--no-zygote',
]);

/** Starts Chromium from npm alone: as root, without system packages beyond libc. Close it after use. */
export const launchBrowser = async (): Promise<Browser> => {
  const folder = await unpack();
  const libraries = [process.env['LD_LIBRARY_PATH'], join(folder, 'al2023', 'lib')].filter(Boolean).join(':');
  return await playwright.launch({
    executablePath: join(folder, 'chromium'),
    args: [...chromium.args.filter((argument) => !unwanted.has(argument)), '--no-sandbox'],
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    headless: true,
  });
};

/** A folder of its own for what a browser test writes, such as screenshots. */
export const screenshotFolder = (name: string): string => {
  const folder = join(tmpdir(), 'ninedays-screenshots', name);
  mkdirSync(folder, { recursive: true });
  return folder;
};
