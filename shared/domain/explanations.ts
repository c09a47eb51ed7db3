import type { HistoryEntry } from './history.ts';
import type { Instant } from './instant.ts';
import { spokenTime } from './instant.ts';
import type { Order, Task } from './order.ts';
import type { RuleId } from './rules.ts';
import { rules } from './rules.ts';
import { breachSentence } from './question-texts.ts';
import { clocksOf } from './questions.ts';
import { eventText, stepText } from './event-texts.ts';
import { taskText } from './wording.ts';
import type { Policy } from './policy.ts';

/** Why something is as it is: one sentence in Chinese for the person concerned, the rule, and the history entries that show it. */
export type Explanation = {
  what: 'task' | 'notice' | 'timer' | 'deadline' | 'clock';
  id: string;
  rule: RuleId;
  ruleText: string;
  why: string;
  at: Instant | null;
  evidence: readonly number[];
};

/** Explains the deadline, every task, verdict on a question, notice and pending timer of an order as of `now`, from its history. */
export const explanationsOf = (
  order: Order,
  history: readonly HistoryEntry[],
  policy: Policy,
  now: Instant,
): readonly Explanation[] => [
  explainDeadline(order, history),
  ...order.tasks.map((task) => explainTask(order, task, policy)),
  ...clocksOf(order, policy, now).map((clock) =>
    explanation(
      'clock',
      clock.id,
      clock.rule,
      breachSentence(order, clock, policy, now),
      clock.dueAt,
      clock.evidence,
    ),
  ),
  ...history.flatMap(explainNotices),
  ...order.timers.map(({ step, at, rule, version }) =>
    explanation('timer', step, rule, `${spokenTime(at)} ${stepText(order, step, policy)}`, at, [version]),
  ),
];

const explainDeadline = (order: Order, history: readonly HistoryEntry[]): Explanation => {
  const training = order.training.startedAt ?? order.training.startsAt;
  const basis =
    training === null
      ? `尚未约定培训时间，按 ${spokenTime(order.acceptedAt)} 接单、次日培训计算`
      : `培训日（${spokenTime(training)}）为第 1 天`;
  const set = history.filter(
    (entry, index) => entry.effects.deadline !== history[index - 1]?.effects.deadline,
  );
  const evidence = set.slice(-1).map(({ seq }) => seq);
  return explanation(
    'deadline',
    order.deadline,
    'R1.2',
    `${basis}，第 9 天 ${order.deadline} 截止`,
    null,
    evidence,
  );
};

const stateTexts = { open: '待完成', overdue: '已逾期', done: '已完成', dropped: '已作废' } as const;

const explainTask = (order: Order, task: Task, policy: Policy): Explanation => {
  const { title } = taskText(order, task, policy);
  const why = `${title}：${spokenTime(task.raisedAt)} 产生，应于 ${spokenTime(task.dueAt)} 前完成，${stateTexts[task.state]}`;
  return explanation('task', task.id, task.rule, why, task.dueAt, task.evidence);
};

const explainNotices = (entry: HistoryEntry): Explanation[] =>
  entry.effects.notices.map(({ id, rule }) =>
    explanation('notice', id, rule, `${spokenTime(entry.at)} ${causeText(entry)}，因此通知`, entry.at, [
      entry.seq,
    ]),
  );

const causeText = ({ actor, event }: HistoryEntry): string => {
  switch (actor.type) {
    case 'crm':
      return `CRM ${eventText(event)}`;
    case 'chat':
      return `群里有新消息（${eventText(event)}）`;
    case 'staff':
      return `${actor.id} 登记了“${eventText(event)}”`;
    case 'timer':
      return '到了规定的时间';
    case 'customer':
      return eventText(event);
    case 'product':
      return `系统登记了“${eventText(event)}”`;
  }
};

const explanation = (
  what: Explanation['what'],
  id: string,
  rule: RuleId,
  why: string,
  at: Instant | null,
  evidence: readonly number[],
): Explanation => ({
  what,
  id,
  rule,
  ruleText: rules[rule].zh,
  why: `${why}（规则 ${rule}：${rules[rule].zh}）。`,
  at,
  evidence,
});
