import type * as z from 'zod/mini';
import type { Instant } from './instant.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Order, Timer } from './order.ts';
import type { Party, Policy } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type { RecordingWork } from './recordings/recording-facts.ts';
import type { RuleId } from './rules.ts';

export type Json = z.infer<ReturnType<typeof z.json>>;

/** Staff ids of the house's desks, a setting of the deployment. */
export type Desks = {
  manager: readonly string[];
  service: readonly string[];
  support: readonly string[];
};

/** All that a rule may know beside the order: the time, the order's policy and who sits at the desks. */
export type Facts = { now: Instant; policy: Policy; desks: Desks };

/** Who caused a change. Ids only: the history outlives the personal data. */
export type Actor =
  | { type: 'crm' }
  | { type: 'chat' }
  | { type: 'staff'; id: string; roles: readonly string[] }
  | { type: 'timer'; step: string; version: number }
  /** The holder of a customer's link. */
  | { type: 'customer' }
  /** The product itself: what it has found in the store of recordings. */
  | { type: 'product' };

/** What must still be so when a notice is delivered. */
export type NoticeGuard = {
  /** Tasks that must all still wait. */
  taskIds: readonly string[];
  /** How far the ladder of its task had been climbed: a later rung makes it void. */
  rung: number | null;
  /** The training time that it speaks of. */
  training: Instant | null;
  /** R3.1 The clock that it speaks of, and the state that this must still have. */
  clock: { id: string; state: 'running' | 'breached' } | null;
  /** Whether the order must not have ended. */
  live: boolean;
};

/** A message to the order's group. It is dropped at delivery when its `guard` no longer holds. */
export type Notice = {
  kind: string;
  rule: RuleId;
  tell: Party;
  mention: readonly string[];
  text: string;
  guard: NoticeGuard;
};

/** An order on its way through a decision, and what is told on the way. */
export type Draft = { order: Order; notices: readonly Notice[]; work?: readonly RecordingWork[] };

/** What a rule decided: the record as it will be, what it tells people, and the facts for the history. */
export type Change = {
  order: Order;
  event: string;
  rules: readonly RuleId[];
  facts: Record<string, Json>;
  notices: readonly Notice[];
  /** What is booked by it. */
  ledger?: readonly LedgerEntry[];
  /** What is to be done in the store of recordings. */
  work?: readonly RecordingWork[];
  /** The timer that has fired: it is gone by itself. */
  usedTimer?: Pick<Timer, 'step' | 'version'>;
};

export type Outcome = Change | { refusal: Refusal };
