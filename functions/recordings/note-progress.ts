import { parseJson } from '../../shared/contracts/parse-json.ts';
import { progressSchema } from '../../shared/contracts/recordings-view.ts';
import { badRequest, noContent } from '../../shared/runtime/answer.ts';
import { orderStore, rateLimit, secrets } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { AccessDesk } from './note-access.ts';
import { noteAccess } from './note-access.ts';
import { openLink } from './open-link.ts';

/** `POST /r/{token}/progress`: the customer's page was opened by a person (share 0), or so much of the video was watched (R2.3). */
export const noteProgress =
  (desk: AccessDesk): HttpFunction =>
  async (request, now) => {
    const progress = parseJson(progressSchema, request.body);
    if ('issues' in progress) return badRequest(progress.issues);
    const { share } = progress.data;
    const opened = await openLink(desk, request, 'progress', now);
    if ('answer' in opened) return opened.answer;
    await noteAccess(desk, opened, share === 0 ? { type: 'opened' } : { type: 'watched', share }, now);
    return noContent();
  };

export const handler = httpEntry(() =>
  noteProgress({ orders: orderStore(), secrets: secrets(), rateLimit: rateLimit(), desks: readDesks() }),
);
