import type * as z from 'zod/mini';
import type { Instant } from './instant.ts';
import type { Order } from './order.ts';
import type { Party, Policy } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type { RuleId } from './rules.ts';

export type Json = z.infer<ReturnType<typeof z.json>>;

/** Staff ids of the house's desks, a setting of the deployment. */
export type Desks = { manager: readonly string[]; service: readonly string[] };

/** All that a rule may know beside the order: the time, the order's policy and who sits at the desks. */
export type Facts = { now: Instant; policy: Policy; desks: Desks };

/** Who caused a change. Ids only: the history outlives the personal data. */
export type Actor =
  | { type: 'crm' }
  | { type: 'staff'; id: string; roles: readonly string[] }
  | { type: 'timer'; step: string; version: number };

/** A message to the order's group. It is dropped at delivery when its `guard` no longer holds. */
export type Notice = {
  kind: string;
  rule: RuleId;
  tell: Party;
  robotKey: string;
  mention: readonly string[];
  text: string;
  guard: { taskId: string | null; training: Instant | null };
};

/** What a rule decided: the record as it will be, what it tells people, and the facts for the history. */
export type Change = {
  order: Order;
  event: string;
  rules: readonly RuleId[];
  facts: Record<string, Json>;
  notices: readonly Notice[];
};

export type Outcome = Change | { refusal: Refusal };
