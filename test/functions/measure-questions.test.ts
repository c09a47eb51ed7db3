import { describe, expect, it } from 'vitest';
import { measureQuestions } from '../../functions/questions/measure-questions.ts';
import { knownYears } from '../../shared/domain/holidays.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { scheduledEntry } from '../../shared/runtime/scheduled-entry.ts';
import { buildOrder } from '../support/build-order.ts';
import { makeContext } from '../support/http-event.ts';
import { memoryOrderStore } from '../support/memory/order-store.ts';
import { watchOutput } from './output.ts';

const output = watchOutput();

const noon = toInstant('2025-03-12T12:00:00+08:00');
const since = (time: string): Instant => toInstant(`2025-03-12T${time}+08:00`);

/** One run at a time, over orders with these open questions. */
const measure = async (now: Instant, ...open: readonly Order['openQuestions'][]) => {
  const orders = memoryOrderStore();
  orders.seed(
    ...open.map((openQuestions, index) => ({ ...buildOrder({ orderId: `A-${index}` }), openQuestions })),
  );
  await scheduledEntry(() => measureQuestions({ orders }))(
    {},
    makeContext(() => now),
  );
  return Object.fromEntries(output.metrics().map(({ name, value }) => [name, value]));
};

describe('measure-questions', () => {
  it('R3.1 counts the open questions of all orders, and the whole minutes of the oldest', async () => {
    const measured = await measure(
      noon,
      { since: since('11:59:00'), count: 1 },
      null,
      { since: since('10:44:00.001'), count: 3 },
      { since: since('11:20:00'), count: 2 },
    );
    expect(measured).toEqual({ OpenQuestions: 6, OldestQuestionMinutes: 75, HolidayYearMissing: 0 });
  });

  it('R3.1 says that none is open: 0 and 0', async () => {
    expect(await measure(noon, null)).toMatchObject({ OpenQuestions: 0, OldestQuestionMinutes: 0 });
  });

  it('R3.1 counts a question by a clock that is ahead of ours as just asked', async () => {
    const measured = await measure(noon, { since: since('12:04:00'), count: 1 });
    expect(measured).toMatchObject({ OpenQuestions: 1, OldestQuestionMinutes: 0 });
  });

  const last = Math.max(...knownYears());
  it.each([
    [`${last}-10-31T23:59:59.999+08:00`, 0],
    [`${last}-11-01T00:00:00+08:00`, 1],
    [`${last + 1}-03-01T00:00:00+08:00`, 1],
  ])('R3.1 says whether the holidays of a year are missing: at %s %i', async (now, missing) => {
    expect(await measure(toInstant(now))).toMatchObject({ HolidayYearMissing: missing });
  });
});
