import type { Facts, Notice } from './decision.ts';
import { fireTimer } from './fire-timer.ts';
import type { Instant } from './instant.ts';
import { later } from './instant.ts';
import type { Order, Timer } from './order.ts';
import type { RuleId } from './rules.ts';
import { rules } from './rules.ts';

/** A timer to come, and what it will do if nobody acts before. `at` is when it fires: its time, or now for one that is overdue. */
export type PlannedTimer = {
  at: Instant;
  step: string;
  rule: RuleId;
  reason: string;
  stage: Order['stage'];
  tells: readonly Pick<Notice, 'tell' | 'mention' | 'text'>[];
};

/**
 * R0.2 Every timer until `until` if nobody acts: the order is played forward through the very rule that fires timers, so the plan can't
 * differ from what will happen.
 */
export const planOf = (order: Order, facts: Facts, until: Instant): readonly PlannedTimer[] => {
  const planned: PlannedTimer[] = [];
  let current = order;
  let { now } = facts;
  for (let timer = nextTimer(current); timer !== undefined && timer.at <= until; timer = nextTimer(current)) {
    now = later(timer.at, now);
    const fired = fireTimer(current, timer, { ...facts, now });
    if (fired.type !== 'change')
      throw new Error(`the plan of ${order.orderId} met a timer that is ${fired.type}`);
    current = fired.change.order;
    planned.push({
      at: now,
      step: timer.step,
      rule: timer.rule,
      reason: rules[timer.rule].zh,
      stage: current.stage,
      tells: fired.change.notices.map(({ tell, mention, text }) => ({ tell, mention, text })),
    });
  }
  return planned;
};

const nextTimer = (order: Order): Timer | undefined => order.timers[0];
