import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { answerRecording } from './answer-recording.ts';
import { readRecording } from './read-recording.ts';

/** `GET /api/recordings/{recordingId}`: where a recording stands, what is missing, how long it is kept and why, and the customer's address. */
export const showRecording =
  (reading: OrderReading): HttpFunction =>
  async (request, now) => {
    const read = await readRecording(reading, request, now);
    return 'answer' in read ? read.answer : await answerRecording(reading, request, read, now);
  };

export const handler = httpEntry(() =>
  showRecording({ orders: orderStore(), sessions: sessions(), secrets: secrets() }),
);
