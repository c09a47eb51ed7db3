import { sha256Hex } from '../history.ts';
import { trainerAt } from '../holdings.ts';
import type { CalendarDay, Instant } from '../instant.ts';
import { dayOf, epochMs, plusDays, spokenTime } from '../instant.ts';
import type { Order } from '../order.ts';
import type { Policy } from '../policy.ts';
import { clocksOf, lastClocks, unansweredQuestions } from '../questions.ts';
import type { Language, SurveyForm } from './survey-form.ts';

/** R4.2 What the clauses say of an order. */
export type ClauseFacts = {
  startedAt: Instant;
  minutes: number;
  trainer: string;
  needs: readonly string[];
  /** Questions of the maintenance period that were answered, in the group or by phone. */
  answered: number;
  deadline: CalendarDay;
  serviceContact: Policy['serviceContact'];
};

/** R4.2 The facts of the order that its clauses name; null until the training has been held. Whoever gave the training is named, also if another has the order now. */
export const clauseFactsOf = (order: Order, policy: Policy): ClauseFacts | null => {
  const { startedAt, finishedAt } = order.training;
  if (startedAt === null || finishedAt === null) return null;
  return {
    startedAt,
    minutes: Math.round((epochMs(finishedAt) - epochMs(startedAt)) / 60_000),
    trainer: trainerAt(order.facts, startedAt).name,
    needs: [...order.shop.needs, ...(order.facts.needs?.extraNeeds ?? [])],
    answered: answeredQuestions(order, policy),
    deadline: order.deadline,
    serviceContact: policy.serviceContact,
  };
};

/** As with what is unanswered, the number follows from what was said, at whatever time one looks. */
const answeredQuestions = (order: Order, policy: Policy): number => {
  const asked = lastClocks(clocksOf(order, policy, order.createdAt)).filter(
    ({ state }) => state !== 'dismissed',
  );
  return asked.length - unansweredQuestions(order, policy).length;
};

/** R4.2 A clause as the customer reads it. `shown` is its digest: a verdict names it, and so holds for this text only. */
export type Clause = { id: string; title: string; text: string; shown: string };

export const clausesOf = (
  { form, confirmation }: SurveyForm,
  about: ClauseFacts,
  language: Language = 'zh',
): readonly Clause[] => {
  const values = valuesOf(about, confirmation.noNeeds[language], language);
  return confirmation.clauses.map(({ id, title, says }) => {
    const text = fill(says[language], values);
    return { id, title: title[language], text, shown: sha256Hex({ form, id, text }) };
  });
};

const valuesOf = (about: ClauseFacts, noNeeds: string, language: Language): ReadonlyMap<string, string> => {
  const { startedAt, minutes, trainer, needs, answered, deadline, serviceContact } = about;
  return new Map([
    ['startedAt', writtenTime(startedAt, language)],
    ['minutes', String(minutes)],
    ['trainer', trainer],
    ['needs', needs.length === 0 ? noNeeds : needs.join({ zh: '、', en: ', ' }[language])],
    ['answered', String(answered)],
    ['maintenanceTo', writtenDay(plusDays(deadline, -1), language)],
    ['deadline', writtenDay(deadline, language)],
    ['link', serviceContact.link],
    ['publicAccount', serviceContact.publicAccount],
    ['keyword', serviceContact.keyword],
  ]);
};

/** What is filled in is not looked through again: a need that reads like a placeholder stays as it is. Throws on a placeholder without a fact. */
const fill = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no fact for the placeholder ${name}`);
    return value;
  });

/** With the year, as what is signed is kept: `2025年3月17日`, `2025-03-17`. */
const writtenDay = (day: CalendarDay, language: Language): string => {
  const [year, month, date] = day.split('-').map(Number);
  return language === 'zh' ? `${year}年${month}月${date}日` : day;
};

const writtenTime = (instant: Instant, language: Language): string =>
  `${writtenDay(dayOf(instant), language)} ${spokenTime(instant).split(' ')[1]}`;
