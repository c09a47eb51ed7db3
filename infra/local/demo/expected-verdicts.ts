import * as z from 'zod/mini';
import type { Instant } from '../../../shared/domain/instant.ts';
import { atShanghai, dayOf, epochMs, plusDays } from '../../../shared/domain/instant.ts';
import type { OrderAccount } from './account.ts';
import type { Said } from './plot.ts';
import { minute } from './shanghai-time.ts';
import { responderIn, shiftsOf } from './shifts.ts';

/** What came of a question for one of those who had to answer it, from when on. */
export type Verdict = {
  messageId: string;
  holder: string;
  from: Instant;
  state: 'running' | 'met' | 'breached' | 'superseded' | 'dismissed';
  answeredBy: string | null;
};

/** A question that waited: until its answer, until somebody said that it needs none, or until the period's end. */
type Waiting = { question: Said; answer: Said | null; isDismissed: boolean; until: Instant };
type Period = { from: Instant; to: Instant };

const replyMs = 20 * minute;
const callMs = 60 * minute;

/**
 * R3.1 The verdicts as of `end`, as somebody with a watch would give them who reads the group from its beginning: the first question that
 * nobody has answered, the first answer to it, 20 minutes for each who had to give it. The demo's policy knows no hours of rest.
 */
export const expectedVerdicts = (account: OrderAccount, end: Instant): readonly Verdict[] => {
  const responders = shiftsOf(account)
    .map((shift) => ({ from: shift.from, holder: responderIn(shift) }))
    .filter(({ holder }, index, all) => holder !== all[index - 1]?.holder);
  return waitingsOf(account).flatMap((waiting) => {
    const verdicts = responders.flatMap(({ from, holder }, index) => {
      const part = { from: latest(from, waiting.question.at), to: responders[index + 1]?.from ?? null };
      const isOver = part.to !== null && part.to <= part.from;
      const isToCome = from > waiting.question.at && from >= waiting.until;
      return isOver || isToCome ? [] : [{ holder, ...judge(waiting, part, end) }];
    });
    return waiting.isDismissed ? verdicts.slice(0, 1) : verdicts;
  });
};

/** R3.5 The questions for which the customer had to be phoned: nobody answered for more than an hour, and nobody phoned meanwhile. */
export const expectedCalls = (account: OrderAccount, end: Instant): readonly string[] => {
  const calls = reachingCalls(account).map(epochMs);
  return waitingsOf(account)
    .filter(({ question, isDismissed, until }) => {
      const asked = epochMs(question.at);
      const isPhoned = calls.some((call) => call >= asked && call <= asked + callMs);
      return !isDismissed && !isPhoned && epochMs(earliest(until, end)) > asked + callMs;
    })
    .map(({ question }) => question.messageId);
};

const judge = (
  { question, answer, isDismissed, until }: Waiting,
  { from, to }: { from: Instant; to: Instant | null },
  end: Instant,
): Omit<Verdict, 'holder'> => {
  const isPassedOn = to !== null && to < until;
  const stop = isPassedOn ? to : until;
  const isLate = epochMs(earliest(stop, end)) > epochMs(from) + replyMs;
  const answeredBy = isPassedOn || answer?.at !== stop ? null : answer.author;
  const closed = answeredBy === null ? 'superseded' : 'met';
  const state = isLate ? 'breached' : stop > end ? 'running' : closed;
  return isDismissed
    ? { messageId: question.messageId, from, state: 'dismissed', answeredBy: null }
    : { messageId: question.messageId, from, state, answeredBy };
};

/** Of several questions in a row only the first one waits; what needs no answer waits for itself alone, and is on nobody who came later. */
const waitingsOf = (account: OrderAccount): readonly Waiting[] => {
  const period = periodOf(account);
  if (period === null) return [];
  const dismissals = dismissalsOf(account);
  const waitings: Waiting[] = [];
  let open: Waiting | null = null;
  for (const said of account.said.toSorted(byTime)) {
    const dismissedAt = dismissals.get(said.messageId);
    if (said.role !== 'customer') {
      if (open !== null) Object.assign(open, { answer: said, until: earliest(said.at, period.to) });
      open = null;
    } else if (said.at >= period.from && said.at < period.to) {
      const until = earliest(dismissedAt ?? period.to, period.to);
      const waiting = { question: said, answer: null, isDismissed: dismissedAt !== undefined, until };
      if (waiting.isDismissed || open === null) waitings.push(waiting);
      if (!waiting.isDismissed) open ??= waiting;
    }
  }
  return waitings;
};

/** R0.2 From the end of the training until day 9 begins, or until the order was cancelled. */
const periodOf = ({ view }: OrderAccount): Period | null => {
  const { startedAt = null, finishedAt = null } = view?.training ?? {};
  if (view === null || startedAt === null || finishedAt === null) return null;
  const dayNine = atShanghai(plusDays(dayOf(startedAt), 8), '00:00');
  return { from: finishedAt, to: earliest(view.endedAt ?? dayNine, dayNine) };
};

const dismissSchema = z.object({ messageId: z.string() });
const callSchema = z.object({ outcome: z.string() });

const dismissalsOf = ({ done }: OrderAccount): ReadonlyMap<string, Instant> =>
  new Map(
    done
      .filter(({ action }) => action === 'dismiss-message')
      .map(({ at, body }) => [dismissSchema.parse(body).messageId, at]),
  );

/** When the customer was phoned, and answered. */
export const reachingCalls = ({ done }: OrderAccount): readonly Instant[] =>
  done
    .filter(({ action }) => action === 'record-call')
    .filter(({ body }) => callSchema.parse(body).outcome !== 'not-reached')
    .map(({ at }) => at);

const earliest = (a: Instant, b: Instant): Instant => (a < b ? a : b);
const latest = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** A question and an answer of the same millisecond belong together. */
const byTime = (a: Said, b: Said): number =>
  (a.at < b.at ? -1 : Number(a.at > b.at)) || Number(a.role !== 'customer') - Number(b.role !== 'customer');
