import type { Facts, Outcome } from './decision.ts';
import { deadlineOf, remarkOf } from './deadline.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Instant } from './instant.ts';
import { toInstant } from './instant.ts';
import { noticeFor } from './notices.ts';
import type { Order } from './order.ts';
import { isLive, liveStages } from './order.ts';
import type { Policy } from './policy.ts';
import type { Refusal } from './refusal.ts';
import { settle } from './settle.ts';
import type { transitions } from './transitions.ts';
import { moveTo } from './transitions.ts';
import { handOver } from './trainer.ts';
import { cancelledText, movedText } from './wording.ts';

/** What the CRM says of an order. */
export type OrderData = Pick<
  Order,
  | 'orderId'
  | 'kind'
  | 'system'
  | 'acceptedAt'
  | 'shop'
  | 'customer'
  | 'trainer'
  | 'assistant'
  | 'sales'
  | 'group'
  | 'fees'
> & { training: { startsAt: Instant | null; minutes: number } };

/** What the CRM changes on an order: only what is given. */
export type OrderAmendment = {
  [Field in Exclude<keyof OrderData, 'orderId' | 'kind' | 'system' | 'acceptedAt' | 'training'>]?:
    | OrderData[Field]
    | undefined;
} & {
  orderId: string;
  training?: { startsAt?: Instant | null | undefined; minutes?: number | undefined } | undefined;
};

/** R0.1 The kinds and systems that the rule book covers. */
export const refuseOutOfScope = (
  data: Pick<OrderData, 'kind' | 'system'>,
  policy: Policy,
): Refusal | null => {
  if (!policy.kinds.includes(data.kind))
    return { type: 'out-of-scope', field: 'kind', value: data.kind, accepted: policy.kinds };
  if (!policy.systems.includes(data.system))
    return { type: 'out-of-scope', field: 'system', value: data.system, accepted: policy.systems };
  return null;
};

/** R0.1, R1.2 A new order: refused out of scope, else in preparation with its deadline, remark and first tasks. */
export const receiveOrder = (data: OrderData, contentHash: string, facts: Facts): Outcome => {
  const refusal = refuseOutOfScope(data, facts.policy);
  if (refusal !== null) return { refusal };
  const order = newOrder(data, contentHash, facts);
  return settle(
    null,
    {
      order,
      event: 'order-created',
      rules: ['R0.1', 'R0.2', 'R1.2'],
      facts: {
        contentHash,
        system: data.system,
        acceptedAt: data.acceptedAt,
        startsAt: data.training.startsAt,
        trainer: data.trainer.id,
        fees: data.fees,
      },
      notices: [],
    },
    facts,
  );
};

/** R1.3 The CRM changes an order. The training time can move until the training has started. */
export const amendOrder = (order: Order, data: OrderAmendment, facts: Facts): Outcome => {
  if (!isLive(order)) return refuseStage(order, 'order.amended', liveStages);
  const { orderId: _, training, ...rest } = data;
  const startsAt = training?.startsAt === undefined ? order.training.startsAt : training.startsAt;
  const moved = startsAt !== order.training.startsAt;
  if (moved && order.stage !== 'preparation') return refuseStage(order, 'order.amended', ['preparation']);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const minutes = training?.minutes ?? order.training.minutes;
  const handedOver = handOver(order, data.trainer ?? order.trainer, facts);
  const timed = withTrainingTime(handedOver.order, startsAt);
  const amended = { ...timed, ...given, training: { ...timed.training, minutes } };
  return settle(
    order,
    {
      order: amended,
      event: 'order-amended',
      rules: ['R1.3'],
      facts: {
        fields: Object.keys({ ...given, ...training }),
        startsAt,
        trainer: amended.trainer.id,
        fees: amended.fees,
      },
      notices: [
        ...(moved && startsAt !== null ? movedNotices(amended, order.training.startsAt, facts) : []),
        ...handedOver.notices,
      ],
    },
    facts,
  );
};

/** R0.2 The CRM cancels an order: every task and timer ends. */
export const cancelOrder = (order: Order, reason: string | null, facts: Facts): Outcome => {
  if (!isLive(order)) return refuseStage(order, 'order.cancelled', liveStages);
  const saying = { kind: 'order-cancelled', rule: 'R0.2', text: cancelledText(order), ofEnd: true } as const;
  return settle(
    order,
    {
      order: { ...moveTo(order, 'cancelled'), endedAt: facts.now, cancelReason: reason },
      event: 'order-cancelled',
      rules: ['R0.2'],
      facts: {},
      notices: (['trainer', 'assistant'] as const).map((tell) =>
        noticeFor(order, { ...saying, tell }, facts),
      ),
    },
    facts,
  );
};

/** Whether an amendment says only what is on record already. */
export const changesNothing = (order: Order, { training, ...fields }: OrderAmendment): boolean =>
  isPartOf(fields, order) && isPartOf(training ?? {}, order.training);

const isPartOf = (part: object, whole: object): boolean => {
  const known = new Map(Object.entries(whole));
  return Object.entries(part).every(
    ([name, value]) => value === undefined || canonicalJson(value) === canonicalJson(known.get(name)),
  );
};

/** R1.3, R1.6 The order with another training time, for which a briefing is due anew. */
export const withTrainingTime = (order: Order, startsAt: Instant | null): Order => {
  if (startsAt === order.training.startsAt) return order;
  const { briefing: _, ...told } = order.told;
  return { ...order, training: { ...order.training, startsAt }, told };
};

/** R1.3 The new time, for everybody who plans by it. */
export const movedNotices = (order: Order, from: Instant | null, facts: Facts) => {
  const saying = {
    kind: 'training-moved',
    rule: 'R1.3',
    text: movedText(order, from),
    ofTraining: true,
  } as const;
  return (['trainer', 'assistant'] as const).map((tell) => noticeFor(order, { ...saying, tell }, facts));
};

const refuseStage = (order: Order, action: string, accepted: readonly (keyof typeof transitions)[]) => ({
  refusal: { type: 'wrong-stage', action, stage: order.stage, accepted } as const,
});

const newOrder = (data: OrderData, contentHash: string, { now, policy }: Facts): Order => {
  const training = {
    ...data.training,
    startedAt: null,
    customerJoinedAt: null,
    finishedAt: null,
    finishRecordedAt: null,
  };
  const acceptedAt = toInstant(data.acceptedAt);
  const deadline = deadlineOf({ acceptedAt, training }, policy);
  return {
    ...data,
    acceptedAt,
    training,
    contentHash,
    deadline,
    remark: remarkOf(deadline, data.trainer.name),
    version: 1,
    policy: policy.version,
    stage: 'preparation',
    facts: {
      joinedGroup: null,
      remark: null,
      tools: null,
      confirmedTime: null,
      missedCalls: null,
      needs: null,
      noticeSent: null,
      messages: [],
      clocksTold: {},
      pauses: [],
      calls: [],
      support: { requests: 0, request: null, used: 0, granted: 0, steps: [] },
      unavailable: { count: 0, open: null },
      trainers: [{ from: acceptedAt, ...data.trainer, seq: 1 }],
      plannedTrainer: null,
      emergencies: [],
      recordings: [],
      holds: [],
      summary: null,
      reopened: 0,
      signature: null,
      returnVisit: null,
      handOver: 'none',
      handOverRound: 0,
      leftGroup: null,
    },
    openQuestions: null,
    booked: [],
    tasks: [],
    told: {},
    digestedAt: null,
    timers: [],
    head: { seq: 0, hash: '' },
    createdAt: now,
    endedAt: null,
    cancelReason: null,
  };
};
