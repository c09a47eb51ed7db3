import type { OrderView } from '../../../shared/contracts/order-view.ts';
import type { Party } from '../../../shared/domain/policy.ts';
import type { CrmOrder } from './orders.ts';
import type { TaskView } from './people.ts';
import type { Product, ShownMessage, Staff } from './product.ts';
import { minute } from './shanghai-time.ts';

/** Who sits at the desks, by staff id. */
export type Desks = Readonly<Record<'manager' | 'service' | 'support', string>>;

/** From when on an unanswered question makes the product speak (R3.1). */
const remindMs = 10 * minute;

/** What the people of an order know of it: what WeCom shows in its group, and the order as one of them has opened it last. */
export const watchOrder = ({ orderId, group, ...first }: CrmOrder, product: Product, desks: Desks) => {
  let view: OrderView | null = null;
  let seenAt = 0;
  let lastMessage = 0;
  let questionDueAt = Infinity;

  const see = (opened: OrderView): void => {
    view = opened;
    seenAt = product.now();
    questionDueAt = Infinity;
  };

  const staffOf = (party: Party): Staff => {
    if (party === 'responder') return staffOf(view?.emergency ? 'support' : 'trainer');
    const isDesk = party === 'manager' || party === 'service' || party === 'support';
    return { id: isDesk ? desks[party] : (view?.people ?? first)[party].id, role: party };
  };

  const readersOf = (mentioned: readonly string[]): Staff[] =>
    (['trainer', 'assistant', 'sales', 'manager', 'service', 'support'] as const)
      .map(staffOf)
      .filter(({ id }) => mentioned.includes(id));

  /** What is new in the group; whoever is mentioned opens the order. */
  const hear = async (): Promise<readonly ShownMessage[]> => {
    const messages = await product.messages(group.robotKey);
    const fresh = messages.filter(({ id }) => Number(id) > lastMessage);
    lastMessage = Math.max(lastMessage, ...fresh.map(({ id }) => Number(id)));
    for (const reader of readersOf(fresh.flatMap(({ mentioned }) => mentioned)))
      see(await product.order(orderId, reader));
    return fresh;
  };

  return {
    view: () => view,
    see,
    staffOf,
    hear,
    /** As `hear`; after a change that told nobody, the assistant opens the order. */
    look: async (): Promise<readonly ShownMessage[]> => {
      const fresh = await hear();
      if (seenAt < product.now()) see(await product.order(orderId, staffOf('assistant')));
      return fresh;
    },
    waiting: (): readonly TaskView[] =>
      view?.tasks.filter(({ state }) => state === 'open' || state === 'overdue') ?? [],
    /** The customer has asked: unless somebody answers, the product speaks up. */
    asked: (at: number): void => {
      questionDueAt = Math.min(questionDueAt, Math.max(at + remindMs, product.now() + minute));
    },
    answered: (): void => {
      questionDueAt = Infinity;
    },
    /** When a timer of the order is next due (epoch ms), as the order says; Infinity when none is. */
    nextTimerAt: (): number => {
      const at = Date.parse(view?.nextTimerAt ?? '');
      const timer = at > seenAt ? at : seenAt + minute;
      return Math.min(Number.isNaN(at) ? Infinity : timer, questionDueAt);
    },
  };
};

export type OrderWatch = ReturnType<typeof watchOrder>;
