import * as z from 'zod/mini';
import { actions, isActionName } from '../domain/actions/actions.ts';
import { holderRecords, holderRecordSchema } from '../domain/holders.ts';
import { activeEmergency, supportHolder } from '../domain/holdings.ts';
import type { Instant } from '../domain/instant.ts';
import { calendarDaySchema, instantSchema } from '../domain/instant.ts';
import type { Order, Task } from '../domain/order.ts';
import {
  fenSchema,
  isLive,
  personSchema,
  stageSchema,
  taskSchema,
  taskStateSchema,
} from '../domain/order.ts';
import { maskName, maskPhone } from '../domain/people.ts';
import { policyOf } from '../domain/policies/policies.ts';
import type { Policy } from '../domain/policy.ts';
import { partySchema, pauseConditionSchema } from '../domain/policy.ts';
import { activePause, clocksOf } from '../domain/questions.ts';
import { clockStateSchema } from '../domain/reply-clocks.ts';
import { seasonAt } from '../domain/seasons.ts';
import { isLastStep, supportLeft } from '../domain/support.ts';
import { taskText } from '../domain/wording.ts';

export const taskViewSchema = z.extend(z.omit(taskSchema, { rung: true, chasedAt: true, toldAt: true }), {
  who: partySchema,
  title: z.string(),
  script: z.string(),
  outcome: z.nullable(z.record(z.string(), z.unknown())),
  /** The action that completes it, or null where only the CRM can. */
  action: z.nullable(z.string()),
});

/** A clock of questions. `dueAt` is null while it is paused. */
export const clockViewSchema = z.object({
  id: z.string(),
  kind: z.literal('reply'),
  rule: z.literal('R3.1'),
  messageId: z.string(),
  startedAt: instantSchema,
  dueAt: z.nullable(instantSchema),
  state: clockStateSchema,
  endedAt: z.nullable(instantSchema),
  answeredBy: z.nullable(z.string()),
  /** Staff id of who had to answer; `support` under the emergency plan. */
  holder: z.string(),
});

/** A call that is owed to the customer: closed only by a call record. */
export const dutyViewSchema = z.object({
  id: z.string(),
  kind: z.literal('call-about-delay'),
  rule: z.literal('R3.5'),
  messageId: z.string(),
  startedAt: instantSchema,
  dueAt: instantSchema,
  state: taskStateSchema,
  holder: z.string(),
});

/** `GET /api/orders/{id}`: an order for staff. Customer data are masked for everybody but the people of the order. */
export const orderViewSchema = z.object({
  orderId: z.string(),
  version: z.int(),
  policy: z.string(),
  stage: stageSchema,
  kind: z.string(),
  system: z.string(),
  acceptedAt: instantSchema,
  deadline: calendarDaySchema,
  remark: z.string(),
  shop: z.object({
    name: z.string(),
    package: z.string(),
    businessType: z.string(),
    needs: z.array(z.string()),
  }),
  customer: z.object({ name: z.string(), phone: z.string(), masked: z.boolean() }),
  training: z.object({
    startsAt: z.nullable(instantSchema),
    minutes: z.int(),
    startedAt: z.nullable(instantSchema),
    customerJoinedAt: z.nullable(instantSchema),
    finishedAt: z.nullable(instantSchema),
  }),
  people: z.object({ trainer: personSchema, assistant: personSchema, sales: personSchema }),
  fees: z.object({ training: fenSchema, maintenance: fenSchema }),
  tasks: z.array(taskViewSchema),
  /** R3.1 One for each burst of questions and each who had to answer it. */
  clocks: z.array(clockViewSchema),
  /** R3.5 Calls that are or were owed to the customer. */
  duties: z.array(dutyViewSchema),
  /** R3.1 The condition under which time stands still, and since when. */
  pause: z.nullable(z.object({ condition: pauseConditionSchema, from: instantSchema })),
  /** R3.2 */
  support: z.object({
    used: z.int(),
    left: z.int(),
    requestedAt: z.nullable(instantSchema),
    /** Whether the next step would be the last one, so that it is to be asked about first. */
    asksBeforeLast: z.boolean(),
  }),
  /** R3.3 */
  emergency: z.nullable(z.object({ from: instantSchema, qaGroup: z.boolean() })),
  season: z.nullable(z.string()),
  /** R3.4 */
  plannedTrainer: z.nullable(z.object({ at: instantSchema, trainer: personSchema })),
  holders: z.array(holderRecordSchema),
  nextTimerAt: z.nullable(instantSchema),
  endedAt: z.nullable(instantSchema),
  cancelReason: z.nullable(z.string()),
});
export type OrderView = z.infer<typeof orderViewSchema>;

/** The order as a staff member may see it. */
export const viewOrder = (order: Order, staffId: string, now: Instant): OrderView => {
  const policy = policyOf(order.policy);
  const { trainer, assistant, sales, customer } = order;
  const masked = ![trainer.id, assistant.id, sales.id].includes(staffId);
  return {
    ...z.pick(orderViewSchema, pickedAsStored).parse(order),
    customer: {
      name: masked ? maskName(customer.name) : customer.name,
      phone: masked ? maskPhone(customer.phone) : customer.phone,
      masked,
    },
    people: { trainer, assistant, sales },
    tasks: order.tasks.map((task) => viewTask(order, task)),
    clocks: clocksOf(order, policy, now).map((clock) => clockViewSchema.parse(clock)),
    duties: order.tasks.flatMap(viewDuty),
    pause: isLive(order) ? viewPause(order) : null,
    support: viewSupport(order, policy, now),
    emergency: isLive(order) ? viewEmergency(order) : null,
    season: seasonAt(now, policy)?.name ?? null,
    plannedTrainer: isLive(order) ? viewPlanned(order) : null,
    holders: [...holderRecords(order, policy, now)],
    nextTimerAt: order.timers[0]?.at ?? null,
  };
};

const pickedAsStored = {
  orderId: true,
  version: true,
  policy: true,
  stage: true,
  kind: true,
  system: true,
  acceptedAt: true,
  deadline: true,
  remark: true,
  shop: true,
  training: true,
  fees: true,
  endedAt: true,
  cancelReason: true,
} as const;

const viewDuty = ({ id, kind, subject, raisedAt, dueAt, state, holder }: Task) =>
  kind === 'call-about-delay'
    ? [
        {
          id,
          kind,
          rule: 'R3.5' as const,
          messageId: subject,
          startedAt: raisedAt,
          dueAt,
          state,
          holder: holder === '' ? supportHolder : holder,
        },
      ]
    : [];

const viewPause = (order: Order): OrderView['pause'] => {
  const pause = activePause(order);
  return pause === null ? null : { condition: pause.condition, from: pause.from };
};

const viewPlanned = ({ facts: { plannedTrainer } }: Order): OrderView['plannedTrainer'] =>
  plannedTrainer === null ? null : { at: plannedTrainer.at, trainer: plannedTrainer.trainer };

const viewSupport = (order: Order, policy: Policy, now: Instant): OrderView['support'] => {
  const { used } = order.facts.support;
  const request = isLive(order) ? order.facts.support.request : null;
  const left = supportLeft(order, policy);
  const asksBeforeLast = isLastStep(order, policy, now);
  return { used, left, requestedAt: request?.at ?? null, asksBeforeLast };
};

const viewEmergency = ({ facts }: Order): OrderView['emergency'] => {
  const active = activeEmergency(facts);
  return active === null ? null : { from: active.from, qaGroup: active.qaGroup !== null };
};

const viewTask = (order: Order, task: Task) => {
  const policy = policyOf(order.policy);
  const { rung: _rung, chasedAt: _chasedAt, toldAt: _toldAt, ...shown } = task;
  return {
    ...shown,
    who: policy.tasks[task.kind].who,
    ...taskText(order, task, policy),
    action: actionOf(task),
  };
};

const actionNames = Object.keys(actions).filter(isActionName);

const actionOf = ({ kind }: Task): string | null =>
  actionNames.find((name) => actions[name].completes.includes(kind)) ?? null;
