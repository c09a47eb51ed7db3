import { parseJson } from '../../shared/contracts/parse-json.ts';
import { finishRequestSchema } from '../../shared/contracts/recordings-view.ts';
import { badRequest } from '../../shared/runtime/answer.ts';
import { orderStore, recordingObjects, secrets, sessions } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { UploadDesk } from './begin-upload.ts';
import { closeUpload } from './close-upload.ts';
import { openOwnUpload } from './own-upload.ts';

/** `POST /api/recordings/{recordingId}/finish`: all parts are there. They are put together and checked in the background. */
export const finishUpload =
  (desk: UploadDesk): HttpFunction =>
  async (request, now) => {
    const read = await openOwnUpload(desk, request, now, 'finish-upload');
    if ('answer' in read) return read.answer;
    const named = parseJson(finishRequestSchema, request.body);
    if ('issues' in named) return badRequest(named.issues);
    return await closeUpload(desk, read, named.data.parts, now);
  };

/** It names up to 10,000 parts, and nothing of it is kept. */
export const finishMaxBytes = 1024 * 1024;

export const handler = httpEntry(
  () =>
    finishUpload({
      orders: orderStore(),
      sessions: sessions(),
      secrets: secrets(),
      objects: recordingObjects(),
      desks: readDesks(),
    }),
  finishMaxBytes,
);
