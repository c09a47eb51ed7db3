import { viewLedger } from '../../shared/contracts/ledger-view.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import { answerRefusal, ok } from '../../shared/runtime/answer.ts';
import { ledger, orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { readOrder } from '../../shared/runtime/read-order.ts';
import { whoseLines } from './whose-lines.ts';

/** `GET /api/orders/{orderId}/ledger`: what was booked for an order, whose its maintenance days are, and what is to be expected. */
export const showLedger =
  (reading: OrderReading & { ledger: Ledger }): HttpFunction =>
  async (request, now) => {
    const read = await readOrder(reading, request, now);
    if ('answer' in read) return read.answer;
    const { order, actor } = read;
    const seen = whoseLines(actor, 'show-ledger', null);
    if ('refusal' in seen) return answerRefusal(seen.refusal);
    const entries = await reading.ledger.ofOrder(order.orderId);
    return ok(viewLedger(order, entries, seen.trainerId, now));
  };

export const handler = httpEntry(() =>
  showLedger({ orders: orderStore(), sessions: sessions(), secrets: secrets(), ledger: ledger() }),
);
