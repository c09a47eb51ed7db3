import type { Instant } from '../../../shared/domain/instant.ts';
import type { OrderAccount } from './account.ts';
import { isOwed } from './check-questions.ts';

/** What became of the questions that somebody had to answer: a trainer, or the support desk under an emergency plan. */
export type HolderTotal = {
  holder: string;
  name: string;
  asked: number;
  inTime: number;
  breached: number;
  /** Handed on to somebody else, or left to day 9, before the time was up. */
  passedOn: number;
  dismissed: number;
  waiting: number;
  callsOwed: number;
  callsMade: number;
};

export type QuestionTotals = {
  byHolder: readonly HolderTotal[];
  messages: { said: number; late: number; repeated: number };
  /** Calls that nobody has made yet. */
  owed: readonly { orderId: string; holder: string; since: Instant }[];
  /** The first breach of the month in the words of the product. */
  example: { orderId: string; why: string } | null;
};

/** What the month's questions come to, by the product's books. */
export const questionTotals = (accounts: readonly OrderAccount[]): QuestionTotals => {
  const views = accounts.flatMap(({ view }) => view ?? []);
  const names = new Map(
    views.flatMap(({ holders }) => holders.map(({ holder, name }) => [holder, name] as const)),
  );
  const clocks = views.flatMap((view) => view.clocks);
  const duties = views.flatMap((view) => view.duties).filter(({ state }) => state !== 'dropped');
  return {
    byHolder: [...names]
      .toSorted(([a], [b]) => Number(a === 'support') - Number(b === 'support') || (a < b ? -1 : 1))
      .map(([holder, name]) => {
        const own = clocks.filter((clock) => clock.holder === holder);
        const calls = duties.filter((duty) => duty.holder === holder);
        const became = (wanted: string): number => own.filter(({ state }) => state === wanted).length;
        return {
          holder,
          name,
          asked: own.length,
          inTime: became('met'),
          breached: became('breached'),
          passedOn: became('superseded'),
          dismissed: became('dismissed'),
          waiting: became('running'),
          callsOwed: calls.length,
          callsMade: calls.filter(({ state }) => state === 'done').length,
        };
      }),
    messages: messageTotals(accounts),
    owed: views.flatMap(({ orderId, duties: own }) =>
      own.filter(isOwed).map(({ holder, startedAt }) => ({ orderId, holder, since: startedAt })),
    ),
    example: firstBreach(accounts),
  };
};

/** A message is late when the history has it later than it was said. */
const messageTotals = (accounts: readonly OrderAccount[]): QuestionTotals['messages'] => {
  const recorded = accounts.flatMap(({ history }) => history.filter(({ facts }) => 'messageId' in facts));
  const said = recorded.filter(({ event }) => event === 'message-received' || event === 'message-sent');
  const receipts = accounts.flatMap((account) => account.receipts);
  return {
    said: said.length,
    late: said.filter(({ at, facts }) => facts['at'] !== at).length,
    repeated: receipts.filter(({ what, status }) => what.startsWith('message ') && status === 200).length,
  };
};

const firstBreach = (accounts: readonly OrderAccount[]): QuestionTotals['example'] => {
  const breaches = accounts.flatMap(({ order, view, verdicts }) =>
    (view?.clocks ?? [])
      .filter(({ state }) => state === 'breached')
      .map(({ id, startedAt }) => ({
        orderId: order.orderId,
        at: startedAt,
        why: verdicts.find(({ clockId }) => clockId === id)?.why ?? '',
      })),
  );
  const [first] = breaches.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return first === undefined ? null : { orderId: first.orderId, why: first.why };
};
