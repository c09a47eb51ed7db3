import { deadlineOf, remarkOf } from './deadline.ts';
import { bookFees } from './fees.ts';
import { tellClocks } from './tell-clocks.ts';
import type { Change, Draft, Facts, Notice } from './decision.ts';
import type { Instant } from './instant.ts';
import { momentOf } from './moments.ts';
import { noticeFor, noticeOfTask, noticeOfTimed } from './notices.ts';
import type { Order, Task, Timer } from './order.ts';
import { isLive } from './order.ts';
import { responderOf } from './people.ts';
import { keepOrRelease } from './recordings/retention.ts';
import type { Wanted } from './playbook.ts';
import { wantedNotice, wantedTasks } from './playbook.ts';
import { withTask } from './with-task.ts';
import { shareRecordings } from './recordings/share-recordings.ts';
import type { Party, Policy, TaskKind } from './policy.ts';
import { taskKindSchema, timedNoticeKindSchema } from './policy.ts';
import { isWaiting, wantedTimers } from './timers.ts';
import { moreNoticesText } from './wording.ts';

/**
 * Brings an order whose facts have changed back in line with its playbook: deadline and remark, tasks raised, taken up again or dropped,
 * questions told of, notices that are due at once, fees booked, whole recordings shared, recordings kept or released, timers derived anew. Every rule ends here, so a moved time or a new trainer needs no code of its own.
 */
export const settle = (before: Order | null, change: Change, facts: Facts): Change => {
  const version = (before?.version ?? 0) + 1;
  const deadline = deadlineOf(change.order, facts.policy);
  const order = { ...change.order, version, deadline, remark: remarkOf(deadline, change.order.trainer.name) };
  const withClocks = tellClocks({ order: shareRecordings(order, facts), notices: change.notices }, facts);
  const withTasks = taskKindSchema.options.reduce<Draft>(
    (draft, kind) => reconcile(draft, kind, facts),
    withClocks,
  );
  const withNotices = timedNoticeKindSchema.options.reduce<Draft>(
    (draft, kind) => tellIfDue(draft, kind, facts),
    withTasks,
  );
  const { order: booked, ledger } = bookFees(forgetOldTasks(withNotices.order), facts);
  const { order: kept, work } = keepOrRelease(booked, facts);
  const timers = keepVersions(before?.timers ?? [], kept, facts);
  return {
    ...change,
    order: { ...kept, timers },
    notices: fewNotices(withNotices.notices, kept, facts),
    ledger,
    work: [...(change.work ?? []), ...work],
  };
};

/** A transaction takes 100 items, and a group no flood: what is above this is told as one notice, and stands on the order. */
const mostNotices = 30;

const fewNotices = (notices: readonly Notice[], order: Order, facts: Facts): readonly Notice[] => {
  const more = notices.length - mostNotices;
  if (more <= 0) return notices;
  const text = moreNoticesText(order, more + 1);
  const saying = {
    kind: 'more-notices',
    rule: 'R0.2',
    tell: 'assistant',
    text,
    ofEnd: !isLive(order),
  } as const;
  return [...notices.slice(0, mostNotices - 1), noticeFor(order, saying, facts)];
};

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
  const wanted = wantedTasks(draft.order, kind, facts);
  const waiting = draft.order.tasks.filter((task) => task.kind === kind && isWaiting(task));
  const holder = holderOf(draft.order, facts.policy.tasks[kind].who);
  const fits = (task: Task, { subject }: Wanted): boolean =>
    task.subject === subject && task.holder === holder;
  const stale = waiting.filter((task) => !wanted.some((one) => fits(task, one)));
  const order = stale.reduce((o, task) => withTask(o, task.id, { state: 'dropped' }, o.version), draft.order);
  const missing = wanted.filter((one) => !waiting.some((task) => fits(task, one)));
  return missing.reduce<Draft>((raised, one) => raiseAndTell(raised, kind, { ...one, holder }, facts), {
    ...draft,
    order,
  });
};

const raiseAndTell = (
  draft: Draft,
  kind: TaskKind,
  about: Wanted & { holder: string },
  facts: Facts,
): Draft => {
  const task = raise(draft.order, kind, about, facts);
  const raised = withRaised(draft.order, task);
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
const raise = (
  order: Order,
  kind: TaskKind,
  { subject, holder, since }: Wanted & { holder: string },
  { now, policy }: Facts,
): Task => {
  const ofKind = order.tasks.filter((task) => task.kind === kind);
  const dropped = ofKind.find(
    (task) => task.subject === subject && task.holder === holder && task.state === 'dropped',
  );
  const firstRaised = dropped?.raisedAt ?? since ?? now;
  const natural = momentOf(order, policy.tasks[kind].due, policy, {
    raisedAt: firstRaised,
    dueAt: firstRaised,
  });
  const isLate = natural === null || natural <= now;
  return {
    id: dropped?.id ?? `${kind}-${1 + Math.max(0, ...ofKind.map(numberOf))}`,
    kind,
    rule: policy.tasks[kind].rule,
    subject,
    holder,
    state: 'open',
    raisedAt: isLate ? now : firstRaised,
    dueAt: isLate ? now : natural,
    toldAt: null,
    rung: 0,
    chasedAt: null,
    doneAt: null,
    doneBy: null,
    outcome: null,
    evidence: [...(dropped?.evidence ?? []), order.version],
  };
};

const numberOf = ({ id }: Task): number => Number(id.slice(id.lastIndexOf('-') + 1));

/** Who is to do a task, as an id: a person of the order. A desk has no one person, and its tasks stay when its staff change. */
const holderOf = (order: Order, who: Party): string => {
  const party = who === 'responder' ? responderOf(order) : who;
  return party === 'manager' || party === 'service' || party === 'support' ? '' : order[party].id;
};

/** So many of the tasks of a kind that ended last stay on the record; all of them are in the history. Of calls each question may ask for one. */
const keptEnded = (kind: TaskKind): number => (kind === 'call-about-delay' ? 20 : 4);

const lastChange = ({ evidence }: Task): number => evidence.at(-1) ?? 0;

/** The record must not grow without limit, however often a time is moved. */
const forgetOldTasks = (order: Order): Order => {
  const ended = (kind: TaskKind): readonly Task[] =>
    order.tasks
      .filter((task) => task.kind === kind && !isWaiting(task))
      .toSorted((a, b) => lastChange(a) - lastChange(b));
  const forgotten = new Set(taskKindSchema.options.flatMap((kind) => ended(kind).slice(0, -keptEnded(kind))));
  return { ...order, tasks: order.tasks.filter((task) => !forgotten.has(task)) };
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
const keepVersions = (old: readonly Timer[], order: Order, facts: Facts): Timer[] =>
  wantedTimers(order, facts).map((wanted) => {
    const same = old.find(({ step, at }) => step === wanted.step && at === wanted.at);
    return { ...wanted, version: same?.version ?? order.version };
  });
