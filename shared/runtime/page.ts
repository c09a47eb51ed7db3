import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { TextAnswer } from './answer.ts';

type Page = {
  title: string;
  style: string;
  /** Runs when the body is there. */
  script?: string;
  /** Made with hono's `html`, which escapes what is put in. */
  body: ReturnType<typeof html>;
};

/** What a page may load beside its own style and script, by directive of the Content-Security-Policy. */
type Permits = Readonly<Record<`${'connect' | 'media'}-src`, string>>;

/** A page's Content-Security-Policy: its own style and script by their hashes, the empty icon, what it is permitted, and nothing else. */
export const pagePolicy = (
  { style, script }: Pick<Page, 'style' | 'script'>,
  permits: Partial<Permits> = {},
): string =>
  [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    'img-src data:',
    ...Object.entries(permits).map(([directive, sources]) => `${directive} ${sources}`),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** A whole page in Simplified Chinese that loads nothing from elsewhere. */
export const renderPage = async ({ title, style, script, body }: Page): Promise<string> => {
  const page = await html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        ${body} ${script === undefined ? '' : raw(`<script>${script}</script>`)}
      </body>
    </html>`;
  return String(page);
};

/** A page whose address is a secret: neither search engines nor other sites learn of it. */
export const answerSecretPage = async (
  page: Page,
  {
    status = 200,
    permits = {},
    headers = {},
  }: { status?: number; permits?: Partial<Permits>; headers?: Record<string, string> } = {},
): Promise<TextAnswer> => ({
  status,
  text: { type: 'text/html; charset=utf-8', content: await renderPage(page) },
  headers: {
    'content-security-policy': pagePolicy(page, permits),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
    ...headers,
  },
});

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
