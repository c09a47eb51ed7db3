import { describe, expect, it } from 'vitest';
import type { Surveyed } from '../../shared/domain/acceptance/satisfaction.ts';
import { satisfactionBy } from '../../shared/domain/acceptance/satisfaction.ts';
import { wilsonInterval } from '../../shared/domain/acceptance/wilson-interval.ts';
import { declineAcceptance, signAcceptance } from '../../shared/domain/acceptance/sign-acceptance.ts';
import type { SurveyInput } from '../../shared/domain/acceptance/answer-survey.ts';
import {
  allRatings,
  buildInput,
  buildSigning,
  buildSituation,
  changedBy,
  invited,
  objectTo,
  visitor,
  wholeInput,
} from '../support/build-acceptance.ts';
import { at } from '../support/build-order.ts';

const noon = buildSituation('2025-03-17 12:00');

const signed = (input: Partial<SurveyInput> = {}): Surveyed['result'] =>
  changedBy(signAcceptance(invited(), '40', buildSigning({ input: wholeInput(input) }), noon)).acceptance
    .result;

const declined = (input: Partial<SurveyInput> = {}): Surveyed['result'] => {
  const declining = { input: buildInput(input), name: '欧阳先生', reason: '没讲完', from: visitor };
  return changedBy(declineAcceptance(invited(), '40', declining, noon)).acceptance.result;
};

const surveyed = (overrides: Partial<Surveyed> = {}): Surveyed => ({
  trainerId: 'T1',
  system: '芸苔系统',
  invitedAt: at('2025-03-17 10:00'),
  result: signed(),
  ...overrides,
});

describe('satisfaction', () => {
  it('R4.2 counts answers, their mean, the share of 4 and 5, and objections to each clause', () => {
    const rated = (overall: number) => surveyed({ result: signed({ answers: { ...allRatings, overall } }) });
    const objecting = wholeInput({
      clauses: { ...wholeInput().clauses, 'needs-met': objectTo('needs-met', '报表没讲') },
    });
    const [figures] = satisfactionBy(
      [],
      [
        rated(5),
        rated(4),
        rated(3),
        surveyed({ result: signed(objecting) }),
        surveyed({ result: declined({ answers: { overall: 1 } }) }),
        surveyed({ result: null }),
      ],
      5,
    );
    expect(figures).toMatchObject({
      trainerId: null,
      system: null,
      month: null,
      invited: 6,
      signed: 4,
      declined: 1,
      responseRate: 5 / 6,
      enough: true,
    });
    expect(figures?.questions.find(({ id }) => id === 'overall')).toEqual({
      id: 'overall',
      answers: 5,
      enough: true,
      mean: 17 / 5,
      good: { count: 3, share: 0.6, low: expect.closeTo(0.2307, 4), high: expect.closeTo(0.8824, 4) },
    });
    expect(figures?.questions.find(({ id }) => id === 'clarity')).toMatchObject({
      answers: 4,
      enough: false,
      mean: 5,
    });
    expect(figures?.questions.find(({ id }) => id === 'answers')).toEqual({
      id: 'answers',
      answers: 0,
      enough: false,
      mean: null,
      good: null,
    });
    expect(figures?.questions.map(({ id }) => id)).toEqual([
      'clarity',
      'usefulness',
      'attitude',
      'answers',
      'confidence',
      'overall',
    ]);
    expect(figures?.clauses).toEqual([
      { id: 'training-held', judged: 4, objections: 0 },
      { id: 'needs-met', judged: 4, objections: 1 },
      { id: 'questions-answered', judged: 4, objections: 0 },
      { id: 'recording-received', judged: 4, objections: 0 },
      { id: 'rules-known', judged: 4, objections: 0 },
    ]);
  });

  it('R4.2 is told by trainer, system and month of the invitation in Shanghai', () => {
    const orders = [
      surveyed({ trainerId: 'T2' }),
      surveyed({ invitedAt: at('2025-04-01 00:00') }),
      surveyed({ invitedAt: at('2025-03-31 23:59:59.999'), result: null }),
      surveyed({ system: '游乐宝系统', result: null }),
    ];
    const keys = (...dimensions: Parameters<typeof satisfactionBy>[0]) =>
      satisfactionBy(dimensions, orders, 5).map(({ trainerId, system, month, invited, signed }) =>
        [trainerId, system, month, invited, signed].filter((value) => value !== null),
      );
    expect(keys('trainerId')).toEqual([
      ['T1', 3, 1],
      ['T2', 1, 1],
    ]);
    expect(keys('month')).toEqual([
      ['2025-03', 3, 1],
      ['2025-04', 1, 1],
    ]);
    expect(keys('system')).toEqual([
      ['游乐宝系统', 1, 0],
      ['芸苔系统', 3, 2],
    ]);
    expect(keys('month', 'system', 'trainerId')).toEqual([
      ['T1', '游乐宝系统', '2025-03', 1, 0],
      ['T1', '芸苔系统', '2025-03', 1, 0],
      ['T1', '芸苔系统', '2025-04', 1, 1],
      ['T2', '芸苔系统', '2025-03', 1, 1],
    ]);
  });

  it('R4.2 says where there are too few answers to judge by, and makes none up', () => {
    expect(satisfactionBy([], [surveyed({ result: null })], 5)).toEqual([
      {
        trainerId: null,
        system: null,
        month: null,
        invited: 1,
        signed: 0,
        declined: 0,
        responseRate: 0,
        enough: false,
        questions: [],
        clauses: [],
      },
    ]);
    expect(satisfactionBy(['month'], [], 5)).toEqual([]);
    const four = Array.from({ length: 4 }, () => surveyed());
    expect(satisfactionBy([], four, 5)[0]?.enough).toBe(false);
    expect(satisfactionBy([], four, 4)[0]?.enough).toBe(true);
  });
});

describe('the interval of a share', () => {
  // Computed in Python by the formula in its other form, from the share instead of the count.
  it.each([
    [8, 10, 0.490162, 0.943318],
    [1, 2, 0.094531, 0.905469],
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [1, 1, 0.206549, 1],
    [50, 100, 0.403832, 0.596168],
  ])('R4.2 of %i of %i is that of Wilson', (count, of, low, high) => {
    const interval = wilsonInterval(count, of);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });

  it('R4.2 ends exactly at none and at all', () => {
    for (const of of [1, 3, 7, 1000]) {
      expect(wilsonInterval(0, of).low).toBe(0);
      expect(wilsonInterval(of, of).high).toBe(1);
    }
  });
});
