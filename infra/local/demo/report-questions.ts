import { fold, table } from './columns.ts';
import type { CoverStep } from './cover-steps.ts';
import type { QuestionTotals } from './question-totals.ts';
import { shanghaiTime } from './timeline.ts';

/** What the customers asked and who answered when, by whoever had to. */
export const renderQuestions = (
  { byHolder, messages, owed, example }: QuestionTotals,
  columns: number,
): string[] => [
  `messages: ${messages.said}, of them ${messages.late} late; ${messages.repeated} came twice and changed nothing`,
  '',
  ...table([
    ['', '', 'asked', 'in time', 'breached', 'passed on', 'dismissed', 'waiting', 'calls owed', 'made'],
    ...byHolder.map((total) => [
      total.holder,
      total.name,
      total.asked,
      total.inTime,
      total.breached,
      total.passedOn,
      total.dismissed,
      total.waiting,
      total.callsOwed,
      total.callsMade,
    ]),
  ]),
  '',
  owed.length === 0 ? 'no customer still has to be phoned' : 'still to be phoned:',
  ...owed.map(({ orderId, holder, since }) => `  ${orderId} by ${holder}, since ${shanghaiTime(since)}`),
  ...(example === null ? [] : ['', `why, of a breach (${example.orderId}):`, ...fold(example.why, columns)]),
];

/** Who stepped in for whom. */
export const renderCover = (steps: readonly CoverStep[]): string[] =>
  table(steps.map(({ at, orderId, who, what }) => [shanghaiTime(at), orderId, who, what]));
