import { compareText } from '../compare-text.ts';
import type { Instant } from '../instant.ts';
import { monthOf } from '../instant.ts';
import type { AcceptanceResult } from './acceptance-facts.ts';
import { surveyFormOf } from './survey-forms.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** An order whose customer was invited, and how they have decided. `trainerId`: who gave the training. */
export type Surveyed = {
  trainerId: string;
  system: string;
  /** When the customer was first invited. The month is that of it, so that each answer is counted where its invitation is. */
  invitedAt: Instant;
  result: AcceptanceResult | null;
};

export type Dimension = 'trainerId' | 'system' | 'month';

export type QuestionFigures = {
  id: string;
  answers: number;
  /** Whether these are as many answers as a figure should have. */
  enough: boolean;
  /** From 1 to 5; null without answers. */
  mean: number | null;
  /** Answers of 4 and 5, their share, and its 95 % interval; null without answers. */
  good: { count: number; share: number; low: number; high: number } | null;
};

export type ClauseFigures = { id: string; judged: number; objections: number };

/** R4.2 Figures of one group; a dimension that was not asked for is null. */
export type Satisfaction = Record<Dimension, string | null> & {
  invited: number;
  signed: number;
  declined: number;
  /** Results per invitation, 0 to 1. */
  responseRate: number;
  enough: boolean;
  questions: readonly QuestionFigures[];
  clauses: readonly ClauseFigures[];
};

/**
 * R4.2 What customers think, by the dimensions asked for, in the order of their values. Who declines has a say too, in what they answered.
 * `least`: from fewer answers a figure is not `enough` to judge anybody by, and says so.
 */
export const satisfactionBy = (
  dimensions: readonly Dimension[],
  surveyed: readonly Surveyed[],
  least: number,
): readonly Satisfaction[] => {
  const groups = Map.groupBy(surveyed, (one) => JSON.stringify(keyOf(one, dimensions)));
  return [...groups.values()]
    .map((group) => figuresOf(group, dimensions, least))
    .toSorted((a, b) => compareKeys(a, b));
};

type Key = Record<Dimension, string | null>;

const keyOf = ({ trainerId, system, invitedAt }: Surveyed, dimensions: readonly Dimension[]): Key => ({
  trainerId: dimensions.includes('trainerId') ? trainerId : null,
  system: dimensions.includes('system') ? system : null,
  month: dimensions.includes('month') ? monthOf(invitedAt) : null,
});

const compareKeys = (a: Key, b: Key): number =>
  compareText(a.trainerId ?? '', b.trainerId ?? '') ||
  compareText(a.system ?? '', b.system ?? '') ||
  compareText(a.month ?? '', b.month ?? '');

const figuresOf = (
  group: readonly Surveyed[],
  dimensions: readonly Dimension[],
  least: number,
): Satisfaction => {
  const [first] = group;
  if (first === undefined) throw new Error('a group of nothing');
  const results = group.flatMap(({ result }) => result ?? []);
  const signed = results.filter(({ type }) => type === 'signed').length;
  return {
    ...keyOf(first, dimensions),
    invited: group.length,
    signed,
    declined: results.length - signed,
    responseRate: results.length / group.length,
    enough: results.length >= least,
    questions: questionIds(results).map((id) => questionFigures(id, results, least)),
    clauses: clauseIds(results).map((id) => clauseFigures(id, results)),
  };
};

/** The forms that were answered, the oldest first. */
const formsOf = (results: readonly AcceptanceResult[]) =>
  [...new Set(results.map(({ form }) => form))].toSorted(compareText).map((form) => surveyFormOf(form));

const questionIds = (results: readonly AcceptanceResult[]): string[] => [
  ...new Set(
    formsOf(results).flatMap(({ survey }) =>
      survey.questions.filter(({ kind }) => kind === 'rating').map(({ id }) => id),
    ),
  ),
];

const clauseIds = (results: readonly AcceptanceResult[]): string[] => [
  ...new Set(formsOf(results).flatMap(({ confirmation }) => confirmation.clauses.map(({ id }) => id))),
];

const questionFigures = (
  id: string,
  results: readonly AcceptanceResult[],
  least: number,
): QuestionFigures => {
  const ratings = results.map(({ answers }) => answers[id]).filter((answer) => typeof answer === 'number');
  const answers = ratings.length;
  if (answers === 0) return { id, answers, enough: answers >= least, mean: null, good: null };
  const count = ratings.filter((rating) => rating >= 4).length;
  return {
    id,
    answers,
    enough: answers >= least,
    mean: ratings.reduce((sum, rating) => sum + rating, 0) / answers,
    good: { count, share: count / answers, ...wilsonInterval(count, answers) },
  };
};

const clauseFigures = (id: string, results: readonly AcceptanceResult[]): ClauseFigures => {
  const verdicts = results.flatMap(({ clauses }) => clauses.filter((clause) => clause.id === id));
  return {
    id,
    judged: verdicts.length,
    objections: verdicts.filter(({ verdict }) => verdict === 'object').length,
  };
};
