import { orderIdSchema } from '../order.ts';

const idForm = /^([^.]+)\.([0-9a-f]{32})$/;

/** A recording's id: the order's number and 128 bits in hex, so that an id leads to its order. */
export const recordingIdOf = (orderId: string, bits: string): string => `${orderId}.${bits}`;

/** The order that a recording's id leads to; null for what is no such id. */
export const orderOfRecording = (recordingId: string): string | null => {
  const [, orderId] = idForm.exec(recordingId) ?? [];
  return orderIdSchema.safeParse(orderId).data ?? null;
};

/** The keys of recordings begin so. */
export const recordingsPrefix = 'recordings/';

/** Where the store keeps a recording. No name of a person or file is part of it. */
export const recordingKey = (recordingId: string): string =>
  `${recordingsPrefix}${recordingId.replace('.', '/')}`;

/** The recording that a key of the store belongs to; null for keys of another kind. */
export const recordingOfKey = (key: string): string | null => {
  if (!key.startsWith(recordingsPrefix)) return null;
  const id = key.slice(recordingsPrefix.length).replace('/', '.');
  return orderOfRecording(id) === null || recordingKey(id) !== key ? null : id;
};
