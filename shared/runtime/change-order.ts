import type { Desks, Facts, Outcome } from '../domain/decision.ts';
import type { Order } from '../domain/order.ts';
import { policyOf } from '../domain/policies/policies.ts';
import type { Refusal } from '../domain/refusal.ts';
import { isRefusal } from '../domain/refusal.ts';
import type { OrderStore } from '../ports/order-store.ts';
import type { Cause } from './commit.ts';
import { commit, untilCommitted } from './commit.ts';
import { findOrder } from './find-order.ts';

/** The order after a change, or as it is where there was nothing to change. */
export type Changed = { order: Order } | { refusal: Refusal };

/** Load → decide → commit, until nobody was faster. `decide` gives null when there is nothing to change. */
export const changeOrder = async (
  { orders, desks }: { orders: OrderStore; desks: Desks },
  orderId: string,
  decide: (order: Order, facts: Facts) => Outcome | null,
  cause: Cause,
): Promise<Changed> =>
  await untilCommitted<Changed>(async () => {
    const order = await findOrder(orders, orderId);
    if (order === null) return { refusal: { type: 'unknown-order', orderId } };
    const outcome = decide(order, { now: cause.now, desks, policy: policyOf(order.policy) });
    if (outcome === null) return { order };
    if (isRefusal(outcome)) return outcome;
    const written = await commit(orders, order, outcome, cause);
    return written === 'stale' ? written : { order: written };
  });
