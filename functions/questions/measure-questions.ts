import { missingYear } from '../../shared/domain/holidays.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { epochMs } from '../../shared/domain/instant.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import { orderStore } from '../../shared/runtime/deps.ts';
import { count } from '../../shared/runtime/log.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';
import { scheduledEntry } from '../../shared/runtime/scheduled-entry.ts';

/** Every half hour: how many questions wait, for how long the oldest one has, and whether a year of the calendar is missing (R3.1). */
export const measureQuestions =
  ({ orders }: { orders: OrderStore }) =>
  async (now: Instant): Promise<void> => {
    let open = 0;
    let oldest = now;
    for await (const waiting of orders.waitingOrders()) {
      open += waiting.count;
      if (waiting.since < oldest) oldest = waiting.since;
    }
    count(metricNames.openQuestions, open);
    count(metricNames.oldestQuestionMinutes, Math.floor((epochMs(now) - epochMs(oldest)) / 60_000));
    count(metricNames.holidayYearMissing, missingYear(now) === null ? 0 : 1);
  };

export const handler = scheduledEntry(() => measureQuestions({ orders: orderStore() }));
