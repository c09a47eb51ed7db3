import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeMessage } from '../../functions/questions/take-message.ts';
import { openMsBetween } from '../../shared/domain/business-calendar.ts';
import type { Facts, Outcome } from '../../shared/domain/decision.ts';
import { effectsOf, timerChanges } from '../../shared/domain/effects.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import { holderRecords } from '../../shared/domain/holders.ts';
import type { Holding } from '../../shared/domain/holdings.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { ceilSecond, epochMs, later, plusMinutes, toInstant } from '../../shared/domain/instant.ts';
import type { MessageStamp } from '../../shared/domain/maintenance-facts.ts';
import type { Order, Timer } from '../../shared/domain/order.ts';
import { isLive } from '../../shared/domain/order.ts';
import { planOf } from '../../shared/domain/plan.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { policySchema } from '../../shared/domain/policy.ts';
import { clocksOf, isOpen, owedCalls, periodOf } from '../../shared/domain/questions.ts';
import type { SaidMessage } from '../../shared/domain/record-message.ts';
import { recordMessage } from '../../shared/domain/record-message.ts';
import type { Correspondence, ReplyClock, Span } from '../../shared/domain/reply-clocks.ts';
import { replyClocks } from '../../shared/domain/reply-clocks.ts';
import { isWaiting } from '../../shared/domain/timers.ts';
import { arbitraryCalendar } from '../support/build-calendar.ts';
import type { Move, Step, Walk } from '../support/build-order.ts';
import {
  accepted,
  at,
  buildFacts,
  buildOrderData,
  decide,
  makeStoryIn,
  staff,
  understood,
  walkThrough,
} from '../support/build-order.ts';
import { memoryStore } from '../support/memory/order-store.ts';
import { memorySecrets } from '../support/memory/secrets.ts';

const MINUTE = 60_000;
const limitMs = currentPolicy.replies.minutes * MINUTE;

const plusMs = (instant: Instant, ms: number): Instant => toInstant(epochMs(instant) + ms);

/** Minutes, mostly those at which something else happens as well, with now and then a millisecond beside. */
const arbitraryMs = (minutes: number) =>
  fc
    .tuple(
      fc.oneof(
        fc.nat(Math.floor(minutes / 10)).map((n) => n * 10),
        fc.nat(minutes),
      ),
      fc.constantFrom(0, 0, 0, 0, -1, 1),
    )
    .map(([minute, beside]) => Math.max(0, minute * MINUTE + beside));

const windowMinutes = 180;
const windowStart = at('2025-03-10 10:00');
const inWindow = arbitraryMs(windowMinutes).map((ms) => plusMs(windowStart, ms));

const role = fc.constantFrom(
  'customer' as const,
  'customer' as const,
  'trainer' as const,
  'support' as const,
);

/** What is said within three hours, some of it dismissed. */
const arbitraryTalk: fc.Arbitrary<MessageStamp[]> = fc
  .array(fc.record({ at: inWindow, role, dismissed: fc.boolean(), bias: fc.nat(3) }), {
    maxLength: 14,
    size: 'max',
  })
  .map((said) =>
    said.map(({ at: time, role: who, dismissed, bias }, index) => ({
      id: `m${index}`,
      at: time,
      role: who,
      author: who === 'customer' ? '' : who,
      seq: index + 1,
      dismissed:
        who === 'customer' && dismissed && bias === 0
          ? { at: time, by: 'A1', reason: '道谢', seq: index + 100 }
          : null,
    })),
  );

/** Who had to answer: T0 from long ago, then others, each another than the one before. */
const arbitraryHoldings: fc.Arbitrary<Holding[]> = fc.uniqueArray(inWindow, { maxLength: 4 }).map((times) =>
  [at('2025-03-09 16:00'), ...times.toSorted()].map((from, index) => ({
    from,
    holder: `T${index}`,
    name: `老师${index}`,
  })),
);

/** Pauses one after the other; the last one may go on. */
const arbitraryPauses: fc.Arbitrary<Span[]> = fc
  .tuple(fc.uniqueArray(inWindow, { maxLength: 6 }), fc.boolean())
  .map(([times, goesOn]) => {
    const sorted = times.toSorted();
    const pairs = sorted.flatMap((from, index) =>
      index % 2 === 0 ? [{ from, to: sorted[index + 1] ?? null }] : [],
    );
    return goesOn ? pairs : pairs.filter(({ to }) => to !== null);
  });

const arbitraryPeriod = fc.tuple(arbitraryMs(30), arbitraryMs(60)).map(([from, to]) => ({
  from: plusMs(windowStart, from),
  to: plusMs(windowStart, windowMinutes * MINUTE - to),
}));

const arbitraryCorrespondence: fc.Arbitrary<Correspondence> = fc.record({
  messages: arbitraryTalk,
  holdings: arbitraryHoldings,
  calls: fc.array(inWindow, { maxLength: 2 }),
  pauses: arbitraryPauses,
  period: arbitraryPeriod,
});

/** In the order in which it was said; in the same millisecond a question comes before an answer. */
const sayingKey = ({ at: time, role: who, id }: MessageStamp): string =>
  `${time} ${who === 'customer' ? 0 : 1} ${id}`;

/**
 * The bursts, by their definition: a question begins one when each that began one before it was answered, or dealt with by phone, before it;
 * a burst ends with the first answer after its question. A call deals with what was asked up to its very millisecond, as it does for R3.5.
 */
const burstsByDefinition = ({ messages, calls, period }: Correspondence) => {
  const isBefore = (a: MessageStamp, b: MessageStamp): boolean => sayingKey(a) < sayingKey(b);
  const asked = messages
    .filter(
      (message) =>
        message.role === 'customer' &&
        message.dismissed === null &&
        message.at >= period!.from &&
        message.at < period!.to,
    )
    .toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  const answers = messages.filter((message) => message.role !== 'customer');
  const isOverBefore = (a: MessageStamp, b: MessageStamp): boolean =>
    answers.some((answer) => isBefore(a, answer) && isBefore(answer, b)) ||
    calls.some((call) => a.at <= call && call < b.at);
  const beginnings: MessageStamp[] = [];
  for (const question of asked)
    if (beginnings.every((one) => isOverBefore(one, question))) beginnings.push(question);
  return beginnings.map((question) => {
    const after = answers.filter((answer) => isBefore(question, answer));
    const [answer = null] = after.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    return { question, answer: answer !== null && answer.at <= period!.to ? answer : null };
  });
};

const end = plusMs(windowStart, 12 * 60 * MINUTE);

const ofQuestion = (clocks: readonly ReplyClock[], id: string): readonly ReplyClock[] =>
  clocks.filter(({ messageId }) => messageId === id);

describe('the clocks of what was said', () => {
  it('R3.1 do not depend on the order in which it is given', () => {
    fc.assert(
      fc.property(
        arbitraryCorrespondence.chain((said) =>
          fc.record({
            said: fc.constant(said),
            shuffled: fc.shuffledSubarray([...said.messages], { minLength: said.messages.length }),
            now: inWindow,
          }),
        ),
        ({ said, shuffled, now }) => {
          expect(replyClocks({ ...said, messages: shuffled }, currentPolicy, now)).toEqual(
            replyClocks(said, currentPolicy, now),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it('R3.1 are of just those questions before which all others were dealt with, and end with the first answer', () => {
    fc.assert(
      fc.property(arbitraryCorrespondence, (said) => {
        const clocks = replyClocks(said, currentPolicy, end);
        const counted = clocks.filter(({ state }) => state !== 'dismissed');
        const bursts = burstsByDefinition(said);
        expect([...new Set(counted.map(({ messageId }) => messageId))].toSorted()).toEqual(
          bursts.map(({ question }) => question.id).toSorted(),
        );
        for (const { question, answer } of bursts)
          expect(ofQuestion(clocks, question.id).at(-1)).toMatchObject({
            answeredBy: answer?.author ?? null,
            endedAt: answer?.at ?? said.period!.to,
          });
        const dismissed = said.messages.filter(
          (message) =>
            message.dismissed !== null && message.at >= said.period!.from && message.at < said.period!.to,
        );
        expect(
          clocks
            .filter(({ state }) => state === 'dismissed')
            .every(({ messageId }) => dismissed.some(({ id }) => id === messageId)),
        ).toBe(true);
        for (const { id } of dismissed) expect(ofQuestion(clocks, id)[0]?.state).toBe('dismissed');
      }),
      { numRuns: 600 },
    );
  });

  it('R3.4 of one question follow one another without a gap, each of whoever held it, and one is the last', () => {
    fc.assert(
      fc.property(arbitraryCorrespondence, inWindow, (said, now) => {
        const clocks = replyClocks(said, currentPolicy, now);
        expect(new Set(clocks.map(({ id }) => id)).size).toBe(clocks.length);
        for (const { question } of burstsByDefinition(said)) {
          const own = ofQuestion(clocks, question.id);
          expect(own[0]).toMatchObject({ askedAt: question.at, startedAt: question.at });
          for (const [index, clock] of own.entries()) {
            const next = own[index + 1];
            const held = said.holdings.findLast(({ from }) => from <= clock.startedAt)!;
            expect(clock.holder).toBe(held.holder);
            if (next === undefined) continue;
            expect(next.startedAt).toBe(clock.endedAt);
            expect(next.startedAt > clock.startedAt).toBe(true);
            expect([clock.state, clock.answeredBy]).toEqual([
              clock.dueAt !== null && clock.endedAt! > clock.dueAt ? 'breached' : 'superseded',
              null,
            ]);
          }
          expect(own.slice(0, -1).filter(isOpen)).toEqual([]);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('R3.1 are met by an answer within 20:00.000, and breached by one that is a millisecond later', () => {
    const period = { from: windowStart, to: end };
    const question = {
      id: 'm',
      at: windowStart,
      role: 'customer',
      author: '',
      seq: 1,
      dismissed: null,
    } as const;
    const holdings = [{ from: windowStart, holder: 'T1', name: '张三' }];
    const offsets = fc.oneof(
      fc.integer({ min: -3, max: 3 }).map((ms) => limitMs + ms),
      fc.nat(3 * limitMs),
    );
    fc.assert(
      fc.property(offsets, fc.nat(limitMs), (offset, lateness) => {
        const answer = {
          ...question,
          id: 'a',
          role: 'trainer',
          author: 'T1',
          at: plusMs(windowStart, offset),
        } as const;
        const now = plusMs(answer.at, lateness);
        const [clock] = replyClocks(
          { messages: [answer, question], holdings, calls: [], pauses: [], period },
          currentPolicy,
          now,
        );
        expect(clock!.state).toBe(offset <= limitMs ? 'met' : 'breached');
        const [open] = replyClocks(
          { messages: [question], holdings, calls: [], pauses: [], period },
          currentPolicy,
          answer.at,
        );
        expect(open!.state).toBe(offset <= limitMs ? 'running' : 'breached');
      }),
    );
  });

  it('R3.1 are due after 20 minutes of open time outside of pauses, by any calendar', () => {
    fc.assert(
      fc.property(arbitraryCorrespondence, arbitraryCalendar, (said, calendar) => {
        const policy = policySchema.parse({ ...currentPolicy, calendar });
        const clocks = replyClocks(said, policy, end).filter(({ state }) => state !== 'dismissed');
        for (const clock of clocks) {
          // What begins when the clock has ended has no say in it; the call goes by the question's last clock.
          const last = ofQuestion(clocks, clock.messageId).at(-1)!.endedAt;
          const servedMs = (from: Instant, to: Instant, ended: Instant | null): number =>
            said.pauses
              .filter((pause) => ended === null || pause.from < ended)
              .reduce(
                (left, pause) => {
                  const stop = pause.to === null || pause.to > to ? to : pause.to;
                  return left - openMsBetween(later(pause.from, from), stop, policy.calendar);
                },
                openMsBetween(from, to, policy.calendar),
              );
          for (const [from, to, minutes, ended] of [
            [clock.startedAt, clock.remindAt, policy.replies.remindMinutes, clock.endedAt],
            [clock.startedAt, clock.dueAt, policy.replies.minutes, clock.endedAt],
            [clock.askedAt, clock.callAt, policy.callAfterMinutes, last],
          ] as const) {
            const isOver =
              to === null || (ended !== null && to > ended && minutes === policy.callAfterMinutes);
            expect(isOver ? minutes * MINUTE : servedMs(from, to, ended)).toBe(minutes * MINUTE);
          }
          // Without a pause that goes on, something is due.
          if (said.pauses.every((pause) => pause.to !== null)) expect(clock.dueAt).not.toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('R3.1 have a verdict that stands: with time alone only a running one changes', () => {
    fc.assert(
      fc.property(arbitraryCorrespondence, inWindow, inWindow, (said, one, other) => {
        const [before, after] = [one, other].toSorted();
        const then = replyClocks(said, currentPolicy, after!);
        for (const [index, clock] of replyClocks(said, currentPolicy, before!).entries()) {
          expect(then[index]!.id).toBe(clock.id);
          if (clock.state !== 'running') expect(then[index]!.state).toBe(clock.state);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('R3.1 never fail while they are paused', () => {
    fc.assert(
      fc.property(arbitraryCorrespondence, inWindow, arbitraryMs(600), (said, from, ms) => {
        const messages = said.messages.filter((message) => message.at <= from);
        const pauses = [...said.pauses.filter(({ to }) => to !== null && to <= from), { from, to: null }];
        const period = { from: said.period!.from, to: end };
        const holdings = said.holdings.filter((holding) => holding.from <= from);
        const asOf = (now: Instant) =>
          replyClocks({ messages, holdings, calls: [], pauses, period }, currentPolicy, now);
        const states = (clocks: readonly ReplyClock[]) => clocks.map(({ id, state }) => [id, state]);
        const whenItBegan = replyClocks(
          { messages, holdings, calls: [], pauses: pauses.slice(0, -1), period },
          currentPolicy,
          from,
        );
        const now = [plusMs(from, ms), plusMs(end, -1)].toSorted()[0]!;
        expect(states(asOf(now))).toEqual(states(whenItBegan));
      }),
      { numRuns: 600 },
    );
  });
});

const maintained = makeStoryIn('maintenance').order;

type Happening = { at: Instant; does: (order: Order, facts: Facts) => Outcome };

/** An order as it lives on: each timer fires at its time before what happens next. */
const liveThrough = (start: Order, happenings: readonly Happening[], until: Instant): Order => {
  let order = start;
  const fireUpTo = (time: Instant): void => {
    for (let timer = order.timers[0]; timer !== undefined && timer.at <= time; timer = order.timers[0]) {
      const fired = fireTimer(order, timer, buildFacts(timer.at));
      if (fired.type !== 'change') throw new Error(`${timer.step} is ${fired.type}`);
      ({ order } = fired.change);
    }
  };
  for (const { at: time, does } of happenings.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))) {
    fireUpTo(time);
    ({ order } = accepted(does(order, buildFacts(time))));
  }
  fireUpTo(until);
  return order;
};

const heardAt = (time: Instant, said: SaidMessage): Happening => ({
  at: time,
  does: (order, facts) => recordMessage(order, said, facts),
});

const acts = (time: Instant, name: 'reassign' | 'emergency-plan', body: object): Happening => ({
  at: time,
  does: (order) => decide(order, name, body, time, staff('assistant')),
});

/** Another trainer each time, and the plan on and off in turns. */
const arbitraryCover: fc.Arbitrary<Happening[]> = fc
  .uniqueArray(fc.tuple(inWindow, fc.boolean()), { maxLength: 4, selector: ([time]) => time })
  .map((changes) => {
    const sorted = changes.toSorted(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([time, isPlan], index) => {
      const before = sorted.slice(0, index).filter(([, other]) => other === isPlan).length;
      return isPlan
        ? acts(time, 'emergency-plan', { on: before % 2 === 0, reason: '高峰' })
        : acts(time, 'reassign', { trainer: { id: `T${before + 2}`, name: '赵六' }, reason: '出差' });
    });
  });

const saidOf = ({ id, at: time, role: who, author }: MessageStamp): SaidMessage => ({
  messageId: id,
  at: time,
  role: who,
  author: who === 'customer' ? 'customer-1' : author,
});

/** The order with pauses that had begun before anything was said; those that await the customer end with what is said first. */
const arbitraryPaused: fc.Arbitrary<Order> = fc
  .tuple(
    arbitraryPauses,
    fc.infiniteStream(fc.constantFrom('awaiting-customer' as const, 'system-outage' as const)),
  )
  .map(([spans, conditions]) => ({
    ...maintained,
    facts: {
      ...maintained.facts,
      pauses: spans.map((span) => ({
        ...span,
        condition: conditions.next().value,
        by: 'A1',
        seq: maintained.version,
      })),
    },
  }));

/** The clocks, and by which messages they are proved: the number of an entry depends on when the message came. */
const verdictsOf = (order: Order, now: Instant) => {
  const idOf = new Map(order.facts.messages.map(({ id, seq }) => [seq, id]));
  return clocksOf(order, currentPolicy, now).map((clock) => ({
    ...clock,
    evidence: clock.evidence.map((seq) => idOf.get(seq)),
  }));
};

/** What is known in the end of an order's questions, whatever was believed on the way. */
const truthOf = (order: Order, now: Instant) => ({
  verdicts: verdictsOf(order, now),
  open: order.openQuestions,
  breaches: Object.entries(order.facts.clocksTold)
    .flatMap(([id, told]) => (told === 'breached' ? [id] : []))
    .toSorted(),
  duties: order.tasks
    .filter((task) => task.kind === 'call-about-delay' && isWaiting(task))
    .map(({ subject, holder }) => `${subject} ${holder}`)
    .toSorted(),
});

const afterwards = plusMs(windowStart, 8 * 60 * MINUTE);

describe('messages that come late and out of order', () => {
  it('R3.1 lead to the verdicts, the duties and the told breaches of the true order', () => {
    fc.assert(
      fc.property(
        arbitraryTalk.chain((talk) =>
          fc.record({
            talk: fc.constant(talk),
            delays: fc.array(arbitraryMs(200), { minLength: talk.length, maxLength: talk.length }),
          }),
        ),
        arbitraryCover,
        arbitraryPaused,
        ({ talk, delays }, cover, start) => {
          const inTime = talk.map((message) => heardAt(message.at, saidOf(message)));
          const late = talk.map((message, index) =>
            heardAt(plusMs(message.at, delays[index]!), saidOf(message)),
          );
          const truth = (said: readonly Happening[]) =>
            truthOf(liveThrough(start, [...cover, ...said], afterwards), afterwards);
          expect(truth(late)).toEqual(truth(inTime));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('R3.1 and twice, change nothing more, in whatever order they reach the product', async () => {
    const deliverAll = async (talk: readonly MessageStamp[]) => {
      const { orders, messages } = memoryStore();
      orders.seed(maintained);
      const intake = {
        orders,
        messages,
        secrets: memorySecrets({}),
        desks: buildFacts('2025-03-10 22:00').desks,
      };
      for (const { id, at: time, role: who, author } of talk) {
        const data = { orderId: maintained.orderId, messageId: id, at: time, text: `问题 ${id}` };
        const message =
          who === 'customer'
            ? ({
                type: 'message.received',
                data: { ...data, author: { role: who, id: 'customer-1' } },
              } as const)
            : ({ type: 'message.sent', data: { ...data, author: { role: who, id: author } } } as const);
        expect((await takeMessage(intake, message, `msg-${id}`, end)).status).toBe(200);
      }
      const order = (await orders.load(maintained.orderId))!;
      return { verdicts: verdictsOf(order, end), open: order.openQuestions, versions: order.version };
    };
    await fc.assert(
      fc.asyncProperty(
        arbitraryTalk.chain((talk) =>
          fc.record({
            talk: fc.constant(talk),
            doubled: fc.shuffledSubarray([...talk, ...talk], { minLength: 2 * talk.length }),
          }),
        ),
        async ({ talk, doubled }) => {
          expect(await deliverAll(doubled)).toEqual(await deliverAll(talk));
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** What nobody may find in the history. */
const secret = '欧阳先生的私事';
const minutesAgo = fc
  .oneof(fc.integer({ min: -45, max: 5 }), fc.constant(0))
  .map((inMinutes) => ({ inMinutes }));
const ahead = fc.constantFrom(1, 30, 60, 24 * 60).map((inMinutes) => ({ inMinutes }));
const reason = fc.constant(secret);
const messageId = fc.nat(24).map((number) => `m${number}`);
const someTrainer = fc.constantFrom('T1', 'T2', 'T3').map((id) => ({ id, name: secret }));

const actionMoves = {
  'dismiss-message': fc.record({ messageId, reason }),
  'record-call': fc.record({ outcome: fc.constantFrom('resolved', 'not-reached'), note: reason }),
  'pause-clocks': fc.record({
    condition: fc.constantFrom('awaiting-customer', 'customer-asked-to-wait', 'system-outage'),
    note: reason,
  }),
  'resume-clocks': fc.constant({}),
  'request-support': fc.record({ reason }),
  'take-over': fc.constant({}),
  'override-support-limit': fc.record({ reason }),
  'report-unavailable': fc.record({ reason }),
  reassign: fc.record({ trainer: someTrainer, reason, at: fc.option(ahead, { nil: undefined }) }),
  'emergency-plan': fc.record({ on: fc.boolean(), reason }),
  'open-qa-group': fc.constant({}),
} as const;
const actionMoveNames = [
  'dismiss-message',
  'record-call',
  'pause-clocks',
  'resume-clocks',
  'request-support',
  'take-over',
  'override-support-limit',
  'report-unavailable',
  'reassign',
  'emergency-plan',
  'open-qa-group',
] as const;
const actionMove = (...names: readonly (keyof typeof actionMoves)[]): fc.Arbitrary<Move> =>
  fc
    .constantFrom(...names)
    .chain((name) =>
      fc.record({ do: fc.constant('act' as const), name: fc.constant(name), body: actionMoves[name] }),
    );

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({ do: fc.constant('say' as const), messageId, role, at: minutesAgo }),
  },
  { weight: 20, arbitrary: actionMove(...actionMoveNames) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('act' as const),
      name: fc.constant('dismiss-message' as const),
      body: actionMoves['dismiss-message'],
      role: fc.constantFrom('assistant' as const, 'manager' as const),
    }),
  },
  {
    weight: 25,
    arbitrary: fc.record({
      do: fc.constant('fire' as const),
      pick: fc.constantFrom(0, 0, 0, 1, 2, 3),
      lateSeconds: fc.constantFrom(0, 0, 0, 1, 900),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      minutes: fc.constantFrom(0, 1, 5, 10, 15, 20, 30, 60, 24 * 60),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('amend' as const),
      startsAt: fc.constant(undefined),
      trainer: someTrainer,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'cancel' as const }) },
);

/** What uses up support's budget, fills it up and gets in the way. March is no season, so every step counts. */
const supportMove = fc.oneof(
  { weight: 4, arbitrary: actionMove('request-support', 'take-over', 'take-over', 'override-support-limit') },
  { weight: 1, arbitrary: actionMove('emergency-plan', 'reassign') },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('say' as const), messageId, role, at: minutesAgo }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'wait' as const, minutes: 5 }) },
);

const begins: readonly Move[] = [
  { do: 'wait', minutes: 60 },
  { do: 'act', name: 'confirm-needs', body: understood },
  { do: 'act', name: 'start-training', body: {} },
  { do: 'act', name: 'finish-training', body: {} },
];

/** What may happen to an order that is maintained, sensible or not, in any order. */
const walkOf = (moves: fc.Arbitrary<Move>): fc.Arbitrary<Walk> =>
  fc.array(moves, { maxLength: 45, size: 'max' }).map((happening) => ({
    data: buildOrderData({ training: { startsAt: at('2025-03-08 11:00') } }),
    delay: 0,
    moves: [...begins, ...happening],
  }));
const arbitraryMaintenance = walkOf(move);

/** Each change of many walks, but for those that lead up to the maintenance. */
const forEveryChange = (check: (step: Step) => void, numRuns = 120) =>
  fc.assert(
    fc.property(arbitraryMaintenance, (walk) => {
      walkThrough(walk, (step) => {
        if (step.change.order.training.finishedAt !== null) check(step);
      });
    }),
    { numRuns },
  );

const breachedAt = (order: Order, now: Instant): string[] =>
  clocksOf(order, currentPolicy, now)
    .filter(({ state }) => state === 'breached')
    .map(({ id }) => id)
    .toSorted();

describe('whatever happens in the maintenance', () => {
  it('comes to every kind of event, stage and verdict, so that these laws are about something', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(arbitraryMaintenance, (walk) => {
        for (const { change, now } of walkThrough(walk)) {
          met.add(change.event).add(change.order.stage);
          for (const { kind } of change.notices) met.add(kind);
          for (const { state } of clocksOf(change.order, currentPolicy, now)) met.add(state);
        }
      }),
      { numRuns: 300 },
    );
    expect([...met]).toEqual(
      expect.arrayContaining([
        ...actionMoveNames.filter((name) => name !== 'override-support-limit'),
        'message-received',
        'message-sent',
        'timer-fired',
        'order-amended',
        'order-cancelled',
        'maintenance',
        'acceptance',
        'cancelled',
        'running',
        'met',
        'breached',
        'dismissed',
        'superseded',
        'reply-reminder',
        'reply-breached',
        'breach-withdrawn',
        'call-about-delay',
        'questions-taken-over',
      ]),
    );
  });

  it('R3.1 no breach is told twice, but for one that was withdrawn in between', () => {
    fc.assert(
      fc.property(arbitraryMaintenance, (walk) => {
        let told = new Set<string>();
        for (const { change, now } of walkThrough(walk)) {
          const notices = change.notices.filter(({ kind }) => kind === 'reply-breached');
          const ids = notices.map(({ guard }) => guard.clock!.id);
          for (const id of ids) expect(told.has(id)).toBe(false);
          const parties = notices.map(({ guard, tell }) => `${guard.clock!.id} ${tell}`);
          expect(new Set(parties).size).toBe(parties.length);
          for (const id of ids) expect(parties).toContain(`${id} assistant`);
          const breached = breachedAt(change.order, now);
          told = new Set([...told, ...ids].filter((id) => breached.includes(id)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('R3.1 what people have been told of breaches is what is so, after every change', () => {
    forEveryChange(({ change: { order }, now }) => {
      const { clocksTold } = order.facts;
      expect(
        Object.keys(clocksTold)
          .filter((id) => clocksTold[id] === 'breached')
          .toSorted(),
      ).toEqual(breachedAt(order, now));
    });
  });

  it('R3.1 nobody is reminded twice of a clock', () => {
    fc.assert(
      fc.property(arbitraryMaintenance, (walk) => {
        const reminded = walkThrough(walk).flatMap(({ change }) =>
          change.notices.flatMap(({ kind, tell, guard }) =>
            kind === 'reply-reminder' ? [`${guard.clock!.id} ${tell}`] : [],
          ),
        );
        expect(new Set(reminded).size).toBe(reminded.length);
      }),
      { numRuns: 150 },
    );
  });

  it('R3.1 nothing is forgotten: each step of an open clock that is yet to be told has its timer, and no other clock has one', () => {
    forEveryChange(({ change: { order }, now }) => {
      const clocks = clocksOf(order, currentPolicy, now);
      const timers = order.timers.filter(({ step }) => step.startsWith('q-'));
      const open = isLive(order) ? clocks.filter(isOpen) : [];
      for (const { id, remindAt, dueAt, callAt } of open) {
        const told = order.facts.clocksTold[id];
        const steps = [
          told === undefined ? remindAt : null,
          told === 'breached' || dueAt === null ? null : plusMs(dueAt, 1),
          callAt !== null && callAt > now && !isPhoned(order) ? callAt : null,
        ].flatMap((time) => (time === null ? [] : [ceilSecond(time)]));
        for (const time of steps)
          expect(timers.some(({ step, at: fires }) => step.startsWith(`${id}.`) && fires <= time)).toBe(true);
        for (const { step, at: fires } of timers)
          if (step.startsWith(`${id}.`)) expect(fires >= ceilSecond(order.createdAt)).toBe(true);
      }
      for (const { step } of timers) expect(open.map(({ id }) => id)).toContain(step.split('.')[0]);
    });
  });

  it('R3.1 the order says how many questions are open, and since when the oldest one is', () => {
    forEveryChange(({ change: { order }, now }) => {
      // One that was breached and then dealt with by phone waits no more.
      const open = clocksOf(order, currentPolicy, now).filter(
        (clock) =>
          isOpen(clock) &&
          !(
            clock.state === 'breached' &&
            order.facts.calls.some(({ reached, at: time }) => reached && time >= clock.askedAt)
          ),
      );
      const since = open.map(({ askedAt }) => askedAt).toSorted()[0];
      expect(order.openQuestions).toEqual(since === undefined ? null : { since, count: open.length });
    });
  });

  it('R3.5 a call waits for each question that is owed one, and for nothing else; who answers has it', () => {
    forEveryChange(({ change: { order }, now }) => {
      const waiting = order.tasks.filter((task) => task.kind === 'call-about-delay' && isWaiting(task));
      const owed = isLive(order) ? owedCalls(order, currentPolicy, now) : [];
      expect(waiting.map(({ subject }) => subject).toSorted()).toEqual(
        owed.map(({ messageId: id }) => id).toSorted(),
      );
      const isSupports = order.facts.emergencies.some(({ to }) => to === null);
      for (const { holder } of waiting) expect(holder).toBe(isSupports ? '' : order.trainer.id);
    });
  });

  it('R3.5 a call that was done is not asked for again', () => {
    fc.assert(
      fc.property(arbitraryMaintenance, (walk) => {
        const done = new Set<string>();
        for (const { change } of walkThrough(walk)) {
          const calls = change.order.tasks.filter(({ kind }) => kind === 'call-about-delay');
          expect(calls.filter((task) => isWaiting(task) && done.has(task.subject))).toEqual([]);
          for (const { subject, state } of calls) if (state === 'done') done.add(subject);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('R3.2 support never steps in more often than it may, and each step or grant is one', () => {
    const counted: number[] = [];
    fc.assert(
      fc.property(walkOf(supportMove), (walk) => {
        for (const { before, change } of walkThrough(walk)) {
          const { used, granted } = change.order.facts.support;
          expect(used).toBeLessThanOrEqual(currentPolicy.supportLimit + granted);
          expect(used - (before?.facts.support.used ?? 0)).toBe(change.event === 'take-over' ? 1 : 0);
          expect(granted - (before?.facts.support.granted ?? 0)).toBe(
            change.event === 'override-support-limit' ? 1 : 0,
          );
          counted.push(used);
        }
      }),
      { numRuns: 80 },
    );
    expect(Math.max(...counted)).toBeGreaterThan(currentPolicy.supportLimit);
  });

  it('R3.4 every minute, answer, breach and open question is somebody’s, and nobody’s twice', () => {
    forEveryChange(({ change: { order }, now }) => {
      const records = holderRecords(order, currentPolicy, now);
      const clocks = clocksOf(order, currentPolicy, now);
      const sum = (of: 'answered' | 'breaches' | 'open' | 'minutesHeld'): number =>
        records.reduce((total, record) => total + record[of], 0);
      expect(new Set(records.map(({ holder }) => holder)).size).toBe(records.length);
      expect([sum('answered'), sum('breaches'), sum('open')]).toEqual([
        clocks.filter(({ answeredBy }) => answeredBy !== null).length,
        clocks.filter(({ state }) => state === 'breached').length,
        clocks.filter(isOpen).length,
      ]);
      const period = periodOf(order, currentPolicy)!;
      const stop = now < period.to ? now : period.to;
      const held = Math.max(0, epochMs(stop) - epochMs(period.from)) / MINUTE;
      const holders = new Set(order.facts.trainers.map(({ id }) => id)).size + 1;
      expect(sum('minutesHeld')).toBeLessThanOrEqual(held);
      expect(sum('minutesHeld')).toBeGreaterThan(held - holders);
    });
  });

  it('R3.1 nobody who is not assistant or manager undoes a breach or stops the time', () => {
    forEveryChange(({ before, change, input, now }) => {
      if (input.type !== 'action' || before === null) return;
      const mayJudge = input.actor.roles.some((one) => one === 'assistant' || one === 'manager');
      if (mayJudge) return;
      expect(change.order.facts.pauses.length).toBe(before.facts.pauses.length);
      expect(breachedAt(change.order, now)).toEqual(expect.arrayContaining(breachedAt(before, now)));
    });
  });

  it('leaves nothing in the history that people have written or are called', () => {
    forEveryChange(({ before, change }) => {
      const written = JSON.stringify([change.facts, effectsOf(before, change), change.event, change.rules]);
      expect(written).not.toContain(secret);
    });
  });

  it('R0.2 a timer that fires tells something, or moves the order on', () => {
    forEveryChange(({ before, change, input }) => {
      if (input.type !== 'timer') return;
      const isMoved = change.order.stage !== before?.stage;
      expect([input.timer.step, isMoved || change.notices.length > 0]).toEqual([input.timer.step, true]);
    });
  });

  it('R0.2 the plan of what comes next is what really fires when nobody acts', () => {
    fc.assert(
      fc.property(arbitraryMaintenance, fc.constantFrom(0, 10, 100), (walk, pause) => {
        const { change, now } = walkThrough(walk).at(-1)!;
        const present = plusMinutes(now, pause);
        const until = plusMinutes(present, 12 * 24 * 60);
        const plan = planOf(change.order, buildFacts(present), until);
        expect(fireAll(change.order, present, until)).toEqual(
          plan.map(({ at: time, step }) => `${time} ${step}`),
        );
      }),
      { numRuns: 80 },
    );
  });
});

/** Whether a call has reached the customer since the first question. */
const isPhoned = ({ facts: { calls } }: Order): boolean => calls.some(({ reached }) => reached);

/** What fires by the schedules that the effects set and drop, as the timer service has them. */
const fireAll = (start: Order, now: Instant, until: Instant): string[] => {
  let [order, present] = [start, now];
  const schedules = new Map<string, Timer>();
  const follow = ({ set, drop }: ReturnType<typeof timerChanges>): void => {
    for (const { step, version } of drop) schedules.delete(`${step}.${version}`);
    for (const timer of set) schedules.set(`${timer.step}.${timer.version}`, timer);
  };
  const key = ({ at: time, step }: Timer): string => `${time} ${step}`;
  const next = (): Timer | undefined =>
    [...schedules.values()]
      .filter(({ at: time }) => time <= until)
      .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))[0];
  follow(timerChanges(null, start));
  const fired: string[] = [];
  for (let timer = next(); timer !== undefined; timer = next()) {
    schedules.delete(`${timer.step}.${timer.version}`);
    present = later(timer.at, present);
    const outcome = fireTimer(order, timer, buildFacts(present));
    if (outcome.type !== 'change') throw new Error(`${timer.step} was set and is ${outcome.type}`);
    follow(timerChanges(order, outcome.change.order));
    ({ order } = outcome.change);
    fired.push(`${present} ${timer.step}`);
  }
  return fired;
};
