import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { orderDataSchema } from '../../../shared/contracts/crm-message.ts';

/** An order as the CRM sends it: the data of `order.created`, with times as the CRM writes them. */
export type CrmOrder = z.input<typeof orderDataSchema>;

const isCrmOrder = (value: unknown): value is CrmOrder => orderDataSchema.safeParse(value).success;
const ordersSchema = z.array(z.custom<CrmOrder>(isCrmOrder));

/** The orders of a JSON file, in the order of their acceptance. Throws on one that the contract does not allow. */
export const readOrders = (file: URL): readonly CrmOrder[] =>
  ordersSchema
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .toSorted((a, b) => Date.parse(a.acceptedAt) - Date.parse(b.acceptedAt));
