import { parseJson } from '../../shared/contracts/parse-json.ts';
import { signRequestSchema } from '../../shared/contracts/recordings-view.ts';
import { badRequest } from '../../shared/runtime/answer.ts';
import { orderStore, recordingObjects, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { addressesOf, openOwnUpload } from './own-upload.ts';
import type { UploadReading } from './own-upload.ts';

/** `POST /api/recordings/{recordingId}/parts`: addresses for the next parts of an upload, a small batch at a time. */
export const signParts =
  (reading: UploadReading): HttpFunction =>
  async (request, now) => {
    const read = await openOwnUpload(reading, request, now, 'sign-parts');
    if ('answer' in read) return read.answer;
    const asked = parseJson(signRequestSchema, request.body);
    if ('issues' in asked) return badRequest(asked.issues);
    const { recording } = read;
    const beyond = asked.data.numbers.findIndex((number) => number > recording.parts);
    if (beyond >= 0)
      return badRequest([
        { path: `numbers.${beyond}`, message: `this upload has parts 1 to ${recording.parts}` },
      ]);
    return await addressesOf(reading, recording, asked.data.numbers, now);
  };

export const handler = httpEntry(() =>
  signParts({
    orders: orderStore(),
    sessions: sessions(),
    secrets: secrets(),
    objects: recordingObjects(),
  }),
);
