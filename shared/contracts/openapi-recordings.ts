import { uploadExample } from './openapi-examples.ts';
import type { Operation } from './openapi-operations.ts';
import { answerOf, jsonOf, toOperation } from './openapi-operations.ts';
import { changed, idempotencyKey, orderId, parameter, read, session } from './openapi-parameters.ts';

const recordingId = parameter('path', 'recordingId', { type: 'string' }, 'Id of a recording.');
const token = parameter('path', 'token', { type: 'string' }, 'What proves a customer’s link.');
const download = parameter(
  'query',
  'download',
  { type: 'string', enum: ['1'] },
  'The whole file under its own name, instead of a video to play.',
);
const page = (description: string) => ({
  description,
  content: { 'text/html': { schema: { type: 'string' }, example: '<!doctype html>' } },
});

const ofRecording = ['unauthorized', 'unknown-recording', 'too-large', 'fault', 'try-later'] as const;
const ofUpload = [...ofRecording, 'wrong-role', 'foreign-upload', 'upload-over'] as const;

/** The routes of recordings: for the trainer’s upload page, for staff, and for customers. */
export const recordingPaths = (): Record<string, object> => ({
  '/api/orders/{orderId}/recordings': { get: toOperation(listRecordings), post: toOperation(startUpload) },
  '/api/recordings/{recordingId}': { get: toOperation(showRecording), delete: toOperation(abortUpload) },
  '/api/recordings/{recordingId}/parts': { get: toOperation(listParts), post: toOperation(signParts) },
  '/api/recordings/{recordingId}/finish': { post: toOperation(finishUpload) },
  '/api/recordings/{recordingId}/video': { get: toOperation(watchRecording) },
  '/r/{token}': { get: toOperation(showRecordingPage) },
  '/r/{token}/video': { get: toOperation(playRecording) },
  '/r/{token}/progress': { post: toOperation(noteProgress) },
});

const startUpload: Operation = {
  operationId: 'start-upload',
  tag: 'recordings',
  summary: 'The upload of a file begins, in parts (R2.2)',
  description:
    'The browser puts the parts to addresses that are signed batch by batch. With an `Idempotency-Key`, the same call again gets the same upload.',
  security: session,
  parameters: [orderId, idempotencyKey],
  requestBody: { required: true, content: jsonOf('UploadRequest', { upload: uploadExample }) },
  answers: { 201: answerOf('The upload, begun now or before.', 'Upload') },
  refused: [
    ...changed,
    'wrong-role',
    'wrong-stage',
    'key-reused',
    'impossible-time',
    'limit-reached',
    'file-too-large',
    'unknown-file-type',
    'unknown-recording',
  ],
};

const signParts: Operation = {
  operationId: 'sign-parts',
  tag: 'recordings',
  summary: 'Addresses for the next parts of an upload (R2.2)',
  description:
    'Each takes just its own part, of just its size, by `PUT`, until `expiresAt`. What is late is signed again.',
  security: session,
  parameters: [recordingId],
  requestBody: { required: true, content: jsonOf('SignRequest', { next: { numbers: [1, 2, 3, 4] } }) },
  answers: { 200: answerOf('The addresses, by the number of their part.', 'SignedParts') },
  refused: [...ofUpload, 'malformed'],
};

const listParts: Operation = {
  operationId: 'list-parts',
  tag: 'recordings',
  summary: 'The parts of an upload that have arrived (R2.2)',
  description: 'For an upload that goes on after a reload, a lost network or a night.',
  security: session,
  parameters: [recordingId],
  answers: { 200: answerOf('What S3 has.', 'Parts') },
  refused: ofUpload,
};

const finishUpload: Operation = {
  operationId: 'finish-upload',
  tag: 'recordings',
  summary: 'All parts are there (R2.2)',
  description:
    'They are put together and checked in the background: ask for the recording until it is no longer `checking`. The same call again changes nothing.',
  security: session,
  parameters: [recordingId],
  requestBody: {
    required: true,
    content: jsonOf('FinishRequest', {
      all: { parts: [{ number: 1, etag: '"9b2cf535f27731c974343645a3985328"' }] },
    }),
  },
  answers: { 202: answerOf('The recording is being checked.', 'UploadFinished') },
  refused: [...ofUpload, 'malformed', 'parts-differ', 'unknown-order'],
};

const showRecording: Operation = {
  operationId: 'show-recording',
  tag: 'recordings',
  summary: 'Where a recording stands, what is missing, how long it is kept and why (R2.2, R2.3, R5.1, R5.3)',
  description:
    '`customerLink` is for the order’s people, assistants and managers; null for everybody else, and while nobody can watch by it.',
  security: session,
  parameters: [recordingId],
  answers: { 200: answerOf('The recording.', 'Recording') },
  refused: ofRecording,
};

const listRecordings: Operation = {
  operationId: 'list-recordings',
  tag: 'recordings',
  summary: 'The recordings of an order, and what may keep them (R2.2, R5.3)',
  description: 'With the training’s times and the limits of an upload, as the upload page needs them.',
  security: session,
  parameters: [orderId],
  answers: { 200: answerOf('The recordings.', 'Recordings') },
  refused: read,
};

const abortUpload: Operation = {
  operationId: 'abort-upload',
  tag: 'recordings',
  summary: 'An upload is given up (R2.2)',
  description: 'By its own trainer: an upload that goes on, or a file that did not pass its check.',
  security: session,
  parameters: [recordingId],
  answers: { 200: answerOf('The recording, which is deleted.', 'Recording') },
  refused: [...ofUpload, 'unknown-order'],
};

const watchRecording: Operation = {
  operationId: 'watch-recording',
  tag: 'recordings',
  summary: 'Staff watch or fetch a recording (R5.1)',
  description:
    'For the people of the order, the uploader, assistants, managers and auditors. Leads to an address that lives for 20 minutes. Who has watched is in the history.',
  security: session,
  parameters: [recordingId, download],
  answers: { 302: answerOf('Where the video is, also as `location`.', 'VideoAddress') },
  refused: [...ofRecording, 'wrong-role', 'not-ready', 'unknown-order'],
};

const showRecordingPage: Operation = {
  operationId: 'show-recording-page',
  tag: 'recordings',
  summary: 'The page on which a customer watches (R2.3)',
  description: 'To open it records nothing, as robots do that, too.',
  security: [],
  parameters: [token],
  answers: {
    200: page('The page.'),
    404: page('No such link, or nothing to watch by it yet.'),
    410: page('The link has expired, or the recording was deleted.'),
    403: page('The link was revoked.'),
    429: page('Too often at once.'),
  },
  refused: ['too-large', 'fault', 'try-later'],
};

const playRecording: Operation = {
  ...showRecordingPage,
  operationId: 'play-recording',
  summary: 'A customer watches or fetches the recording (R2.3, R5.1)',
  description: 'Leads to an address that lives for 20 minutes. Sittings and downloads are in the history.',
  parameters: [token, download],
  answers: {
    ...withoutPage(showRecordingPage.answers),
    302: answerOf('Where the video is, also as `location`.', 'VideoAddress'),
  },
};

const noteProgress: Operation = {
  ...showRecordingPage,
  operationId: 'note-progress',
  summary: 'So much of the recording was watched (R2.3)',
  description: 'Sent by the page itself; 0 says that a person has opened it.',
  requestBody: { required: true, content: jsonOf('Progress', { quarter: { share: 0.25 } }) },
  answers: { ...withoutPage(showRecordingPage.answers), 204: { description: 'Noted.' } },
  refused: ['malformed', 'too-large', 'fault', 'try-later'],
};

function withoutPage({ 200: _page, ...refused }: Operation['answers']): Operation['answers'] {
  return refused;
}
