import type { SettlementView } from '../../../shared/contracts/settlement-view.ts';
import type { HistoryEntry } from '../../../shared/domain/history.ts';
import type { CalendarDay, Instant } from '../../../shared/domain/instant.ts';
import {
  atShanghai,
  dayOf,
  monthDay,
  plusDays,
  spokenTime,
  toInstant,
} from '../../../shared/domain/instant.ts';
import type { OrderAccount } from './account.ts';
import { checkFees } from './check-fees.ts';
import { checkQuestions } from './check-questions.ts';
import { checkRecordings } from './check-recordings.ts';
import type { Check, Finding } from './check.ts';
import { check } from './check.ts';
import { outage } from './plots.ts';
import type { ShownMessage } from './product.ts';
import { timerRecordOf } from './timer-record.ts';

/** Everything that is verified of the month, which ended at `end`. */
export const checkMonth = (
  accounts: readonly OrderAccount[],
  settlement: SettlementView,
  end: Instant,
): readonly Check[] => {
  const created = accounts.filter(({ view }) => view !== null);
  return [
    check('every answer was the one that the story expects', 'calls of note', accounts, expectedAnswers),
    check('every history is a whole chain of hashes', 'entries', created, wholeChain),
    check('every timer that was not moved fired at its time', 'timers', created, (account) =>
      timelyTimers(account, end),
    ),
    check('what a plan shows is what then fires', 'planned timers', created, plansHeld),
    check('the deadline is day 9, and its remark says so (R0.2, R1.2)', 'orders', created, deadlineHolds),
    check('the call is asked for an hour before the training (R1.3)', 'trainings', created, callAsked),
    check('every notice has its outcome', 'notices', created, outcomeKnown),
    check('every notice is shown once, and no message twice', 'messages', created, shownOnce),
    check('what WeCom could not take was shown afterwards, or void', 'notices', created, outageOvercome),
    check('nobody hears of an old time after a move', 'messages', created, noOldTimes),
    ...checkQuestions(created, end),
    ...checkRecordings(created, end),
    ...checkFees(created, settlement),
  ];
};

const expectedAnswers = ({ receipts }: OrderAccount): Finding => ({
  looked: receipts.length,
  faults: receipts
    .filter(({ status, expected }) => !expected.includes(status))
    .map(({ at, who, what, status }) => `${who} ${what} at ${at} was answered ${status}`),
});

const wholeChain = ({ history, brokenAt }: OrderAccount): Finding => ({
  looked: history.length,
  faults: brokenAt === null ? [] : [`entry ${brokenAt} does not follow`],
});

const timelyTimers = ({ history }: OrderAccount, end: Instant): Finding => {
  const { fired, waiting } = timerRecordOf(history);
  const wrong = fired.filter(({ plannedAt, firedAt }) => plannedAt !== firedAt);
  const missed = waiting.filter(({ at }) => at <= end);
  return {
    looked: fired.length + missed.length,
    faults: [
      ...wrong.map(({ step, plannedAt, firedAt }) => `${step} for ${plannedAt} fired at ${firedAt}`),
      ...missed.map(({ step, at }) => `${step} for ${at} never fired`),
    ],
  };
};

/** A plan holds until somebody acts on the order. */
const plansHeld = ({ history, plans }: OrderAccount): Finding => {
  const compared = plans.map(({ at, until, timers }) => {
    const acted = history.find((entry) => entry.at >= at && entry.actor.type !== 'timer')?.at ?? until;
    const isWithin = (time: Instant) => time > at && time < acted && time <= until;
    const planned = timers.filter((timer) => isWithin(timer.at)).map((timer) => `${timer.at} ${timer.step}`);
    const happened = history.filter((entry) => isWithin(entry.at)).map(firedLine);
    return { at, planned: planned.toSorted(), happened: happened.toSorted() };
  });
  return {
    looked: compared.reduce((sum, { planned }) => sum + planned.length, 0),
    faults: compared
      .filter(({ planned, happened }) => planned.join() !== happened.join())
      .map(({ at, planned, happened }) => `plan of ${at}: ${planned.join()}; happened: ${happened.join()}`),
  };
};

const firedLine = ({ at, actor }: HistoryEntry): string =>
  `${at} ${actor.type === 'timer' ? actor.step : actor.type}`;

const deadlineHolds = ({ view, history }: OrderAccount): Finding => {
  if (view === null) return { looked: 0, faults: [] };
  const { startsAt, startedAt } = view.training;
  const training = startedAt ?? startsAt;
  const first: CalendarDay = training === null ? plusDays(dayOf(view.acceptedAt), 1) : dayOf(training);
  const deadline = plusDays(first, 8);
  const begun = history.find(({ actor }) => actor.type === 'timer' && actor.step === 'begin-acceptance');
  return {
    looked: 1,
    faults: [
      ...(view.deadline === deadline ? [] : [`the deadline is ${view.deadline}, not ${deadline}`]),
      ...(view.remark === `截止${monthDay(deadline)} ${view.people.trainer.name}` ? [] : [view.remark]),
      ...(begun === undefined || begun.at === atShanghai(deadline, '00:00')
        ? []
        : [`day 9 began at ${begun.at}`]),
    ],
  };
};

const callAsked = ({ view, history }: OrderAccount): Finding => {
  const startsAt = view?.training.startsAt ?? null;
  if (view === null || startsAt === null || view.training.startedAt === null)
    return { looked: 0, faults: [] };
  const known = trainingTimes(history).findLast((time) => time.startsAt === startsAt)?.since ?? startsAt;
  const wanted = toInstant(Math.max(Date.parse(startsAt) - 3_600_000, Date.parse(known)));
  const told = history.some(
    ({ at, effects }) => at === wanted && effects.notices.some(({ kind }) => kind === 'call-customer'),
  );
  return { looked: 1, faults: told ? [] : [`no call was asked for at ${wanted}`] };
};

const outcomeKnown = ({ notices }: OrderAccount): Finding => ({
  looked: notices.length,
  faults: notices
    .filter(({ outcome }) => outcome === 'pending' || outcome === 'refused')
    .map(({ id, kind, outcome }) => `${kind} ${id} is ${outcome}`),
});

const shownOnce = ({ notices, messages }: OrderAccount): Finding => {
  const unshown = notices.filter(({ outcome, message }) => outcome === 'done' && message === null);
  const meant = new Set(notices.map(({ message }) => message?.id));
  return {
    looked: messages.length,
    faults: [
      ...unshown.map(({ id, kind }) => `${kind} ${id} was sent and is not shown`),
      ...messages
        .filter(({ id }) => !meant.has(id))
        .map(({ at, text }) => `no notice for what is shown at ${at}: ${text.split('\n')[0]}`),
    ],
  };
};

/** Notices that were decided while WeCom was down. */
export const inOutage = ({ notices }: OrderAccount) =>
  notices.filter(({ decidedAt }) => {
    const at = Date.parse(decidedAt);
    return at >= outage.from && at < outage.to;
  });

const outageOvercome = (account: OrderAccount): Finding => {
  const delayed = inOutage(account);
  const early = delayed.filter(({ message }) => message !== null && Date.parse(message.at) < outage.to);
  const lost = delayed.filter(({ outcome, message }) => outcome !== 'void' && message === null);
  return { looked: delayed.length, faults: [...early, ...lost].map(({ id, kind }) => `${kind} ${id}`) };
};

type TrainingTime = { since: Instant; startsAt: Instant | null };

/** The training times that the order has had, each from when it was known. */
const trainingTimes = (history: readonly HistoryEntry[]): TrainingTime[] =>
  history.flatMap(({ at, event, facts }) => {
    const { startsAt } = facts;
    const named = ['order-created', 'order-amended', 'confirm-time'].includes(event);
    if (!named || startsAt === undefined) return [];
    return [{ since: at, startsAt: typeof startsAt === 'string' ? toInstant(startsAt) : null }];
  });

const noOldTimes = (account: OrderAccount): Finding => {
  const times = trainingTimes(account.history);
  return {
    looked: account.messages.length,
    faults: account.messages
      .filter((message) => speaksOfOldTime(message, times) || speaksOfDroppedTask(message, account))
      .map(({ at, text }) => `at ${at}: ${text.replaceAll('\n', ' / ')}`),
  };
};

/** A time that was the training's and is it no more; when a task is due or a question was asked does not count, as that may be the same minute. */
const speaksOfOldTime = ({ at, text }: ShownMessage, times: readonly TrainingTime[]): boolean => {
  const current = times.findLast(({ since }) => since <= at)?.startsAt ?? null;
  const said = text.replaceAll(/[应请][于在] \S+ \S+ 前|\S+ \S+ 的提问/g, '');
  return times.some(
    ({ since, startsAt }) =>
      since < at && startsAt !== null && startsAt !== current && said.includes(spokenTime(startsAt)),
  );
};

/** A task that was dropped when this was shown, recognised by its title and when it was due. */
const speaksOfDroppedTask = ({ at, text }: ShownMessage, { view, history }: OrderAccount): boolean => {
  const named = (view?.tasks ?? []).filter(
    ({ title, dueAt }) => text.includes(title) && text.includes(spokenTime(dueAt)),
  );
  const droppedBefore = (id: string): boolean =>
    history.some(
      (entry) => entry.at < at && entry.effects.tasks.some((t) => t.id === id && t.to === 'dropped'),
    );
  return named.length > 0 && named.every(({ id, state }) => state === 'dropped' && droppedBefore(id));
};
