import type { Change, Draft, Facts } from './decision.ts';
import type { Instant } from './instant.ts';
import { noticeFor, noticeOfRung } from './notices.ts';
import type { Order, Timer } from './order.ts';
import { timedNoticeKindSchema } from './policy.ts';
import { settle, tellTask, tellTimed } from './settle.ts';
import { withTask } from './with-task.ts';
import { lookAtUploads } from './recordings/look.ts';
import { chasedOut, nextRung } from './timers.ts';
import { handOverAsPlanned } from './trainer.ts';
import { moveTo } from './transitions.ts';
import { digestText } from './wording.ts';

/** What a timer leads to: a change; nothing, as the order has moved on; or a wait, as it came before its time. */
export type Fired =
  | { type: 'change'; change: Change }
  | { type: 'stale' }
  | { type: 'early'; dueAt: Instant };

/**
 * R0.2 A timer is a hint: it acts only if the order still wants just this timer, and names the version that set it.
 * It is used up by firing: a next one of the same step and time is a new timer with a version of its own.
 */
export const fireTimer = (order: Order, hint: { step: string; version: number }, facts: Facts): Fired => {
  const timer = order.timers.find(({ step, version }) => step === hint.step && version === hint.version);
  if (timer === undefined) return { type: 'stale' };
  if (timer.at > facts.now) return { type: 'early', dueAt: timer.at };
  const remaining = { ...order, timers: order.timers.filter((other) => other !== timer) };
  const draft = perform({ ...remaining, version: order.version + 1 }, timer, facts);
  const change: Change = {
    ...draft,
    event: 'timer-fired',
    rules: [timer.rule],
    facts: {
      step: timer.step,
      at: timer.at,
      ...(timer.step === 'reassign' && handOverFacts(draft.order)),
    },
    usedTimer: { step: timer.step, version: timer.version },
  };
  return { type: 'change', change: settle(remaining, change, facts) };
};

/** R3.4 What the fees follow from, for the history. */
const handOverFacts = ({ trainer, facts: { trainers } }: Order) => ({
  trainer: trainer.id,
  from: trainers.at(-1)?.from ?? null,
});

const perform = (order: Order, timer: Timer, facts: Facts): Draft => {
  if (timer.step === 'begin-acceptance') return { order: endMaintenance(order, facts), notices: [] };
  if (timer.step === 'digest') return digest(order, facts);
  if (timer.step === 'reassign') return handOverAsPlanned(order, facts);
  if (timer.step === 'look-at-uploads') return lookAtUploads(order, facts);
  if (onlySettles(timer.step)) return { order, notices: [] };
  const timed = timedNoticeKindSchema.safeParse(timer.step);
  if (timed.success) return tellTimed(order, timed.data, facts);
  return performTask(order, timer, facts);
};

/** R0.2 What belongs to the maintenance ends with it: the emergency plan, a pause, a request for support. */
const endMaintenance = (order: Order, { now }: Facts): Order => {
  const { emergencies, pauses, support } = order.facts;
  const ended = <Span extends { to: Instant | null }>(span: Span): Span =>
    span.to === null ? { ...span, to: now } : span;
  return {
    ...moveTo(order, 'acceptance'),
    facts: {
      ...order.facts,
      emergencies: emergencies.map((emergency) =>
        emergency.to === null ? { ...emergency, to: now, endSeq: order.version } : emergency,
      ),
      pauses: pauses.map(ended),
      support: { ...support, request: null },
    },
  };
};

/** R3.1, R5.3 Settling tells what has become of a question, and releases recordings; such a timer only says that it is time. */
const onlySettles = (step: string): boolean =>
  step === 'release-recordings' || /^q-[0-9a-f]{10}-\d+\.(remind|breach|call)$/.test(step);

const performTask = (order: Order, timer: Timer, facts: Facts): Draft => {
  const [id, what] = timer.step.split('.');
  const task = order.tasks.find((candidate) => candidate.id === id);
  if (task === undefined) throw new Error(`timer ${timer.step} of ${order.orderId} names no task`);
  if (what === 'tell') return tellTask(order, task, facts);
  const rung = nextRung(order, task, facts.policy);
  if (rung === null) throw new Error(`timer ${timer.step} of ${order.orderId} finds its ladder climbed`);
  const state = facts.now < task.dueAt ? task.state : 'overdue';
  const patch = { state, rung: rung.index + 1, chasedAt: facts.now } as const;
  return {
    order: withTask(order, task.id, patch, order.version),
    notices: [noticeFor(order, noticeOfRung(order, task, rung, facts), facts)],
  };
};

const digest = (order: Order, facts: Facts): Draft => {
  const tasks = chasedOut(order, facts.policy);
  const text = digestText(order, tasks, facts.policy);
  const taskIds = tasks.map(({ id }) => id);
  const saying = { kind: 'digest', rule: facts.policy.digest.rule, tell: 'manager', text, taskIds } as const;
  return { order: { ...order, digestedAt: facts.now }, notices: [noticeFor(order, saying, facts)] };
};
