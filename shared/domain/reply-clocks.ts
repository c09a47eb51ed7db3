import { compareText } from './compare-text.ts';
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { addOpenMs, openMsBetween } from './business-calendar.ts';
import type { Holding } from './holdings.ts';
import type { Instant } from './instant.ts';
import { later } from './instant.ts';
import type { MessageStamp } from './maintenance-facts.ts';
import type { Policy } from './policy.ts';

/** Time that does not count. `to` is null while it lasts. */
export type Span = { from: Instant; to: Instant | null };

/** R3.1 The verdicts on a clock. `superseded`: it ended without one, by another holder or with the period. */
export const clockStateSchema = z.enum(['running', 'met', 'breached', 'dismissed', 'superseded']);

/** R3.1 One burst of questions, as long as one and the same party had to answer it. */
export type ReplyClock = {
  /** `q-<ten hex digits of its question>-<number of the holder>` */
  id: string;
  kind: 'reply';
  rule: 'R3.1';
  /** The burst's first question. */
  messageId: string;
  askedAt: Instant;
  /** Staff id of the trainer, or `support` under the emergency plan. */
  holder: string;
  startedAt: Instant;
  /** Null while the clock is paused: then nothing is due. */
  remindAt: Instant | null;
  dueAt: Instant | null;
  /** R3.5 From when on a phone call is owed; counted from the question, whoever held it. */
  callAt: Instant | null;
  state: z.infer<typeof clockStateSchema>;
  /** When it stopped: by an answer, another holder or the end of the period; null while the question is open, and on a dismissed one. */
  endedAt: Instant | null;
  answeredBy: string | null;
  /** History entries: of the question, of its dismissal, of the answer. */
  evidence: readonly number[];
};

/** What the verdicts on an order's questions follow from. */
export type Correspondence = {
  messages: readonly MessageStamp[];
  holdings: readonly Holding[];
  /** R3.5 When a call has reached the customer: what they write afterwards is a question of its own. */
  calls: readonly Instant[];
  /** In order of time, none within another. */
  pauses: readonly Span[];
  /** R0.2 The maintenance period: questions outside start no clock, and clocks end with it. Null while there is none. */
  period: { from: Instant; to: Instant } | null;
};

type Burst = { question: MessageStamp; answer: MessageStamp | null };

/**
 * R3.1 The clocks of an order's questions as of `now`, in order of time: a pure function of what was said when, so that late, doubled and
 * shuffled messages lead to the verdict of the true order. Exactly the limit is in time, one millisecond more is not.
 */
export const replyClocks = (
  { messages, holdings, calls, pauses, period }: Correspondence,
  policy: Policy,
  now: Instant,
): readonly ReplyClock[] => {
  if (period === null) return [];
  /** A pause has no say in what was over when it began. */
  const due = (start: Instant, minutes: number, end: Instant | null) =>
    dueAfter(start, minutes, end === null ? pauses : pauses.filter(({ from }) => from < end), policy);
  return burstsOf({ messages, calls }, period).flatMap(({ question, answer }) => {
    const base = {
      kind: 'reply',
      rule: 'R3.1',
      messageId: question.id,
      askedAt: question.at,
      callAt: due(question.at, policy.callAfterMinutes, answer?.at ?? period.to),
    } as const;
    const stop = answer !== null && answer.at < period.to ? answer.at : period.to;
    const segments = segmentsOf(question, holdings, stop);
    return (question.dismissed === null ? segments : segments.slice(0, 1)).map(
      ({ holder, from, to }, index): ReplyClock => {
        const answered = to === null && answer !== null && answer.at <= period.to ? answer : null;
        const closedAt = to ?? answered?.at ?? (now >= period.to ? period.to : null);
        const evidence = [question.seq, question.dismissed?.seq, answered?.seq].filter(isNumber);
        const dueAt = due(from, policy.replies.minutes, closedAt);
        const remindAt = due(from, policy.replies.remindMinutes, closedAt);
        const clock = {
          ...base,
          id: clockId(question, index),
          holder,
          startedAt: from,
          remindAt,
          dueAt,
          evidence,
        };
        if (question.dismissed !== null)
          return { ...clock, state: 'dismissed', endedAt: null, answeredBy: null };
        const isLate = dueAt !== null && (closedAt ?? now) > dueAt;
        const ended = { endedAt: closedAt, answeredBy: answered?.author ?? null };
        return { ...clock, ...ended, state: stateOf(isLate, closedAt, answered) };
      },
    );
  });
};

const stateOf = (isLate: boolean, closedAt: Instant | null, answer: MessageStamp | null) => {
  if (isLate) return 'breached';
  if (closedAt === null) return 'running';
  return answer === null ? 'superseded' : 'met';
};

/** Questions up to their answer, by the messages' own times. A dismissed message waits for nothing. */
const burstsOf = (
  { messages, calls }: Pick<Correspondence, 'messages' | 'calls'>,
  period: { from: Instant; to: Instant },
): readonly Burst[] => {
  const bursts: Burst[] = [];
  let open: Burst[] = [];
  for (const message of messages.toSorted(byTime)) {
    if (message.role !== 'customer') {
      for (const burst of open) burst.answer = message;
      open = [];
    } else if (message.at >= period.from && message.at < period.to) {
      if (message.dismissed !== null) bursts.push({ question: message, answer: null });
      else if (open.every(({ question }) => calls.some((call) => question.at <= call && call < message.at))) {
        const burst = { question: message, answer: null };
        bursts.push(burst);
        open.push(burst);
      }
    }
  }
  return bursts;
};

/** In the same millisecond the question comes first: an answer that is there stops the clock. */
const byTime = (a: MessageStamp, b: MessageStamp): number =>
  compareText(a.at, b.at) ||
  Number(a.role !== 'customer') - Number(b.role !== 'customer') ||
  compareText(a.id, b.id);

/** Who had to answer a question one after the other, until it was answered. The last one has no end. */
const segmentsOf = (
  { at }: MessageStamp,
  holdings: readonly Holding[],
  stop: Instant,
): readonly { holder: string; from: Instant; to: Instant | null }[] =>
  holdings.flatMap(({ from, holder }, index) => {
    const next = holdings[index + 1]?.from ?? null;
    const to = next !== null && next < stop ? next : null;
    const isOver = next !== null && next <= at;
    return isOver || (from > at && from >= stop) ? [] : [{ holder, from: later(from, at), to }];
  });

const clockId = ({ id }: MessageStamp, index: number): string =>
  `q-${createHash('sha256').update(id).digest('hex').slice(0, 10)}-${index}`;

/** The instant at which so much service time has passed since `start`, pauses left out; null while a pause lasts. */
const dueAfter = (
  start: Instant,
  minutes: number,
  pauses: readonly Span[],
  { calendar }: Policy,
): Instant | null => {
  let left = minutes * 60_000;
  let from = start;
  for (const pause of pauses) {
    if (pause.to !== null && pause.to <= from) continue;
    const served = pause.from > from ? openMsBetween(from, pause.from, calendar) : 0;
    if (served > left) break;
    if (pause.to === null) return null;
    left -= served;
    from = later(from, pause.to);
  }
  return addOpenMs(from, left, calendar);
};

const isNumber = (value: number | undefined): value is number => value !== undefined;
