import { notFound } from '../../shared/runtime/answer.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { ConsoleFiles } from './console-files.ts';
import { formFor, readConsoleFiles } from './console-files.ts';
import { consolePolicy } from './console-policy.ts';

/** `GET /console` and every address below it: the page, which finds out by itself what the address means, and its assets. */
export const showConsole =
  (files: ConsoleFiles, recordingsOrigin: string): HttpFunction =>
  async ({ params, headers }) => {
    const path = params['path'] ?? '';
    const isAsset = path.startsWith('assets/');
    const file = files.get(isAsset ? path : 'index.html');
    if (file === undefined) return notFound();
    const { content, encoding } = formFor(file, headers['accept-encoding'] ?? '');
    return {
      status: 200,
      bytes: { type: file.type, content },
      headers: {
        // An asset's name holds its hash; the page names the assets of its release.
        'cache-control': isAsset ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(encoding !== null && { 'content-encoding': encoding }),
        vary: 'accept-encoding',
        'content-security-policy': consolePolicy(recordingsOrigin),
        'referrer-policy': 'no-referrer',
      },
    };
  };

/** The folder is named as seen from this file. */
export const handler = httpEntry(() =>
  showConsole(
    readConsoleFiles(new URL(readEnv('CONSOLE_FOLDER'), import.meta.url)),
    readEnv('RECORDINGS_ORIGIN'),
  ),
);
