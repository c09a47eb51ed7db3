import { deadlineOf, remarkOf } from './deadline.ts';
import type { Change, Facts, Notice } from './decision.ts';
import type { Instant } from './instant.ts';
import { later } from './instant.ts';
import { momentOf } from './moments.ts';
import { noticeFor, noticeOfTask, noticeOfTimed } from './notices.ts';
import type { Order, Task, Timer } from './order.ts';
import { wantedNotice, wantedTask } from './playbook.ts';
import type { Policy, TaskKind } from './policy.ts';
import { taskKindSchema, timedNoticeKindSchema } from './policy.ts';
import { isWaiting, wantedTimers } from './timers.ts';

type Draft = { order: Order; notices: readonly Notice[] };

/**
 * Brings an order whose facts have changed back in line with its playbook: deadline and remark, tasks raised, taken up again or dropped,
 * notices that are due at once, timers derived anew. Every rule ends here, so a moved time or a new trainer needs no code of its own.
 */
export const settle = (before: Order | null, change: Change, facts: Facts): Change => {
  const version = (before?.version ?? 0) + 1;
  const deadline = deadlineOf(change.order, facts.policy);
  const order = { ...change.order, version, deadline, remark: remarkOf(deadline, change.order.trainer.name) };
  const withTasks = taskKindSchema.options.reduce<Draft>((draft, kind) => reconcile(draft, kind, facts), {
    order,
    notices: change.notices,
  });
  const withNotices = timedNoticeKindSchema.options.reduce<Draft>(
    (draft, kind) => tellIfDue(draft, kind, facts),
    withTasks,
  );
  const timers = keepVersions(before?.timers ?? [], withNotices.order, facts.policy);
  return { ...change, order: { ...withNotices.order, timers }, notices: withNotices.notices };
};

/** The task with this patch, and this change's history entry among its evidence. */
export const withTask = (order: Order, id: string, patch: Partial<Task>, version: number): Order => ({
  ...order,
  tasks: order.tasks.map((task) =>
    task.id === id ? { ...task, ...patch, evidence: [...new Set([...task.evidence, version])] } : task,
  ),
});

/** R1.6, R4.1 Tells a timed notice and remembers what it was about. */
export const tellTimed = (order: Order, kind: keyof Policy['notices'], facts: Facts): Draft => {
  const subject = wantedNotice(order, kind, facts.policy);
  if (subject === null) return { order, notices: [] };
  return {
    order: { ...order, told: { ...order.told, [kind]: subject } },
    notices: [noticeFor(order, noticeOfTimed(order, kind, facts), facts)],
  };
};

/** Tells a task to whom it concerns, for the first time. */
export const tellTask = (order: Order, task: Task, facts: Facts): Draft => ({
  order: withTask(order, task.id, { toldAt: facts.now }, order.version),
  notices: [noticeFor(order, noticeOfTask(order, task, facts), facts)],
});

const reconcile = (draft: Draft, kind: TaskKind, facts: Facts): Draft => {
  const subject = wantedTask(draft.order, kind);
  const waiting = draft.order.tasks.filter((task) => task.kind === kind && isWaiting(task));
  const stale = waiting.filter((task) => task.subject !== subject);
  const order = stale.reduce((o, task) => withTask(o, task.id, { state: 'dropped' }, o.version), draft.order);
  if (subject === null || waiting.length > stale.length) return { ...draft, order };
  const task = raise(order, kind, subject, facts);
  const raised = withRaised(order, task);
  const { announce } = facts.policy.tasks[kind];
  const tellNow = announce === 'raised' || (announce === 'due' && task.dueAt <= facts.now);
  if (!tellNow) return { ...draft, order: raised };
  const told = tellTask(raised, task, facts);
  return { order: told.order, notices: [...draft.notices, ...told.notices] };
};

const withRaised = (order: Order, task: Task): Order => ({
  ...order,
  tasks: order.tasks.some(({ id }) => id === task.id)
    ? order.tasks.map((old) => (old.id === task.id ? task : old))
    : [...order.tasks, task],
});

/** A new task, or the one dropped earlier that was about the same, so that moving a time and back leaves nothing behind. What would be due in the past is due now (R1.3). */
const raise = (order: Order, kind: TaskKind, subject: string, facts: Facts): Task => {
  const { tasks } = facts.policy;
  const dropped = order.tasks.find(
    (task) => task.kind === kind && task.subject === subject && task.state === 'dropped',
  );
  const raisedAt = dropped?.raisedAt ?? facts.now;
  const natural = momentOf(order, tasks[kind].due, facts.policy, { raisedAt, dueAt: raisedAt });
  const count = order.tasks.filter((task) => task.kind === kind).length;
  return {
    id: dropped?.id ?? `${kind}-${count + 1}`,
    kind,
    rule: tasks[kind].rule,
    subject,
    state: 'open',
    raisedAt,
    dueAt: natural === null ? facts.now : later(natural, facts.now),
    toldAt: null,
    rung: 0,
    chasedAt: null,
    doneAt: null,
    doneBy: null,
    outcome: null,
    evidence: [...(dropped?.evidence ?? []), order.version],
  };
};

const tellIfDue = (draft: Draft, kind: keyof Policy['notices'], facts: Facts): Draft => {
  const at = timedMoment(draft.order, kind, facts);
  if (at === null || at > facts.now) return draft;
  const told = tellTimed(draft.order, kind, facts);
  return { order: told.order, notices: [...draft.notices, ...told.notices] };
};

const timedMoment = (order: Order, kind: keyof Policy['notices'], facts: Facts): Instant | null =>
  wantedNotice(order, kind, facts.policy) === null
    ? null
    : momentOf(order, facts.policy.notices[kind].at, facts.policy, { raisedAt: facts.now, dueAt: facts.now });

/** A timer whose time has not changed keeps its version, so that the schedule already set for it stays valid. */
const keepVersions = (old: readonly Timer[], order: Order, policy: Policy): Timer[] =>
  wantedTimers(order, policy).map((wanted) => {
    const same = old.find(({ step, at }) => step === wanted.step && at === wanted.at);
    return { ...wanted, version: same?.version ?? order.version };
  });
