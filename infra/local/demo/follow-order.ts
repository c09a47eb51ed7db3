import type { OrderView } from '../../../shared/contracts/order-view.ts';
import type { Instant } from '../../../shared/domain/instant.ts';
import { toInstant } from '../../../shared/domain/instant.ts';
import type { Party, TaskKind } from '../../../shared/domain/policy.ts';
import type { Agenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import type { CrmOrder } from './orders.ts';
import type { Deed, Hearing, TaskView } from './people.ts';
import { deedFor } from './people.ts';
import type { CrmTurn, Plot } from './plots.ts';
import type { PlannedTimer, Product, Refused, Staff } from './product.ts';

/** A call that the product answered with anything but the change asked for, and the status that the story expects. */
export type Receipt = {
  at: Instant;
  who: string;
  what: string;
  status: number;
  expected: readonly number[];
  refused: Omit<Refused, 'status'> | null;
};

/** What the demo knows of an order from driving it: what was answered, and the plans that were shown on the way. */
export type Followed = {
  order: CrmOrder;
  plot: Plot;
  receipts: Receipt[];
  plans: { at: Instant; until: Instant; timers: readonly PlannedTimer[] }[];
};

export type Office = {
  product: Product;
  agenda: Agenda;
  chance: Chance;
  desks: Readonly<Record<'manager' | 'service', string>>;
};

const minute = 60_000;

/** The CRM and the people of one order: they see what WeCom shows and what their tasks ask, and nothing else. */
export const followOrder = (order: CrmOrder, plot: Plot, { product, agenda, chance, desks }: Office) => {
  const { orderId } = order;
  const followed: Followed = { order, plot, receipts: [], plans: [] };
  const hearings = new Map<string, Hearing>();
  const intended = new Set<string>();
  const repliesGiven = new Map<TaskKind, number>();
  let view: OrderView | null = null;
  let created = false;
  let seenAt = 0;
  let lastMessage = 0;

  const staffOf = (party: Party): Staff => {
    const people = view?.people ?? order;
    const id = party === 'manager' || party === 'service' ? desks[party] : people[party].id;
    return { id, role: party };
  };

  /** Whoever is mentioned opens the order; after a change that told nobody, the assistant does. */
  const look = async (): Promise<void> => {
    if (!created) return;
    const messages = await product.messages(order.group.robotKey);
    const fresh = messages.filter(({ id }) => Number(id) > lastMessage);
    lastMessage = Math.max(lastMessage, ...fresh.map(({ id }) => Number(id)));
    const readers = readersOf(fresh.flatMap(({ mentioned }) => mentioned));
    if (readers.length === 0 && seenAt < product.now()) readers.push(staffOf('assistant'));
    for (const reader of readers) view = await product.order(orderId, reader);
    seenAt = product.now();
    for (const task of waiting()) {
      const hearing = hearingOf(task);
      const heard = hearing.heard + fresh.filter(({ text }) => text.includes(task.title)).length;
      hearings.set(task.id, { ...hearing, heard });
    }
    intend();
  };

  const readersOf = (mentioned: readonly string[]): Staff[] =>
    (['trainer', 'assistant', 'sales', 'manager', 'service'] as const)
      .map(staffOf)
      .filter(({ id }) => mentioned.includes(id));

  const waiting = (): readonly TaskView[] =>
    view?.tasks.filter(({ state }) => state === 'open' || state === 'overdue') ?? [];

  const hearingOf = ({ id }: TaskView): Hearing => hearings.get(id) ?? { heard: 0, heardAtLastDeed: null };

  const intend = (): void => {
    for (const task of waiting().filter(({ id }) => !intended.has(id))) {
      const reply = plot.replies?.[task.kind]?.[repliesGiven.get(task.kind) ?? 0];
      const deed = deedFor(task, hearingOf(task), {
        now: product.now(),
        reply,
        chance: (name) => chance(`${orderId}/${name}`),
      });
      if (deed !== null) enter(task.kind, deed);
    }
  };

  const enter = (kind: TaskKind, deed: Deed): void => {
    intended.add(deed.taskId);
    agenda.add(Math.max(deed.at, product.now()), async () => await carryOut(kind, deed));
  };

  const carryOut = async (kind: TaskKind, deed: Deed): Promise<void> => {
    intended.delete(deed.taskId);
    const task = waiting().find(({ id }) => id === deed.taskId);
    if (task === undefined) return;
    const staff = staffOf(deed.who);
    const answer = await product.act(orderId, deed.action, deed.body, staff);
    if ('refused' in answer) {
      note(staff.id, deed.action, answer.refused, [409]);
      catchUp(kind, deed, answer.refused.missing ?? []);
      return;
    }
    ({ view } = answer);
    seenAt = product.now();
    repliesGiven.set(kind, (repliesGiven.get(kind) ?? 0) + 1);
    hearings.set(task.id, { ...hearingOf(task), heardAtLastDeed: hearingOf(task).heard });
    await look();
  };

  /** Refused, as something has to come first: that is done now, and then this again. */
  const catchUp = (kind: TaskKind, deed: Deed, missing: readonly string[]): void => {
    const now = product.now();
    for (const task of waiting().filter((other) => missing.includes(other.kind))) {
      const given = repliesGiven.get(task.kind) ?? 0;
      const hearing = { heard: Infinity, heardAtLastDeed: null };
      const first = deedFor(task, hearing, { now, chance, reply: plot.replies?.[task.kind]?.[given] });
      if (first !== null) enter(task.kind, { ...first, at: now + minute });
    }
    if (missing.length > 0) enter(kind, { ...deed, at: now + 3 * minute });
  };

  const note = (
    who: string,
    what: string,
    { status, ...refused }: { status: number } & Partial<Refused>,
    expected: readonly number[],
  ): void => {
    const { error, message, ...rest } = refused;
    const said = error === undefined || message === undefined ? null : { error, message, ...rest };
    followed.receipts.push({ at: toInstant(product.now()), who, what, status, expected, refused: said });
  };

  const firstMessage = `crm-${orderId}-1`;

  /** The CRM creates the order. */
  const create = async (): Promise<void> => {
    const sent = await product.crm('order.created', order, { id: firstMessage, signedAt: product.now() });
    const expected = plot.status ?? 201;
    note('crm', 'order.created', sent, [expected]);
    created = sent.status === 201;
    await look();
  };

  /** The CRM says something more. */
  const turn = async ({ type, change, message, signed, status }: CrmTurn, index: number): Promise<void> => {
    const data = type === 'order.created' ? { ...order, ...change } : { orderId, ...change };
    const sent = await product.crm(type, data, {
      id: message === 'again' ? firstMessage : `crm-${orderId}-${index + 2}`,
      signedAt: product.now() - (signed === 'an hour ago' ? 60 * minute : 0),
      ...(signed === 'wrongly' ? { secret: product.forgedSecret } : {}),
    });
    note('crm', type, sent, [status]);
    await look();
  };

  return {
    followed,
    create,
    turn,
    look,
    /** When a timer of the order is next due (epoch ms), as the order says; Infinity when none is. */
    nextTimerAt: (): number => {
      const at = Date.parse(view?.nextTimerAt ?? '');
      if (Number.isNaN(at)) return Infinity;
      return at > seenAt ? at : seenAt + minute;
    },
    /** Keeps the plan until then as it is shown now, if there is anything in it, to be held against what really happens. */
    keepPlan: async (until: number): Promise<void> => {
      if (Date.parse(view?.nextTimerAt ?? '9999') > until) return;
      const timers = await product.plan(orderId, until, staffOf('assistant'));
      followed.plans.push({ at: toInstant(product.now()), until: toInstant(until), timers });
    },
  };
};

export type Follower = ReturnType<typeof followOrder>;
