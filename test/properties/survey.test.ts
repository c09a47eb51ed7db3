import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  AcceptanceChange,
  AcceptanceOutcome,
  Situation,
} from '../../shared/domain/acceptance/acceptance-decision.ts';
import type { Acceptance, AcceptanceResult } from '../../shared/domain/acceptance/acceptance-facts.ts';
import { acceptanceSchema, noAcceptance } from '../../shared/domain/acceptance/acceptance-facts.ts';
import { acceptanceStateOf } from '../../shared/domain/acceptance/acceptance-state.ts';
import type { SurveyInput } from '../../shared/domain/acceptance/answer-survey.ts';
import { saveDraft } from '../../shared/domain/acceptance/answer-survey.ts';
import type { ClauseFacts } from '../../shared/domain/acceptance/clauses.ts';
import { drawingSchema, signatureDigest } from '../../shared/domain/acceptance/drawing.ts';
import {
  inviteCustomer,
  recordOpened,
  recordReminder,
  recordSent,
  revokeInvitation,
} from '../../shared/domain/acceptance/invitation.ts';
import type { Dimension, Surveyed } from '../../shared/domain/acceptance/satisfaction.ts';
import { satisfactionBy } from '../../shared/domain/acceptance/satisfaction.ts';
import { declineAcceptance, signAcceptance } from '../../shared/domain/acceptance/sign-acceptance.ts';
import { wilsonInterval } from '../../shared/domain/acceptance/wilson-interval.ts';
import { epochMs, toInstant } from '../../shared/domain/instant.ts';
import {
  accept,
  allRatings,
  arbitraryDrawing,
  buildAbout,
  buildInput,
  buildSituation,
  changedBy,
  clauseIds,
  drawing,
  form,
  invited,
  objectTo,
  visitor,
  wholeInput,
} from '../support/build-acceptance.ts';

const hour = 60 * 60_000;
const questionIds = form.survey.questions.map(({ id }) => id);

/** Facts that change while the customer fills in; few, so that a text comes back. */
const abouts = [
  buildAbout(),
  buildAbout({ answered: 4 }),
  buildAbout({ needs: [], trainer: '{needs}', startedAt: toInstant('2024-12-31T16:05:00.000Z') }),
];

type Form = { input: Omit<SurveyInput, 'rev'>; revOff: number; whole: boolean; objects: boolean };
type Act =
  | { do: 'invite' | 'send' | 'open' | 'remind' | 'revoke' }
  | { do: 'wait'; hours: number }
  | { do: 'learn'; about: number }
  | { do: 'end' }
  | ({ do: 'save' } & Form)
  | ({ do: 'sign' } & Form & { name: string; drawn: boolean; coded: boolean })
  | ({ do: 'decline' } & Form & { name: string; reason: string })
  /** The last save or signature once more, as on a bad line. */
  | { do: 'again' };

const arbitraryAnswer = fc.oneof(
  fc.integer({ min: -1, max: 7 }),
  fc.constantFrom('4', '', 'x', ' 讲得好 ', '长'.repeat(301)),
  fc.constant(null),
);
const arbitraryMark = fc.oneof(
  fc.constant(null),
  fc.record({
    id: fc.constantFrom(...clauseIds),
    about: fc.nat({ max: 2 }),
    reason: fc.constantFrom(null, '', '没讲', '长'.repeat(501)),
  }),
);
const arbitraryForm: fc.Arbitrary<Form> = fc.record({
  input: fc.record({
    answers: fc.dictionary(fc.constantFrom(...questionIds, 'ghost', 'toString'), arbitraryAnswer),
    clauses: fc.array(arbitraryMark, { maxLength: 5 }).map((marks) =>
      Object.fromEntries(
        marks.map((mark) => {
          if (mark === null) return [clauseIds[0]!, null];
          const { id, about, reason } = mark;
          return [id, reason === null ? accept(id, abouts[about]) : objectTo(id, reason, abouts[about])];
        }),
      ),
    ),
  }),
  revOff: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1)),
  /** Everything is filled in as it should be, perhaps with an objection. */
  whole: fc.boolean(),
  objects: fc.boolean(),
});
const arbitraryName = fc.constantFrom('欧阳先生', '欧阳先生', '欧阳先生', ' ', '名'.repeat(41));

const arbitraryAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('invite', 'send', 'open', 'remind') }) },
  { weight: 1, arbitrary: fc.constant<Act>({ do: 'revoke' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.constantFrom(1, 24, 24, 336) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('learn'), about: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.constantFrom<Act>({ do: 'again' }, { do: 'again' }, { do: 'end' }) },
  { weight: 6, arbitrary: arbitraryForm.map((made): Act => ({ do: 'save', ...made })) },
  {
    weight: 4,
    arbitrary: fc
      .record({ made: arbitraryForm, name: arbitraryName, drawn: fc.boolean(), coded: fc.boolean() })
      .map(({ made, ...rest }): Act => ({ do: 'sign', ...made, ...rest })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ made: arbitraryForm, name: arbitraryName, reason: fc.constantFrom('没讲完', ' ') })
      .map(({ made, ...rest }): Act => ({ do: 'decline', ...made, ...rest })),
  },
);

type Step = { before: Acceptance; act: Act; outcome: AcceptanceOutcome | null; situation: Situation };

/** Lives through a sequence of acts; what each led to. */
const live = (acts: readonly Act[], policy: Partial<Situation['policy']>): Step[] => {
  let acceptance: Acceptance = noAcceptance;
  let situation = buildSituation('2025-03-17 10:00', { seq: 1, policy });
  let last: (() => AcceptanceOutcome | null) | null = null;
  return acts.map((act) => {
    situation = { ...moved(situation, act), seq: situation.seq + 1 };
    const now = situation;
    const decide = (): AcceptanceOutcome | null => decided(acceptance, act, now);
    if (act.do === 'save' || act.do === 'sign') {
      const at = acceptance.draft?.rev ?? 0;
      last = () => decided(acceptance, act, now, at);
    }
    const before = acceptance;
    const outcome = act.do === 'again' ? (last?.() ?? null) : decide();
    if (outcome !== null && 'acceptance' in outcome) ({ acceptance } = outcome);
    return { before, act, outcome, situation };
  });
};

const moved = (situation: Situation, act: Act): Situation => {
  if (act.do === 'wait') return { ...situation, now: toInstant(epochMs(situation.now) + act.hours * hour) };
  if (act.do === 'learn') return { ...situation, about: abouts[act.about]! };
  return act.do === 'end' ? { ...situation, stage: 'closed' } : situation;
};

const decided = (
  acceptance: Acceptance,
  act: Act,
  situation: Situation,
  rev = acceptance.draft?.rev ?? 0,
): AcceptanceOutcome | null => {
  const id = acceptance.invitation?.id ?? '1';
  const { now } = situation;
  switch (act.do) {
    case 'invite':
      return inviteCustomer(acceptance, situation);
    case 'send':
      return recordSent(acceptance, now);
    case 'open':
      return recordOpened(acceptance, now);
    case 'remind':
      return recordReminder(acceptance, now);
    case 'revoke':
      return revokeInvitation(acceptance, now);
    case 'save':
      return saveDraft(acceptance, id, sent(act, rev, situation.about!), situation);
    case 'sign': {
      const from = { ...visitor, code: act.coded ? 'sms' : 'none' } as const;
      const signing = { name: act.name, drawing: act.drawn ? drawing : null, from };
      return signAcceptance(
        acceptance,
        id,
        { ...signing, input: sent(act, rev, situation.about!) },
        situation,
      );
    }
    case 'decline': {
      const { name, reason } = act;
      const input = sent(act, rev, situation.about!);
      return declineAcceptance(acceptance, id, { input, name, reason, from: visitor }, situation);
    }
    default:
      return null;
  }
};

const sent = ({ input, revOff, whole, objects }: Form, rev: number, about: ClauseFacts): SurveyInput => {
  const page = { ...input, rev: Math.max(0, rev + revOff) };
  if (!whole) return page;
  const { answers, clauses } = wholeInput({}, about);
  const objections = objects ? { 'needs-met': objectTo('needs-met', '没讲', about) } : {};
  return {
    ...page,
    answers: { 'to-improve': null, 'helped-most': null, ...answers },
    clauses: { ...clauses, ...objections },
  };
};

const arbitraryPolicy = fc.record({
  code: fc.constantFrom('none' as const, 'none' as const, 'sms' as const),
  typedSignature: fc.boolean(),
});

/** Every step of any sequence. */
const always = (check: (step: Step, steps: readonly Step[]) => void, numRuns = 400): void =>
  fc.assert(
    fc.property(fc.array(arbitraryAct, { maxLength: 20, size: 'max' }), arbitraryPolicy, (acts, policy) => {
      const steps = live([{ do: 'invite' }, ...acts], policy);
      for (const step of steps) check(step, steps);
    }),
    { numRuns },
  );

const changeOf = ({ outcome }: Step): AcceptanceChange | null =>
  outcome !== null && 'acceptance' in outcome ? outcome : null;

/** What a clause says, put together by other means: the zone's own data and plain splitting. */
const sayBy = (says: string, about: ClauseFacts): string => {
  const day = (ms: number) => {
    const parts = new Intl.DateTimeFormat('zh-CN', {
      timeZone: 'Asia/Shanghai',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(ms);
    const of = (type: string) => parts.find((part) => part.type === type)!.value;
    return { date: `${of('year')}年${of('month')}月${of('day')}日`, time: `${of('hour')}:${of('minute')}` };
  };
  const started = day(epochMs(about.startedAt));
  const deadline = Date.parse(`${about.deadline}T12:00:00+08:00`);
  const facts: Record<string, string> = {
    startedAt: `${started.date} ${started.time}`,
    minutes: `${about.minutes}`,
    trainer: about.trainer,
    needs: about.needs.length > 0 ? about.needs.join('、') : '门店套餐里的功能',
    answered: `${about.answered}`,
    maintenanceTo: day(deadline - 24 * hour).date,
    deadline: day(deadline).date,
    ...about.serviceContact,
  };
  return says
    .split(/[{}]/)
    .map((piece, index) => (index % 2 === 0 ? piece : facts[piece]!))
    .join('');
};

describe('survey and acceptance, whatever is done in whatever order,', () => {
  it('R4.2 have one result at most, which nothing changes, and which comes from a signature or a refusal only', () => {
    const seen = { signed: 0, declined: 0, complaints: 0 };
    always((step) => {
      const { before, act } = step;
      const change = changeOf(step);
      if (before.result !== null) expect(change).toBeNull();
      if (change?.acceptance.result !== undefined && change.acceptance.result !== before.result) {
        seen[change.acceptance.result!.type] += 1;
        seen.complaints += change.complaints.length;
        expect(['sign', 'decline', 'again']).toContain(act.do);
        expect(change.acceptance.result!.type).toBe(act.do === 'decline' ? 'declined' : 'signed');
      }
    });
    // The sequences come that far at all.
    expect(Math.min(seen.signed, seen.declined, seen.complaints)).toBeGreaterThan(20);
  });

  it('R4.2 silence is never acceptance: without a signature no time, reminder or half-filled form accepts', () => {
    fc.assert(
      fc.property(
        fc.array(
          arbitraryAct.filter((act) => !['sign', 'decline', 'again'].includes(act.do)),
          { maxLength: 25 },
        ),
        (acts) => {
          for (const step of live([{ do: 'invite' }, ...acts], {})) {
            const acceptance = changeOf(step)?.acceptance ?? step.before;
            expect(acceptance.result).toBeNull();
            const state = acceptanceStateOf(acceptance, toInstant('2099-01-01T00:00:00.000Z'));
            expect(['not-invited', 'expired', 'revoked']).toContain(state);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('R4.2 are never signed without every required answer, every clause, a name, and what the policy asks for', () => {
    always((step) => {
      const result = changeOf(step)?.acceptance.result ?? null;
      if (result?.type !== 'signed') return;
      const { policy, now } = step.situation;
      for (const question of form.survey.questions) {
        const answer = result.answers[question.id];
        if (question.required) expect(answer).toBeDefined();
        if (answer === undefined) continue;
        if (question.kind === 'rating') expect([1, 2, 3, 4, 5]).toContain(answer);
        else expect(String(answer).length).toBeLessThanOrEqual(question.maxLength);
      }
      expect(Object.keys(result.answers).filter((id) => !questionIds.includes(id))).toEqual([]);
      expect(result.clauses.map(({ id }) => id)).toEqual(clauseIds);
      for (const clause of result.clauses)
        if (clause.verdict === 'object') expect(['没讲']).toContain(clause.reason);
      expect(result.name).toBe('欧阳先生');
      if (policy.code === 'sms') expect(result.from.code).toBe('sms');
      if (!policy.typedSignature) expect(result.signature).not.toBeNull();
      expect(result.weaknesses.includes('no-code')).toBe(result.from.code === 'none');
      expect(result.weaknesses.includes('not-drawn')).toBe(result.signature === null);
      expect(now < step.before.invitation!.expiresAt).toBe(true);
      expect(step.before.invitation!.revokedAt).toBeNull();
      expect(step.situation.stage).toBe('acceptance');
    });
  });

  it('R4.2 accept exactly what the form of that version says of the order as it is at the signature', () => {
    always((step) => {
      const result = changeOf(step)?.acceptance.result ?? null;
      for (const { id, text } of result?.clauses ?? []) {
        const { says } = form.confirmation.clauses.find((clause) => clause.id === id)!;
        expect(text).toBe(sayBy(says.zh, step.situation.about!));
      }
    });
  });

  it('R4.2 open one complaint for each objection of the result, and no other', () => {
    always((step) => {
      const change = changeOf(step);
      const objections = (change?.acceptance.result?.clauses ?? []).flatMap((clause) =>
        clause.verdict === 'object' ? [[clause.id, clause.reason]] : [],
      );
      expect((change?.complaints ?? []).map(({ clause, reason }) => [clause, reason])).toEqual(objections);
      for (const { raisedAt, dueAt } of change?.complaints ?? [])
        expect(epochMs(dueAt) - epochMs(raisedAt)).toBe(24 * hour);
    });
  });

  it('R4.2 keep a draft that only its newest page changes, by one number at a time', () => {
    always((step) => {
      const change = changeOf(step);
      const [old, next] = [step.before.draft, change?.acceptance.draft ?? null];
      if (change === null || next === null || next === old) return;
      expect(step.act.do === 'save' || step.act.do === 'again').toBe(true);
      expect(next.rev).toBe((old?.rev ?? 0) + 1);
      if (step.act.do === 'save')
        expect(step.act.revOff === 0 || (old === null && step.act.revOff < 0)).toBe(true);
    });
  });

  it('R4.2 are stored and read back as they are, and tell the history no text', () => {
    always((step) => {
      const change = changeOf(step);
      if (change === null) return;
      expect(acceptanceSchema.parse(JSON.parse(JSON.stringify(change.acceptance)))).toEqual(
        change.acceptance,
      );
      expect(JSON.stringify(change.facts)).not.toMatch(/讲|欧阳|长/);
    }, 150);
  });
});

describe('a drawing', () => {
  it('R4.2 has the same digest after any number of round trips through JSON', () => {
    fc.assert(
      fc.property(arbitraryDrawing, (drawn) => {
        const read = drawingSchema.parse(JSON.parse(JSON.stringify(drawn)));
        expect(signatureDigest(read)).toBe(signatureDigest(drawn));
        expect(JSON.stringify(drawn)).not.toMatch(/e-|\d\.\d{5}/);
      }),
    );
  });

  it('R4.2 has another digest when any coordinate, time or stroke is another', () => {
    fc.assert(
      fc.property(arbitraryDrawing, fc.nat(), fc.nat(), fc.nat({ max: 2 }), (drawn, a, b, which) => {
        const changed = structuredClone(drawn);
        const stroke = changed[a % changed.length]!;
        const point = stroke[b % stroke.length]!;
        const step = which === 2 ? 1 : 0.0001;
        point[which] = point[which]! > 0.5 ? point[which]! - step : point[which]! + step;
        expect(signatureDigest(changed)).not.toBe(signatureDigest(drawn));
        expect(signatureDigest([...drawn, drawn[0]!])).not.toBe(signatureDigest(drawn));
      }),
    );
  });
});

const signedWith = (answers: SurveyInput['answers'], objections: readonly string[]): AcceptanceResult => {
  const clauses = Object.fromEntries(
    clauseIds.map((id) => [id, objections.includes(id) ? objectTo(id, '没讲') : accept(id)]),
  );
  const input = buildInput({ answers, clauses });
  const signing = { input, name: '欧阳先生', drawing, from: visitor };
  return changedBy(signAcceptance(invited(), '40', signing, buildSituation('2025-03-17 12:00'))).acceptance
    .result!;
};
const rating = fc.integer({ min: 1, max: 5 });
const ratings = Object.keys(allRatings);
const arbitraryResult = fc
  .record({
    values: fc.tuple(...ratings.map(() => rating)),
    answers: fc.option(rating),
    objections: fc.subarray(clauseIds),
  })
  .map(({ values, answers, objections }) =>
    signedWith(
      { ...Object.fromEntries(ratings.map((id, index) => [id, values[index]!])), answers, 'to-improve': '5' },
      objections,
    ),
  );
const arbitrarySurveyed: fc.Arbitrary<Surveyed[]> = fc.array(
  fc.record({
    trainerId: fc.constantFrom('T1', 'T2'),
    system: fc.constantFrom('芸苔系统', '游乐宝系统'),
    invitedAt: fc.constantFrom(toInstant('2025-03-31T15:59:59.999Z'), toInstant('2025-03-31T16:00:00.000Z')),
    result: fc.option(arbitraryResult),
  }),
  { maxLength: 12 },
);
const arbitraryDimensions = fc.subarray<Dimension>(['trainerId', 'system', 'month']);

describe('satisfaction', () => {
  it('R4.2 does not depend on the order in which orders come', () => {
    fc.assert(
      fc.property(
        arbitrarySurveyed.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        arbitraryDimensions,
        ([all, shuffled], dimensions) => {
          expect(satisfactionBy(dimensions, shuffled, 5)).toEqual(satisfactionBy(dimensions, all, 5));
        },
      ),
    );
  });

  it('R4.2 is what counting by hand gives, and every invitation is counted once', () => {
    fc.assert(
      fc.property(
        arbitrarySurveyed,
        arbitraryDimensions,
        fc.integer({ min: 1, max: 6 }),
        (all, by, least) => {
          const rows = satisfactionBy(by, all, least);
          expect(rows.reduce((sum, { invited }) => sum + invited, 0)).toBe(all.length);
          for (const row of rows) {
            const mine = all.filter(
              (one) =>
                (row.trainerId === null || row.trainerId === one.trainerId) &&
                (row.system === null || row.system === one.system) &&
                (row.month === null ||
                  row.month === (one.invitedAt < '2025-03-31T16' ? '2025-03' : '2025-04')),
            );
            const given = mine.filter(({ result }) => result !== null);
            expect(row).toMatchObject({
              invited: mine.length,
              signed: given.length,
              declined: 0,
              responseRate: given.length / mine.length,
              enough: given.length >= least,
            });
            for (const { id, answers, mean, good, enough } of row.questions) {
              let [count, sum, high] = [0, 0, 0];
              for (const { result } of given) {
                const value = Number(result!.answers[id] ?? 0);
                if (value > 0) [count, sum, high] = [count + 1, sum + value, high + (value > 3 ? 1 : 0)];
              }
              expect([answers, mean, enough]).toEqual([
                count,
                count === 0 ? null : sum / count,
                count >= least,
              ]);
              expect(good?.count ?? null).toBe(count === 0 ? null : high);
              expect(good?.share ?? null).toBe(count === 0 ? null : high / count);
            }
            for (const { id, judged, objections } of row.clauses) {
              const against = given.filter(({ result }) =>
                result!.clauses.some((clause) => clause.id === id && clause.verdict === 'object'),
              );
              expect([judged, objections]).toEqual([given.length, against.length]);
            }
            expect(row.questions.length).toBe(given.length === 0 ? 0 : 6);
          }
        },
      ),
    );
  });

  it('R4.2 gives a share the interval whose ends are just as far from it as Wilson’s test allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }).chain((of) => fc.tuple(fc.nat({ max: of }), fc.constant(of))),
        ([count, of]) => {
          const { low, high } = wilsonInterval(count, of);
          const share = count / of;
          expect(0 <= low && low <= share && share <= high && high <= 1).toBe(true);
          for (const end of [low, high])
            if (end > 0 && end < 1)
              expect(Math.abs(share - end) / Math.sqrt((end * (1 - end)) / of)).toBeCloseTo(1.959964, 4);
          const other = wilsonInterval(of - count, of);
          expect(other.low).toBeCloseTo(1 - high, 10);
        },
      ),
    );
  });
});
