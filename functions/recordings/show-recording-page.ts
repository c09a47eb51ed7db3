import { orderStore, rateLimit, secrets } from '../../shared/runtime/deps.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { customerView } from './customer-view.ts';
import type { LinkReading } from './open-link.ts';
import { openLink } from './open-link.ts';
import { recordingPage } from './recording-page.ts';

/** `GET /r/{token}`: the page on which the customer watches (R2.3). To open it records nothing: robots that preview links do that, too. */
export const showRecordingPage =
  (reading: LinkReading & { mediaOrigin: string }): HttpFunction =>
  async (request, now) => {
    const opened = await openLink(reading, request, 'page', now);
    if ('answer' in opened) return opened.answer;
    const path = `/r/${request.params['token'] ?? ''}`;
    return await recordingPage(customerView(opened, { path, mediaOrigin: reading.mediaOrigin }, now));
  };

export const handler = httpEntry(() =>
  showRecordingPage({
    orders: orderStore(),
    secrets: secrets(),
    rateLimit: rateLimit(),
    mediaOrigin: readEnv('RECORDINGS_ORIGIN'),
  }),
);
