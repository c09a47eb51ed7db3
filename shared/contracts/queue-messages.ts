import * as z from 'zod/mini';
import { orderIdSchema } from '../domain/order.ts';

/** Queue `due-timers`: a timer that is due. */
export const dueTimerSchema = z.object({ orderId: orderIdSchema, step: z.string(), version: z.int() });

/** Queues `notices` and `recordings`: the outbox item that holds the effect. */
export const effectMessageSchema = z.object({ id: z.string() });
