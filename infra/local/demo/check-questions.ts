import type { Instant } from '../../../shared/domain/instant.ts';
import { spokenTimeExact } from '../../../shared/domain/instant.ts';
import type { NoticeAccount, OrderAccount } from './account.ts';
import type { Check, Finding } from './check.ts';
import { check } from './check.ts';
import { expectedCalls, expectedVerdicts, reachingCalls } from './expected-verdicts.ts';

/** What is verified of the questions of the month, which ended at `end`, against what was said in the groups. */
export const checkQuestions = (accounts: readonly OrderAccount[], end: Instant): readonly Check[] => [
  check('every verdict is the one that the talk leads to (R3.1)', 'clocks', accounts, (account) =>
    verdictsHold(account, end),
  ),
  check('every breach is told, once, and none that is not (R3.1)', 'notices', accounts, breachesTold),
  check('a call is owed for each hour without an answer (R3.5)', 'calls', accounts, (account) =>
    callsOwed(account, end),
  ),
  check('only a call closes a call that is owed (R3.5)', 'calls', accounts, callsMade),
];

/** What differs between two lists of lines, one by one, in whatever order. */
const differences = (shown: readonly string[], expected: readonly string[]): readonly string[] => {
  const missing = [...expected];
  const extra = shown.filter((line) => {
    const index = missing.indexOf(line);
    if (index !== -1) missing.splice(index, 1);
    return index === -1;
  });
  return [
    ...extra.map((line) => `${line}, which was not to be`),
    ...missing.map((line) => `${line} is missing`),
  ];
};

const verdictsHold = (account: OrderAccount, end: Instant): Finding => {
  const clocks = (account.view?.clocks ?? []).map(
    ({ messageId, holder, startedAt, state, answeredBy }) =>
      `${messageId} of ${holder} from ${startedAt}: ${state} ${answeredBy ?? ''}`,
  );
  const expected = expectedVerdicts(account, end).map(
    ({ messageId, holder, from, state, answeredBy }) =>
      `${messageId} of ${holder} from ${from}: ${state} ${answeredBy ?? ''}`,
  );
  return { looked: clocks.length, faults: differences(clocks, expected) };
};

/** The assistant hears of each breach; of one that a late message or a dismissal has undone they hear that as well. */
const breachesTold = (account: OrderAccount): Finding => {
  const told = account.notices.filter(({ kind, tell }) => kind === 'reply-breached' && tell === 'assistant');
  const breached = (account.view?.clocks ?? []).filter(({ state }) => state === 'breached');
  const counted = breached.map((clock) => ({ clock, notices: told.filter(isOf(clock, account)) }));
  const idle = told.filter((notice) => !counted.some(({ notices }) => notices.includes(notice)));
  return {
    looked: told.length,
    faults: [
      ...counted
        .filter(({ notices }) => notices.length !== 1)
        .map(
          ({ clock, notices }) => `${clock.messageId} of ${clock.holder} was told ${notices.length} times`,
        ),
      ...idle
        .filter((notice) => !isUndone(notice, account))
        .map(({ id, decidedAt }) => `${id} of ${decidedAt} tells of no breach`),
    ],
  };
};

const isOf =
  ({ dueAt, holder }: { dueAt: Instant | null; holder: string }, { view }: OrderAccount) =>
  ({ message }: NoticeAccount): boolean => {
    const name = view?.holders.find((other) => other.holder === holder)?.name ?? holder;
    const text = message?.text ?? '';
    return (
      dueAt !== null && text.includes(`最晚 ${spokenTimeExact(dueAt)}`) && text.includes(`责任人：${name}`)
    );
  };

const isUndone = ({ decidedAt }: NoticeAccount, { history }: OrderAccount): boolean =>
  history.some(
    ({ at, event, effects }) =>
      at >= decidedAt &&
      (event === 'dismiss-message' || effects.notices.some(({ kind }) => kind === 'breach-withdrawn')),
  );

const callsOwed = (account: OrderAccount, end: Instant): Finding => {
  const owed = (account.view?.duties ?? [])
    .filter(({ state }) => state !== 'dropped')
    .map(({ messageId }) => messageId);
  return { looked: owed.length, faults: differences(owed, expectedCalls(account, end)) };
};

/** A call that did not reach the customer closes nothing. Those that are still owed when the month ends are listed in the report. */
const callsMade = (account: OrderAccount): Finding => {
  const { history, view } = account;
  const reached = reachingCalls(account);
  const ends = new Map<string, { to: string; event: string; at: Instant }>();
  for (const { event, at, effects } of history)
    for (const { id, to } of effects.tasks)
      if (id.startsWith('call-about-delay-')) ends.set(id, { to, event, at });
  const isListed = (id: string): boolean =>
    view?.duties.some((duty) => duty.id === id && isOwed(duty)) ?? false;
  const isCalled = ({ event, at }: { event: string; at: Instant }): boolean =>
    event === 'record-call' && reached.includes(at);
  const faults = [...ends].flatMap(([id, end]) => {
    if (end.to === 'dropped' || (end.to === 'done' ? isCalled(end) : isListed(id))) return [];
    return [`${id} is ${end.to} by ${end.event} at ${end.at}`];
  });
  return { looked: ends.size, faults };
};

/** Whether the customer still has to be phoned. */
export const isOwed = ({ state }: { state: string }): boolean => state === 'open' || state === 'overdue';
