import { compareText } from './compare-text.ts';
import { dayOfOrder } from './deadline.ts';
import type { Instant } from './instant.ts';
import { atShanghai, ceilSecond, epochMs, later, nextShanghai, toInstant } from './instant.ts';
import { momentOf } from './moments.ts';
import type { Order, Task, Timer } from './order.ts';
import { isLive } from './order.ts';
import { wantedNotice } from './playbook.ts';
import type { Party, Policy } from './policy.ts';
import { timedNoticeKindSchema } from './policy.ts';
import { isPhoned, openQuestions } from './questions.ts';
import { nextLook } from './recordings/look.ts';
import { nextRelease } from './recordings/retention.ts';
import type { ReplyClock } from './reply-clocks.ts';

type WantedTimer = Omit<Timer, 'version'>;

export const isWaiting = (task: Task): boolean => task.state === 'open' || task.state === 'overdue';

/**
 * R0.2 Every timer that the order needs next, from its state alone, in order of time: for each waiting task its telling or its next rung,
 * the timed notices, the next step of each open question, the end of the maintenance period, the daily list of what is overdue for good,
 * and what becomes of its recordings.
 */
export const wantedTimers = (
  order: Order,
  { policy, now }: { policy: Policy; now: Instant },
): readonly WantedTimer[] => {
  const timers = isLive(order)
    ? [...liveTimers(order, policy, now), ...recordingTimers(order, policy, now)]
    : recordingTimers(order, policy, now);
  return timers
    .map((timer) => ({ ...timer, at: ceilSecond(timer.at) }))
    .toSorted((a, b) => compareText(a.at, b.at) || compareText(a.step, b.step));
};

const liveTimers = (order: Order, policy: Policy, now: Instant): readonly WantedTimer[] => [
  ...order.tasks.filter(isWaiting).flatMap((task) => taskTimer(order, task, policy)),
  ...timedNoticeKindSchema.options.flatMap((kind) => noticeTimer(order, kind, policy)),
  ...openQuestions(order, policy, now).flatMap((clock) => clockTimer(order, clock, now)),
  ...handOverTimer(order),
  ...stageTimer(order, policy),
  ...digestTimer(order, policy),
];

/** R2.2, R5.3 What becomes of recordings, also after the order has ended: a look at uploads that stand still, and the release. */
const recordingTimers = (order: Order, policy: Policy, now: Instant): readonly WantedTimer[] => {
  const look = nextLook(order, policy);
  const release = nextRelease(order, policy);
  return [
    ...(look === null ? [] : [{ step: 'look-at-uploads', at: look, rule: 'R2.2' } as const]),
    ...(release === null || release <= now
      ? []
      : [{ step: 'release-recordings', at: release, rule: 'R5.3' } as const]),
  ];
};

/** The rung of a task's ladder that comes next; null when the ladder is climbed to its end. Rungs that lay before the task was raised are passed over, as nobody is told and chased at once; those before it is due only remind, and count from the same event as that. */
export const nextRung = (
  order: Order,
  task: Task,
  policy: Policy,
): { index: number; at: Instant; tell: Party } | null => {
  const { due, ladder } = policy.tasks[task.kind];
  for (const [index, rung] of ladder.entries()) {
    if (index < task.rung) continue;
    const at = momentOf(order, rung.at, policy, task);
    const mayRemind = rung.at.from === 'due' || rung.at.from === due.from;
    if (at !== null && at > task.raisedAt && (at > task.dueAt || mayRemind))
      return { index, at, tell: rung.tell };
  }
  return null;
};

/** Tasks whose ladder is climbed to the end: the daily list to the manager names them until they are done. */
export const chasedOut = (order: Order, policy: Policy): readonly Task[] =>
  order.tasks.filter(
    (task) => isWaiting(task) && !awaitsTelling(task, policy) && nextRung(order, task, policy) === null,
  );

const awaitsTelling = (task: Task, policy: Policy): boolean =>
  task.toldAt === null && policy.tasks[task.kind].announce === 'due';

const taskTimer = (order: Order, task: Task, policy: Policy): WantedTimer[] => {
  if (awaitsTelling(task, policy)) return [{ step: `${task.id}.tell`, at: task.dueAt, rule: task.rule }];
  const rung = nextRung(order, task, policy);
  return rung === null ? [] : [{ step: `${task.id}.rung`, at: rung.at, rule: task.rule }];
};

const noticeTimer = (order: Order, kind: keyof Policy['notices'], policy: Policy): WantedTimer[] => {
  if (wantedNotice(order, kind, policy) === null) return [];
  const { at: moment, rule } = policy.notices[kind];
  const at = momentOf(order, moment, policy, { raisedAt: order.createdAt, dueAt: order.createdAt });
  return at === null ? [] : [{ step: kind, at, rule }];
};

/** R3.1, R3.5 What comes next on an open question: the reminder, the breach, or the call that is then owed. */
const clockTimer = (
  order: Order,
  { id, askedAt, remindAt, dueAt, callAt }: ReplyClock,
  now: Instant,
): readonly WantedTimer[] => {
  const told = order.facts.clocksTold[id];
  const steps: WantedTimer[] = [];
  if (told === undefined && remindAt !== null)
    steps.push({ step: `${id}.remind`, at: remindAt, rule: 'R3.1' });
  if (told !== 'breached' && dueAt !== null)
    steps.push({ step: `${id}.breach`, at: afterDue(dueAt), rule: 'R3.1' });
  if (callAt !== null && callAt > now && !isPhoned(order, askedAt))
    steps.push({ step: `${id}.call`, at: callAt, rule: 'R3.5' });
  return steps.toSorted((a, b) => compareText(a.at, b.at)).slice(0, 1);
};

/** The last moment of the limit is still in time. */
const afterDue = (dueAt: Instant): Instant => toInstant(epochMs(dueAt) + 1);

/** R3.4 */
const handOverTimer = ({ facts: { plannedTrainer } }: Order): readonly WantedTimer[] =>
  plannedTrainer === null ? [] : [{ step: 'reassign', at: plannedTrainer.at, rule: 'R3.4' }];

const stageTimer = (order: Order, policy: Policy): WantedTimer[] =>
  order.stage === 'maintenance'
    ? [
        {
          step: 'begin-acceptance',
          at: atShanghai(dayOfOrder(order, policy.lastDay, policy), '00:00'),
          rule: 'R0.2',
        },
      ]
    : [];

const digestTimer = (order: Order, policy: Policy): WantedTimer[] => {
  const since = chasedOut(order, policy).map((task) => task.chasedAt ?? task.dueAt);
  const first = since.toSorted(compareText)[0];
  if (first === undefined) return [];
  const base = order.digestedAt === null ? first : later(order.digestedAt, first);
  return [{ step: 'digest', at: nextShanghai(base, policy.digest.time), rule: policy.digest.rule }];
};
