import type { Facts, Notice, NoticeGuard } from './decision.ts';
import { bytesOf, fitBytes } from './fit-bytes.ts';
import { spokenTime } from './instant.ts';
import type { Order, Task } from './order.ts';
import { partyName, staffOf } from './people.ts';
import type { Party, TimedNoticeKind } from './policy.ts';
import type { RuleId } from './rules.ts';
import { briefingText, lastTrainingText, summaryEveText, taskText } from './wording.ts';

/** What is to be said, before it is known to whom and where. */
export type Saying = {
  kind: string;
  rule: RuleId;
  tell: Party;
  text: string;
  taskIds?: readonly string[];
  rung?: number;
  /** The notice speaks of the training time and is void when that has moved. */
  ofTraining?: boolean;
  /** R3.1 The clock that the notice speaks of: it is void when this has gone on. */
  ofClock?: NonNullable<NoticeGuard['clock']>;
  /** The notice says that the order has ended, or is of one that has. */
  ofEnd?: boolean;
};

/** WeCom's limit for a text of a group robot, in bytes of UTF-8. */
export const maxNoticeBytes = 2048;

/** The message as the group will see it: the saying, the order's number, the rule; mentioning whom it concerns. */
export const noticeFor = (order: Order, saying: Saying, facts: Facts): Notice => ({
  kind: saying.kind,
  rule: saying.rule,
  tell: saying.tell,
  mention: staffOf(order, saying.tell, facts.desks),
  text: withFooter(saying.text, `\n工单 ${order.orderId} · 规则 ${saying.rule}`),
  guard: {
    taskIds: saying.taskIds ?? [],
    rung: saying.rung ?? null,
    training: saying.ofTraining === true ? order.training.startsAt : null,
    clock: saying.ofClock ?? null,
    live: saying.ofEnd !== true,
  },
});

/** What is too long loses its end, where the sayings have their lists; never the number of the order and the rule. */
const withFooter = (text: string, footer: string): string =>
  `${fitBytes(text, maxNoticeBytes - bytesOf(footer))}${footer}`;

/** A task told for the first time. */
export const noticeOfTask = (order: Order, task: Task, facts: Facts): Saying => {
  const { title, script } = taskText(order, task, facts.policy);
  const due = task.dueAt > facts.now ? `请在 ${spokenTime(task.dueAt)} 前完成` : '请现在完成';
  return {
    kind: task.kind,
    rule: task.rule,
    tell: facts.policy.tasks[task.kind].who,
    text: `【待办】${title}\n${due}\n${script}`,
    taskIds: [task.id],
  };
};

/** A task that is chased: the next one on its ladder hears of it. */
export const noticeOfRung = (
  order: Order,
  task: Task,
  { index, tell }: { index: number; tell: Party },
  facts: Facts,
): Saying => {
  const { title } = taskText(order, task, facts.policy);
  const who = facts.policy.tasks[task.kind].who;
  const isOverdue = task.dueAt <= facts.now;
  const chased = who === tell ? '请尽快处理并登记' : `${partyName(order, who)} 尚未完成，请跟进`;
  return {
    kind: `${task.kind}-${isOverdue ? 'overdue' : 'reminder'}`,
    rule: task.rule,
    tell,
    text: `【${isOverdue ? '逾期' : '提醒'}】${title}\n应于 ${spokenTime(task.dueAt)} 前完成，${chased}`,
    taskIds: [task.id],
    rung: index + 1,
  };
};

/** A notice that waits for a time and asks for nothing. */
export const noticeOfTimed = (order: Order, kind: TimedNoticeKind, facts: Facts): Saying => ({
  kind,
  rule: facts.policy.notices[kind].rule,
  tell: facts.policy.notices[kind].tell,
  text: timedTexts[kind](order),
  ofTraining: kind === 'briefing',
});

const timedTexts: Record<TimedNoticeKind, (order: Order) => string> = {
  briefing: briefingText,
  'summary-eve': summaryEveText,
  'last-training': lastTrainingText,
};
