import * as z from 'zod/mini';
import { actions, isActionName } from '../domain/actions/actions.ts';
import { calendarDaySchema, instantSchema } from '../domain/instant.ts';
import type { Order, Task } from '../domain/order.ts';
import { fenSchema, personSchema, stageSchema, taskSchema } from '../domain/order.ts';
import { maskName, maskPhone } from '../domain/people.ts';
import { policyOf } from '../domain/policies/policies.ts';
import { partySchema } from '../domain/policy.ts';
import { taskText } from '../domain/wording.ts';

export const taskViewSchema = z.extend(z.omit(taskSchema, { rung: true, chasedAt: true, toldAt: true }), {
  who: partySchema,
  title: z.string(),
  script: z.string(),
  outcome: z.nullable(z.record(z.string(), z.unknown())),
  /** The action that completes it, or null where only the CRM can. */
  action: z.nullable(z.string()),
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
  /** Clocks of unanswered questions: none, as the product does not take in messages. */
  clocks: z.array(z.object({})),
  nextTimerAt: z.nullable(instantSchema),
  endedAt: z.nullable(instantSchema),
  cancelReason: z.nullable(z.string()),
});
export type OrderView = z.infer<typeof orderViewSchema>;

/** The order as a staff member may see it. */
export const viewOrder = (order: Order, staffId: string): OrderView => {
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
    clocks: [],
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
