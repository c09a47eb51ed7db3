import type { QueueCalls } from '../upload/upload-queue.ts';
import type { CallApi } from './call-api.ts';
import { anyAnswer } from './call-api.ts';
import type { Recording, Recordings } from './recording-views.ts';
import {
  begunSchema,
  recordingSchema,
  recordingsSchema,
  signedSchema,
  storedPartsSchema,
} from './recording-views.ts';

type Named = Pick<Recording, 'orderId' | 'recordingId'>;

export type RecordingsApi = QueueCalls & {
  list(orderId: string, signal?: AbortSignal): Promise<Recordings>;
  /** The customer has got the links of the order that were not sent yet. */
  noteSent(recording: Recording): Promise<void>;
  revokeLink(recording: Named, reason: string): Promise<void>;
  renewLink(recording: Named): Promise<void>;
  /** Lets a recording pass that is too short or begins too late. */
  accept(recording: Named, reason: string): Promise<void>;
};

/** Where staff watch a recording, or fetch it. */
export const videoAddress = (recordingId: string, isDownload: boolean): string =>
  `/api/recordings/${encodeURIComponent(recordingId)}/video${isDownload ? '?download=1' : ''}`;

/** The product's calls for recordings. */
export const recordingsApi = (call: CallApi): RecordingsApi => {
  const ofOrder = (orderId: string) => `/api/orders/${encodeURIComponent(orderId)}/recordings`;
  const ofRecording = (recordingId: string) => `/api/recordings/${encodeURIComponent(recordingId)}`;
  const act = async (orderId: string, action: string, body: object): Promise<void> => {
    const path = `/api/orders/${encodeURIComponent(orderId)}/actions/${action}`;
    await call(path, anyAnswer, { method: 'POST', body });
  };
  return {
    list: async (orderId, signal) =>
      await call(ofOrder(orderId), recordingsSchema, signal === undefined ? {} : { signal }),
    start: async (orderId, { name, size }, facts, key) =>
      await call(ofOrder(orderId), begunSchema, {
        method: 'POST',
        headers: { 'idempotency-key': key },
        body: { fileName: name, size, ...facts },
      }),
    signParts: async (recordingId, numbers, signal) => {
      const body = { numbers };
      const path = `${ofRecording(recordingId)}/parts`;
      return (await call(path, signedSchema, { method: 'POST', body, signal })).urls;
    },
    listParts: async (recordingId, signal) =>
      (await call(`${ofRecording(recordingId)}/parts`, storedPartsSchema, { signal })).parts,
    finish: async (recordingId, parts, signal) => {
      const body = { parts };
      await call(`${ofRecording(recordingId)}/finish`, anyAnswer, { method: 'POST', body, signal });
    },
    showState: async (recordingId, signal) =>
      (await call(ofRecording(recordingId), recordingSchema, { signal })).state,
    abort: async (recordingId) => {
      await call(ofRecording(recordingId), anyAnswer, { method: 'DELETE' });
    },
    noteSent: async ({ orderId, recordingId }) => await act(orderId, 'send-recording', { recordingId }),
    revokeLink: async ({ orderId, recordingId }, reason) =>
      await act(orderId, 'revoke-recording-link', { recordingId, reason }),
    renewLink: async ({ orderId, recordingId }) =>
      await act(orderId, 'renew-recording-link', { recordingId }),
    accept: async ({ orderId, recordingId }, reason) =>
      await act(orderId, 'accept-recording', { recordingId, reason }),
  };
};
