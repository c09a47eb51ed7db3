import type { Change } from './decision.ts';
import type { Effects } from './history.ts';
import type { Order, Task, Timer } from './order.ts';

/** The deterministic id of an effect: the order, the version that decided it, and which one of that version. */
export const effectId = (order: Order, which: 'timers' | number | `recording-${number}`): string =>
  `${order.orderId}.${order.version}.${which}`;

/** Timers that are new, and timers that are gone: what the timer service has to be told. The one that has fired is gone by itself. */
export const timerChanges = (
  before: Order | null,
  after: Order,
  used?: Change['usedTimer'],
): { set: Timer[]; drop: Timer[] } => ({
  set: after.timers.filter((timer) => !hasTimer(before, timer)),
  drop: (before?.timers ?? []).filter((timer) => !hasTimer(after, timer) && !isSame(timer, used)),
});

/** What a change did to an order, for its history. */
export const effectsOf = (
  before: Order | null,
  { order: after, notices, ledger = [], work = [], usedTimer }: Change,
): Effects => {
  const { set, drop } = timerChanges(before, after, usedTimer);
  return {
    stage: { from: before?.stage ?? null, to: after.stage },
    deadline: after.deadline,
    tasks: after.tasks.flatMap((task) => taskChange(before, task)),
    timersSet: set.map(({ step, at, rule }) => ({ step, at, rule })),
    timersDropped: drop.map(({ step }) => step),
    notices: notices.map(({ kind, rule, tell }, index) => ({ id: effectId(after, index), kind, rule, tell })),
    recordings: [...work],
    ledger: ledger.map(({ entryId, trainerId, amount, rule, reverses }) => ({
      entryId,
      trainerId,
      amount,
      rule,
      reverses,
    })),
  };
};

const taskChange = (before: Order | null, { id, state }: Task): Effects['tasks'] => {
  const from = before?.tasks.find((task) => task.id === id)?.state ?? null;
  return from === state ? [] : [{ id, from, to: state }];
};

const hasTimer = (order: Order | null, timer: Timer): boolean =>
  order !== null && order.timers.some((other) => isSame(timer, other));

const isSame = (timer: Timer, other: Change['usedTimer']): boolean =>
  timer.step === other?.step && timer.version === other.version;
