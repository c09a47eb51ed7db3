import type { QueueCalls } from '../upload/upload-queue.ts';
import type { CallApi } from './call-api.ts';
import { anyAnswer } from './call-api.ts';
import type { Recordings } from './recording-views.ts';
import {
  begunSchema,
  recordingSchema,
  recordingsSchema,
  signedSchema,
  storedPartsSchema,
} from './recording-views.ts';

export type RecordingsApi = QueueCalls & { list(orderId: string, signal?: AbortSignal): Promise<Recordings> };

/** The product's calls for recordings. */
export const recordingsApi = (call: CallApi): RecordingsApi => {
  const ofOrder = (orderId: string) => `/api/orders/${encodeURIComponent(orderId)}/recordings`;
  const ofRecording = (recordingId: string) => `/api/recordings/${encodeURIComponent(recordingId)}`;
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
  };
};
