import type { Instant } from '../../../shared/domain/instant.ts';
import { atShanghai, epochMs, plusMinutes, toInstant } from '../../../shared/domain/instant.ts';
import type { TaskKind } from '../../../shared/domain/policy.ts';
import type { Agenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import type { Said } from './plot.ts';
import { followTalk } from './follow-talk.ts';
import type { Desks } from './order-watch.ts';
import { watchOrder } from './order-watch.ts';
import type { CrmOrder } from './orders.ts';
import { firstShare, uploadSchema } from './people.ts';
import { recordedFile } from './recorded-file.ts';
import type { Deed, Hearing, TaskView } from './people.ts';
import { deedFor } from './people.ts';
import type { CrmTurn, Plot } from './plot.ts';
import type { Answered, PlannedTimer, Product, Refused, ShownMessage, Staff } from './product.ts';
import { minute } from './shanghai-time.ts';
import { talkOf } from './talk.ts';

/** A call that the product answered with anything but the change asked for, and the status that the story expects. */
export type Receipt = {
  at: Instant;
  who: string;
  what: string;
  status: number;
  expected: readonly number[];
  refused: Omit<Refused, 'status'> | null;
};

/** Something that the people of an order did, and the product accepted. */
export type Done = { at: Instant; who: string; action: string; body: object };

/** What the demo knows of an order from driving it: what was said, done and refused, and the plans that were shown on the way. */
export type Followed = {
  order: CrmOrder;
  plot: Plot;
  said: Said[];
  done: Done[];
  receipts: Receipt[];
  plans: { at: Instant; until: Instant; timers: readonly PlannedTimer[] }[];
};

export type Office = { product: Product; agenda: Agenda; chance: Chance; desks: Desks };

/** The CRM and the people of one order: they see what WeCom shows and what their tasks ask, and nothing else. */
export const followOrder = (order: CrmOrder, plot: Plot, { product, agenda, chance, desks }: Office) => {
  const { orderId } = order;
  const followed: Followed = { order, plot, said: [], done: [], receipts: [], plans: [] };
  const watch = watchOrder(order, product, desks);
  const hearings = new Map<string, Hearing>();
  const intended = new Set<string>();
  const repliesGiven = new Map<TaskKind, number>();
  let created = false;
  let talks = false;

  const look = async (): Promise<void> => {
    if (created) heed(await watch.look());
  };

  /** What the people make of what they have read: a task they have heard of once more, a group that begins to talk. */
  const heed = (fresh: readonly ShownMessage[]): void => {
    for (const task of watch.waiting()) {
      const hearing = hearingOf(task);
      const heard = hearing.heard + fresh.filter(({ text }) => text.includes(task.title)).length;
      hearings.set(task.id, { ...hearing, heard });
    }
    beginTalk();
    intend();
  };

  const hearingOf = ({ id }: TaskView): Hearing => hearings.get(id) ?? { heard: 0, heardAtLastDeed: null };

  const intend = (): void => {
    for (const task of watch.waiting().filter(({ id }) => !intended.has(id))) {
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
    const task = watch.waiting().find(({ id }) => id === deed.taskId);
    if (task === undefined) return;
    const refused = await act(watch.staffOf(deed.who), deed.action, deed.body, [409]);
    if (refused !== null) return catchUp(kind, deed, refused.missing ?? []);
    repliesGiven.set(kind, (repliesGiven.get(kind) ?? 0) + 1);
    hearings.set(task.id, { ...hearingOf(task), heardAtLastDeed: hearingOf(task).heard });
    await look();
  };

  /** Does it and reads the order as it then is; or gives why not, which is noted beside the status expected. */
  const act = async (
    staff: Staff,
    action: string,
    body: object,
    expected: readonly number[],
  ): Promise<Refused | null> => {
    if (action === 'upload-recording') return await upload(staff, body);
    const answer = await product.act(orderId, action, body, staff);
    if ('refused' in answer) {
      note(staff.id, action, answer.refused, expected);
      return answer.refused;
    }
    watch.see(answer.view);
    followed.done.push({ at: toInstant(product.now()), who: staff.id, action, body });
    return null;
  };

  /** The recording of the training, which may turn out too short: then the rest of it follows. */
  const upload = async (staff: Staff, body: object): Promise<null> => {
    const { share } = uploadSchema.parse(body);
    const { minutes, startedAt } = watch.view()?.training ?? { minutes: 0, startedAt: null };
    const joinedAt = startedAt ?? toInstant(product.now());
    const isRest = followed.done.some(({ action }) => action === 'upload-recording');
    const stated = {
      fileName: `${order.shop.name}${isRest ? '（后半段）' : ''}.mp4`,
      customerJoinedAt: joinedAt,
      recordingStartedAt: isRest ? plusMinutes(joinedAt, minutes * firstShare) : joinedAt,
    };
    const bytes = recordedFile(minutes * 60 * (isRest ? 1 - firstShare : share));
    await product.upload(orderId, { bytes, stated }, staff);
    followed.done.push({ at: toInstant(product.now()), who: staff.id, action: 'upload-recording', body });
    // Its check runs meanwhile: the next look, which waits until all is done, finds the result.
    return null;
  };

  /** Refused, as something has to come first: that is done now, and then this again. */
  const catchUp = (kind: TaskKind, deed: Deed, missing: readonly string[]): void => {
    const now = product.now();
    for (const task of watch.waiting().filter((other) => missing.includes(other.kind))) {
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
    { status, error, message, reason, missing }: Answered,
    expected: readonly number[],
  ): void => {
    const detail = { ...(reason !== undefined && { reason }), ...(missing !== undefined && { missing }) };
    const refused = error === undefined || message === undefined ? null : { error, message, ...detail };
    followed.receipts.push({ at: toInstant(product.now()), who, what, status, expected, refused });
  };

  /** The customer may ask as soon as the training is over. */
  const beginTalk = (): void => {
    const view = watch.view();
    if (talks || view?.stage !== 'maintenance' || view.training.finishedAt === null) return;
    talks = true;
    const period = {
      from: epochMs(view.training.finishedAt),
      to: epochMs(atShanghai(view.deadline, '00:00')),
    };
    const talk = plot.talk ?? talkOf(orderId, period, chance);
    const hear = async (): Promise<void> => heed(await watch.hear());
    followTalk(orderId, talk, { product, agenda, watch, said: followed.said, act, note, hear });
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
    nextTimerAt: watch.nextTimerAt,
    /** Keeps the plan until then as it is shown now, if there is anything in it, to be held against what really happens. */
    keepPlan: async (until: number): Promise<void> => {
      if (Date.parse(watch.view()?.nextTimerAt ?? '9999') > until) return;
      const timers = await product.plan(orderId, until, watch.staffOf('assistant'));
      followed.plans.push({ at: toInstant(product.now()), until: toInstant(until), timers });
    },
  };
};

export type Follower = ReturnType<typeof followOrder>;
