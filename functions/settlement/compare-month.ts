import type * as z from 'zod/mini';
import type {
  comparisonRequestSchema,
  comparisonViewSchema,
} from '../../shared/contracts/policy-comparison-view.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import type { Comparison } from '../../shared/domain/policy-comparison.ts';
import { compareOrder, tryChange } from '../../shared/domain/policy-comparison.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';

/** So many orders are read at a time. */
const batch = 25;

/** What the orders trained in a month would have come to under a changed policy; each is otherwise judged by its own version. */
export const compareMonth = async (
  orders: OrderStore,
  { month, changes }: z.infer<typeof comparisonRequestSchema>,
  now: Instant,
): Promise<z.infer<typeof comparisonViewSchema>> => {
  const ids: string[] = [];
  for await (const orderId of orders.trainedIn(month)) ids.push(orderId);
  const compared: Comparison[] = [];
  for (let start = 0; start < ids.length; start += batch) {
    const loaded = await Promise.all(
      ids.slice(start, start + batch).map(async (id) => await orders.load(id)),
    );
    for (const order of loaded) {
      if (order === null) continue;
      const policy = policyOf(order.policy);
      compared.push(compareOrder(order, policy, tryChange(policy, changes), now));
    }
  }
  const sum = (pick: (comparison: Comparison) => number): number =>
    compared.reduce((total, comparison) => total + pick(comparison), 0);
  return {
    month,
    orders: compared.length,
    breaches: {
      before: sum(({ breaches }) => breaches.before),
      after: sum(({ breaches }) => breaches.after),
    },
    pay: { before: sum(({ paid }) => paid.before), after: sum(({ paid }) => paid.after) },
    changed: compared
      .filter(({ clocks, pay }) => clocks.length + pay.length > 0)
      .map(({ orderId, clocks, pay }) => ({ orderId, clocks: [...clocks], pay: [...pay] })),
  };
};
