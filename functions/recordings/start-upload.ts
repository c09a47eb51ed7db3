import { parseJson } from '../../shared/contracts/parse-json.ts';
import { uploadRequestSchema } from '../../shared/contracts/recordings-view.ts';
import { badRequest } from '../../shared/runtime/answer.ts';
import { orderStore, recordingObjects, secrets, sessions } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { authenticate } from '../../shared/runtime/session.ts';
import type { UploadDesk } from './begin-upload.ts';
import { beginUpload, readKey } from './begin-upload.ts';

/** `POST /api/orders/{orderId}/recordings`: a file's upload begins, in parts. With an `Idempotency-Key`, the same call again gets the same upload. */
export const startUpload =
  (desk: UploadDesk): HttpFunction =>
  async (request, now) => {
    const caller = await authenticate(request, desk, now);
    if ('answer' in caller) return caller.answer;
    const key = readKey(request.headers);
    if ('issues' in key) return badRequest(key.issues);
    const file = parseJson(uploadRequestSchema, request.body);
    if ('issues' in file) return badRequest(file.issues);
    const { orderId = '' } = request.params;
    return await beginUpload(desk, { orderId, actor: caller.actor, key: key.key, now }, file.data);
  };

export const handler = httpEntry(() =>
  startUpload({
    orders: orderStore(),
    sessions: sessions(),
    secrets: secrets(),
    objects: recordingObjects(),
    desks: readDesks(),
  }),
);
