import { createHash } from 'node:crypto';
import { transformSync } from 'esbuild';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageScript } from '../../functions/recordings/recording-page-script.ts';
import { recordingPage } from '../../functions/recordings/recording-page.ts';
import { type RefusedReason, refusedPage } from '../../functions/recordings/refused-page.ts';
import type { TextAnswer } from '../../shared/runtime/answer.ts';
import { at } from '../support/build-order.ts';
import { buildRecordingView } from '../support/build-recording-view.ts';

const between = ({ text }: TextAnswer, tag: string): string[] =>
  [...text.content.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map(([, inner = '']) => inner);

const policyOf = ({ headers }: TextAnswer): Record<string, string> =>
  Object.fromEntries(
    headers!['content-security-policy']!.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The text of a page as it is read, with the blanks of the markup taken together. */
const wordsOf = ({ text }: TextAnswer): string =>
  text.content
    .replace(/<(style|script)>[^]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the page of a recording', () => {
  it('R2.3 says whose it is, how long, how large, who may watch, until when and that it is recorded', async () => {
    const answer = await recordingPage(buildRecordingView());
    expect(answer.status).toBe(200);
    const words = wordsOf(answer);
    for (const told of [
      '小满茶饮（万达店） 培训录屏',
      '3月9日 14:00 培训',
      '老师 张三',
      '时长 1 小时 58 分钟',
      '大小 1.2 GB',
      '看完整段约用 1.2 GB 流量',
      '有这个链接的人都能看',
      '请不要把链接转给店外的人',
      '链接在 4月8日 16:10 前有效，还有 12 天。',
      '请在培训群里联系培训老师',
      '看过的比例会被记录',
      '关注公众号“九天餐饮服务”，发送“人工”',
    ])
      expect(words).toContain(told);
    expect(words).not.toContain('段，共');
    expect(words).not.toContain('FLV');
    expect(answer.text.content).toContain('href="/r/token-1/video?download=1"');
  });

  it('R2.2 offers a file that no browser plays as a download alone', async () => {
    const answer = await recordingPage(buildRecordingView({ playsInBrowser: false }));
    expect(answer.text.content).not.toContain('<video');
    const words = wordsOf(answer);
    expect(words).toContain('不能在网页里播放');
    expect(words).toContain('下载录屏（1.2 GB）');
    expect(words).not.toContain('拖动进度条');
    expect(policyOf(answer)['script-src']).toBe(hashOf(between(answer, 'script')[0]!));
  });

  it.each([
    { sizeBytes: 1, told: '大小 1 KB' },
    { sizeBytes: 1024 ** 2 - 1, told: '大小 1 MB' },
    { sizeBytes: 350 * 1024 ** 2, told: '大小 350 MB' },
    { sizeBytes: 20 * 1024 ** 3, told: '大小 20.0 GB' },
    { durationSeconds: 0.2, told: '时长 1 秒' },
    { durationSeconds: 59 * 60, told: '时长 59 分钟' },
    { durationSeconds: 7199, told: '时长 2 小时 ' },
    { part: { number: 2, of: 3 }, told: '第 2 段，共 3 段' },
    { now: at('2025-04-08 15:30'), told: '剩不到 1 小时。' },
    { now: at('2025-04-07 16:10'), told: '还有 24 小时。' },
    { now: at('2025-04-06 16:10'), told: '还有 2 天。' },
  ])('says $told', async ({ told, ...facts }) => {
    expect(wordsOf(await recordingPage(buildRecordingView(facts)))).toContain(told);
  });

  it('leaves out the time of a training that has none', async () => {
    const words = wordsOf(await recordingPage(buildRecordingView({ trainedAt: null })));
    expect(words).toContain('培训录屏 老师 张三');
  });

  it('permits its own style and script by their hashes, the video from its origin, and nothing else', async () => {
    const answer = await recordingPage(buildRecordingView({ mediaOrigin: 'http://127.0.0.1:9000/bucket' }));
    const [style, script] = [between(answer, 'style'), between(answer, 'script')];
    expect([style.length, script]).toStrictEqual([1, [pageScript]]);
    expect(policyOf(answer)).toStrictEqual({
      'default-src': "'none'",
      'style-src': hashOf(style[0]!),
      'script-src': hashOf(script[0]!),
      'img-src': 'data:',
      'media-src': "'self' http://127.0.0.1:9000",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    });
  });

  it('a name, whatever it holds, adds no element and no attribute', async () => {
    const shape = async (text: string): Promise<string[]> => {
      const contact = { link: `https://a.example/${text}`, publicAccount: text, keyword: text };
      const view = buildRecordingView({ shopName: text, trainerName: text, contact });
      const { content } = (await recordingPage(view)).text;
      return [...content.matchAll(/<[^>]*/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
    };
    const plain = await shape('名');
    const part = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '`',
      '/',
      '=',
      ' ',
      'script',
      'onerror',
      '</title>',
      '${',
      '茶',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1 }), async (parts) => {
        expect(await shape(parts.join(''))).toStrictEqual(plain);
      }),
      { numRuns: 60 },
    );
  });

  it('has a script that browsers of 2015 read, and that names nothing from elsewhere', () => {
    const printed = (target: string): string => transformSync(pageScript, { target }).code;
    expect(printed('es2015')).toBe(printed('esnext'));
    expect(pageScript).not.toMatch(/https?:|<\//);
  });
});

describe('the page in a recording’s place', () => {
  it.each<[RefusedReason, number, string]>([
    ['unknown', 404, '链接可能没有复制完整'],
    ['expired', 410, '链接已过期'],
    ['revoked', 403, '链接已停用'],
    ['gone', 410, '录屏已删除'],
    ['not-ready', 404, '录屏还没准备好'],
    ['busy', 429, '请等一分钟再试'],
  ])('R2.3 of one that is %s answers %i and says what to do', async (reason, status, told) => {
    const answer = await refusedPage(reason);
    expect(answer.status).toBe(status);
    expect(wordsOf(answer)).toContain(told);
    expect(wordsOf(answer)).toMatch(/请(回到|在|等)/);
    expect(between(answer, 'script')).toStrictEqual([]);
    expect(policyOf(answer)).toMatchObject({ 'style-src': hashOf(between(answer, 'style')[0]!) });
    expect(Object.keys(policyOf(answer))).not.toContain('media-src');
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
    });
    expect(answer.headers!['retry-after']).toBe(reason === 'busy' ? '60' : undefined);
    expect(answer.text.content.includes('再试一次')).toBe(reason === 'not-ready' || reason === 'busy');
  });
});
