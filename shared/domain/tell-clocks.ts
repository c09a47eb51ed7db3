import type { Draft, Facts, Notice } from './decision.ts';
import { noticeFor } from './notices.ts';
import type { Order } from './order.ts';
import { isLive } from './order.ts';
import { responderOf } from './people.ts';
import { clocksOf, openQuestions } from './questions.ts';
import { breachText, reminderText, withdrawnText } from './question-texts.ts';
import type { ReplyClock } from './reply-clocks.ts';
import { holdingsOf } from './holdings.ts';
import { runningStep } from './support.ts';

/**
 * R3.1 Tells what has become of the order's questions by now, each once: the reminder, the breach, and that a breach is withdrawn where a
 * message that came late shows that there was none. Notes how many questions are open.
 */
export const tellClocks = ({ order, notices }: Draft, facts: Facts): Draft => {
  const clocks = clocksOf(order, facts.policy, facts.now);
  const told = order.facts.clocksTold;
  const news = clocks.flatMap((clock) => newsOf(clock, told[clock.id], facts));
  const breached = new Set(clocks.filter(({ state }) => state === 'breached').map(({ id }) => id));
  const withdrawn = Object.keys(told).filter((id) => told[id] === 'breached' && !breached.has(id));
  const found = clocks.filter(({ id }) => withdrawn.includes(id));
  /** A clock that is gone has become part of an earlier question's: then this one's breach speaks for both. */
  const isTold = found.length > 0 || !news.some(({ what }) => what === 'breached');
  const clocksTold = Object.fromEntries([
    ...Object.entries(told).filter(([id]) => !withdrawn.includes(id)),
    ...news.map(({ clock, what }) => [clock.id, what] as const),
  ]);
  const open = openQuestions(order, facts.policy, facts.now);
  const noted = { ...order, openQuestions: summary(open), facts: { ...order.facts, clocksTold } };
  return {
    order: noted,
    notices: [
      ...notices,
      ...news.flatMap(({ clock, what }) =>
        what === 'reminded' ? reminders(noted, clock, facts) : breachNotices(noted, clock, facts),
      ),
      ...(withdrawn.length > 0 && isTold ? withdrawals(noted, found, facts) : []),
    ],
  };
};

type News = { clock: ReplyClock; what: 'reminded' | 'breached' };

const newsOf = (clock: ReplyClock, told: News['what'] | undefined, { now }: Facts): readonly News[] => {
  if (clock.state === 'breached' && told !== 'breached') return [{ clock, what: 'breached' }];
  const isTime = clock.state === 'running' && clock.remindAt !== null && clock.remindAt <= now;
  return isTime && told === undefined ? [{ clock, what: 'reminded' }] : [];
};

const summary = (open: readonly ReplyClock[]): Order['openQuestions'] => {
  const since = open[0]?.askedAt;
  return since === undefined ? null : { since, count: open.length };
};

/** R3.2 While support has stepped in, it hears of the question as well. */
const reminders = (order: Order, clock: ReplyClock, facts: Facts): readonly Notice[] => {
  const hasStepped = responderOf(order) === 'trainer' && runningStep(order, facts.policy, facts.now) !== null;
  const saying = {
    kind: 'reply-reminder',
    rule: 'R3.1',
    text: reminderText(order, clock, facts.now),
    ofClock: { id: clock.id, state: 'running' },
  } as const;
  const parties = hasStepped ? (['responder', 'support'] as const) : (['responder'] as const);
  return parties.map((tell) => noticeFor(order, { ...saying, tell }, facts));
};

/** Whoever breached it hears of it, unless somebody else answers by now; the assistant always. */
const breachNotices = (order: Order, clock: ReplyClock, facts: Facts): readonly Notice[] => {
  const isResponder = holdingsOf(order.facts).at(-1)?.holder === clock.holder;
  const saying = {
    kind: 'reply-breached',
    rule: 'R3.1',
    text: breachText(order, clock, facts),
    ofClock: { id: clock.id, state: 'breached' },
    ofEnd: !isLive(order),
  } as const;
  const parties = isResponder ? (['responder', 'assistant'] as const) : (['assistant'] as const);
  return parties.map((tell) => noticeFor(order, { ...saying, tell }, facts));
};

/** Whoever was told of the breach hears that it is withdrawn. */
const withdrawals = (order: Order, clocks: readonly ReplyClock[], facts: Facts): readonly Notice[] => {
  const saying = {
    kind: 'breach-withdrawn',
    rule: 'R3.1',
    text: withdrawnText(order, clocks),
    ofEnd: !isLive(order),
  } as const;
  const holder = holdingsOf(order.facts).at(-1)?.holder;
  const isResponder = clocks.some((clock) => clock.holder === holder);
  const parties = isResponder ? (['responder', 'assistant'] as const) : (['assistant'] as const);
  return parties.map((tell) => noticeFor(order, { ...saying, tell }, facts));
};

/** R3.1 How many breaches have come to light between two records of an order. */
export const breachesBetween = (before: Order | null, after: Order): number =>
  Object.entries(after.facts.clocksTold).filter(
    ([id, told]) => told === 'breached' && before?.facts.clocksTold[id] !== 'breached',
  ).length;
