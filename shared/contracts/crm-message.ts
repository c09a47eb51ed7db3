import * as z from 'zod/mini';
import { calendarDaySchema, isoTimeSchema } from '../domain/instant.ts';
import { fenSchema, lineSchema, orderIdSchema, personSchema, stageSchema } from '../domain/order.ts';
import './issues.ts';

const shortText = lineSchema(1, 200);
const optionalText = lineSchema(0, 200);

const shopSchema = z.object({
  name: shortText,
  package: optionalText,
  businessType: optionalText,
  needs: z.array(shortText).check(z.maxLength(50)),
});
const customerSchema = z.object({
  name: shortText,
  phone: z
    .string()
    .check(z.regex(/^[0-9+ ()-]{5,25}$/, 'a phone number has 5–25 characters of 0–9 + - ( ) and space')),
});
const trainingSchema = z.object({
  startsAt: z.nullable(isoTimeSchema),
  minutes: z.int().check(z.minimum(1), z.maximum(24 * 60)),
});
const groupSchema = z.object({
  robotKey: z
    .string()
    .check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'a robot key is 1–64 characters of A–Z a–z 0–9 - _')),
});
const feesSchema = z.object({ training: fenSchema, maintenance: fenSchema });

/** An order as the CRM creates it. Kind and system are any text here: which of them are served is rule R0.1's to say. */
export const orderDataSchema = z.object({
  orderId: orderIdSchema,
  kind: shortText,
  system: shortText,
  acceptedAt: isoTimeSchema,
  shop: shopSchema,
  customer: customerSchema,
  training: trainingSchema,
  trainer: personSchema,
  assistant: personSchema,
  sales: personSchema,
  group: groupSchema,
  fees: feesSchema,
});

/** What the CRM changes on an order: the parts that are given replace the ones on record. */
export const orderAmendmentSchema = z.object({
  orderId: orderIdSchema,
  shop: z.optional(shopSchema),
  customer: z.optional(customerSchema),
  training: z.optional(z.partial(trainingSchema)),
  trainer: z.optional(personSchema),
  assistant: z.optional(personSchema),
  sales: z.optional(personSchema),
  group: z.optional(groupSchema),
  fees: z.optional(feesSchema),
});

export const orderCancellationSchema = z.object({ orderId: orderIdSchema, reason: z.optional(optionalText) });

/** `POST /webhooks/crm`: what the CRM tells of an order. Members that are not named here are ignored. */
export const crmMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('order.created'), data: orderDataSchema }),
  z.object({ type: z.literal('order.amended'), data: orderAmendmentSchema }),
  z.object({ type: z.literal('order.cancelled'), data: orderCancellationSchema }),
]);
export type CrmMessage = z.infer<typeof crmMessageSchema>;

/** What the CRM is told of the order: what to write on it there. */
export const crmAnswerSchema = z.object({
  orderId: orderIdSchema,
  stage: stageSchema,
  deadline: calendarDaySchema,
  remark: z.string(),
});
