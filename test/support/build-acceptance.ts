import * as fc from 'fast-check';
import type {
  AcceptanceChange,
  AcceptanceOutcome,
  AcceptanceRefusal,
  Situation,
} from '../../shared/domain/acceptance/acceptance-decision.ts';
import type { Acceptance } from '../../shared/domain/acceptance/acceptance-facts.ts';
import { noAcceptance } from '../../shared/domain/acceptance/acceptance-facts.ts';
import { acceptancePolicy20250324 } from '../../shared/domain/acceptance/acceptance-policy.ts';
import type { SurveyInput } from '../../shared/domain/acceptance/answer-survey.ts';
import type { ClauseFacts } from '../../shared/domain/acceptance/clauses.ts';
import { clausesOf } from '../../shared/domain/acceptance/clauses.ts';
import type { Drawing } from '../../shared/domain/acceptance/drawing.ts';
import { inviteCustomer } from '../../shared/domain/acceptance/invitation.ts';
import type { Signing } from '../../shared/domain/acceptance/sign-acceptance.ts';
import { surveyFormOf } from '../../shared/domain/acceptance/survey-forms.ts';
import type { Visitor } from '../../shared/domain/acceptance/visitor.ts';
import type { CalendarDay } from '../../shared/domain/instant.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { at } from './build-order.ts';

export const form = surveyFormOf('2025-03-24');

/** What the clauses of the rule book's example say. */
export const buildAbout = (overrides: Partial<ClauseFacts> = {}): ClauseFacts => ({
  startedAt: at('2025-03-09 14:00'),
  minutes: 120,
  trainer: '张三',
  needs: ['会员储值', '门票核销'],
  answered: 3,
  deadline: '2025-03-17' as CalendarDay,
  serviceContact: currentPolicy.serviceContact,
  ...overrides,
});

type Overrides = Partial<Omit<Situation, 'policy' | 'now'>> & { policy?: Partial<Situation['policy']> };

/** Day 9 at this time in Shanghai, after the training was held. */
export const buildSituation = (now: string, { policy, ...rest }: Overrides = {}): Situation => ({
  now: at(now),
  seq: 40,
  stage: 'acceptance',
  about: buildAbout(),
  policy: { ...acceptancePolicy20250324, ...policy },
  ...rest,
});

export const changedBy = (outcome: AcceptanceOutcome | null): AcceptanceChange => {
  if (outcome === null) throw new Error('it changes nothing');
  if ('refusal' in outcome) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
  return outcome;
};

export const refusalOf = (outcome: object | null): AcceptanceRefusal => {
  if (outcome !== null && 'refusal' in outcome) return outcome.refusal as AcceptanceRefusal;
  throw new Error('accepted');
};

/** Invited on day 9 at 10:00, under the id 40. */
export const invited = (overrides: Overrides = {}): Acceptance =>
  changedBy(inviteCustomer(noAcceptance, buildSituation('2025-03-17 10:00', overrides))).acceptance;

export const clauseIds = form.confirmation.clauses.map(({ id }) => id);
export const shownOf = (id: string, about: ClauseFacts = buildAbout()): string =>
  clausesOf(form, about).find((clause) => clause.id === id)!.shown;

export const accept = (id: string, about?: ClauseFacts) =>
  ({ verdict: 'accept', shown: shownOf(id, about) }) as const;
export const objectTo = (id: string, reason: string, about?: ClauseFacts) =>
  ({ verdict: 'object', reason, shown: shownOf(id, about) }) as const;

export const buildInput = (overrides: Partial<SurveyInput> = {}): SurveyInput => ({
  rev: 0,
  answers: {},
  clauses: {},
  ...overrides,
});

export const allRatings = { clarity: 5, usefulness: 4, attitude: 5, confidence: 3, overall: 4 };

/** Everything that is required, and every clause accepted. */
export const wholeInput = (overrides: Partial<SurveyInput> = {}, about?: ClauseFacts): SurveyInput =>
  buildInput({
    answers: allRatings,
    clauses: Object.fromEntries(clauseIds.map((id) => [id, accept(id, about)])),
    ...overrides,
  });

export const drawing: Drawing = [
  [
    [0.1, 0.5, 0],
    [0.2, 0.4512, 16],
    [0.3, 0.4, 33],
  ],
  [
    [0.5, 0.2, 400],
    [0.5, 0.6, 430],
    [0.5, 1, 460],
  ],
];

export const visitor: Visitor = { ipHash: 'ab'.repeat(32), agent: 'wechat', code: 'none' };

export const buildSigning = (overrides: Partial<Signing> = {}): Signing => ({
  input: wholeInput(),
  name: '欧阳先生',
  drawing,
  from: visitor,
  ...overrides,
});

const arbitraryCoordinate = fc.integer({ min: 0, max: 10_000 }).map((step) => step / 10_000);
export const arbitraryDrawing: fc.Arbitrary<Drawing> = fc.array(
  fc.array(fc.tuple(arbitraryCoordinate, arbitraryCoordinate, fc.integer({ min: 0, max: 600_000 })), {
    minLength: 1,
    maxLength: 12,
  }),
  { minLength: 1, maxLength: 6 },
);
