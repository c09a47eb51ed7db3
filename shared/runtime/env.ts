import * as z from 'zod/mini';
import type { Desks } from '../domain/decision.ts';

/** Every environment variable that a function reads: the one list for CDK, the functions, the local runtime and the tests. */
export const envNames = [
  'ORDERS_TABLE',
  'HISTORY_TABLE',
  'OUTBOX_TABLE',
  'MARKS_TABLE',
  'SESSIONS_TABLE',
  'MESSAGES_TABLE',
  'LEDGER_TABLE',
  'RATES_TABLE',
  'DUE_TIMERS_QUEUE_URL',
  'DUE_TIMERS_QUEUE_ARN',
  'NOTICES_QUEUE_URL',
  'RECORDINGS_QUEUE_URL',
  'RECORDINGS_BUCKET',
  /** Where a browser uploads and fetches recordings: the origin of their presigned addresses. */
  'RECORDINGS_ORIGIN',
  'TIMER_GROUP',
  'TIMER_ROLE_ARN',
  /** Where timers go that the scheduler could not hand to the queue. */
  'TIMER_DLQ_ARN',
  'WECOM_ENDPOINT',
  /** The built console, a `file:` address or one relative to the function's own file. */
  'CONSOLE_FOLDER',
  /** JSON, `{"manager":["staff id"],"service":["staff id"],"support":["staff id"]}`: who is told when a desk is. */
  'DESKS',
  /** ARNs of the secrets in the cloud … */
  'CRM_WEBHOOK_SECRET_ARN',
  'SESSION_KEY_ARN',
  'LINK_KEY_ARN',
  /** … or on one machine their values; several, separated by spaces, while one is rotated. */
  'CRM_WEBHOOK_SECRET',
  'SESSION_KEY',
  'LINK_KEY',
] as const;
export type EnvName = (typeof envNames)[number];

/** The value of a variable. Throws when it is missing: a function must not start half configured. */
export const readEnv = (name: EnvName): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`environment variable ${name} is missing`);
  return value;
};

const desksSchema = z.object({
  manager: z.array(z.string()),
  service: z.array(z.string()),
  support: z.array(z.string()),
});

/** Who sits at the desks. Throws on malformed JSON. */
export const readDesks = (): Desks => desksSchema.parse(JSON.parse(readEnv('DESKS')));
