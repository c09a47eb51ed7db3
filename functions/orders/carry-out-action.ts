import { viewDryRun } from '../../shared/contracts/action-call.ts';
import type { InputIssue } from '../../shared/contracts/issues.ts';
import { toInputIssues } from '../../shared/contracts/issues.ts';
import { viewOrder } from '../../shared/contracts/order-view.ts';
import { readJson } from '../../shared/contracts/parse-json.ts';
import type { ActionName } from '../../shared/domain/actions/actions.ts';
import { actions } from '../../shared/domain/actions/actions.ts';
import type { StaffActor } from '../../shared/domain/actions/action.ts';
import type { Desks, Facts, Outcome } from '../../shared/domain/decision.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import type { Mark, OrderStore } from '../../shared/ports/order-store.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { answerRefusal, keyReused, ok } from '../../shared/runtime/answer.ts';
import type { Cause } from '../../shared/runtime/commit.ts';
import { commit, untilCommitted } from '../../shared/runtime/commit.ts';
import type { SessionCheck } from '../../shared/runtime/session.ts';
import { findOrder } from '../../shared/runtime/find-order.ts';

export type OrderDesk = SessionCheck & { orders: OrderStore; desks: Desks };

type Call = { actor: StaffActor; now: Instant; key: string | null; contentHash: string; dryRun: boolean };
type Decide = (order: Order, facts: Facts, actor: StaffActor) => Outcome;

const markDays = 7;

/** The rule of an action with its input, or what is wrong with the body. */
export const prepareAction = (
  name: ActionName,
  body: string,
): { decide: Decide } | { issues: readonly InputIssue[] } => {
  const json = readJson(body);
  if ('issues' in json) return json;
  const prepared = actions[name].prepare(name, json.value);
  return 'issues' in prepared ? { issues: toInputIssues(prepared.issues) } : prepared;
};

/** Load → decide → commit for an action of staff. With an idempotency key, the same call again gets the order as it is. */
export const carryOutAction = async (
  { orders, desks }: OrderDesk,
  orderId: string,
  decide: Decide,
  call: Call,
): Promise<Answer> =>
  await untilCommitted(async () => {
    const mark = markOf(call, orderId);
    const [known, order] = await Promise.all([
      mark === null ? null : orders.findMark(mark.id),
      findOrder(orders, orderId),
    ]);
    if (order === null) return answerRefusal({ type: 'unknown-order', orderId });
    if (known !== null)
      return known.contentHash === call.contentHash
        ? ok(viewOrder(order, call.actor.id, call.now))
        : keyReused();
    const outcome = decide(order, { now: call.now, desks, policy: policyOf(order.policy) }, call.actor);
    if (isRefusal(outcome)) return answerRefusal(outcome.refusal);
    if (call.dryRun) return ok(viewDryRun(order, outcome, call.now));
    const written = await commit(orders, order, outcome, causeOf(call, mark));
    return written === 'stale' ? written : ok(viewOrder(written, call.actor.id, call.now));
  });

const causeOf = ({ actor, key, now }: Call, mark: Mark | null): Cause =>
  mark === null ? { actor, id: key, now } : { actor, id: key, now, mark };

/** The key is the caller's own, so it counts only together with who calls and for which order. */
const markOf = ({ actor, key, contentHash, now, dryRun }: Call, orderId: string): Mark | null => {
  if (key === null || dryRun) return null;
  const id = `staff.${sha256Hex([actor.id, orderId, key])}`;
  return { id, contentHash, orderId, expiresAt: plusMinutes(now, markDays * 24 * 60) };
};
