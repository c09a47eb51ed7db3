import { activeEmergency } from './holdings.ts';
import type { Instant } from './instant.ts';
import { plusMinutes } from './instant.ts';
import type { Order } from './order.ts';
import type { Policy } from './policy.ts';
import { seasonAt } from './seasons.ts';

/** R3.2, R3.3 In season, with the emergency plan on, support does not use up the budget. */
export const isSupportFree = (order: Order, policy: Policy, at: Instant): boolean =>
  activeEmergency(order.facts) !== null && seasonAt(at, policy) !== null;

/** R3.2 Steps that are left, never below zero. */
export const supportLeft = ({ facts: { support } }: Order, { supportLimit }: Policy): number =>
  Math.max(0, supportLimit + support.granted - support.used);

/** R3.2 Before the last step people are asked whether it is needed. */
export const isLastStep = (order: Order, policy: Policy, at: Instant): boolean =>
  supportLeft(order, policy) === 1 && !isSupportFree(order, policy, at);

/** R3.2 The step that goes on: nobody has answered since it was taken, and it has not taken as long as a call would. Null where there is none. */
export const runningStep = (
  { facts: { support, messages } }: Order,
  { callAfterMinutes }: Policy,
  now: Instant,
) => {
  const last = support.steps.at(-1);
  if (last === undefined || now >= plusMinutes(last.at, callAfterMinutes)) return null;
  return messages.some(({ role, at }) => role !== 'customer' && at >= last.at) ? null : last;
};
