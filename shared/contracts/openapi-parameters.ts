import { refTo } from './openapi-schemas.ts';
import { planDays } from './plan-view.ts';

export const signed = [{ webhookId: [], webhookTimestamp: [], webhookSignature: [] }] as const;
export const session = [{ bearer: [] }, { cookie: [] }] as const;

export const parameter = (
  where: 'path' | 'query' | 'header',
  name: string,
  schema: object,
  description: string,
) => ({
  name,
  in: where,
  required: where === 'path',
  schema,
  description,
});

export const orderId = parameter('path', 'orderId', refTo('OrderId'), 'The CRM’s number of the order.');
export const until = parameter(
  'query',
  'until',
  refTo('Time'),
  `Up to when; otherwise the end of the last day (R0.2). A plan reaches at most ${planDays} days ahead.`,
);
export const month = parameter('path', 'month', refTo('Month'), 'A month of Shanghai.');
export const trainer = parameter(
  'query',
  'trainer',
  { type: 'string' },
  'Staff id: only the lines of this trainer.',
);
export const dryRun = parameter(
  'query',
  'dryRun',
  { type: 'string', enum: ['true', 'false'], default: 'false' },
  'With `true` the answer says what would change, and nothing is changed.',
);
export const idempotencyKey = parameter(
  'header',
  'Idempotency-Key',
  { type: 'string', pattern: String.raw`^[\x21-\x7e]{1,256}$` },
  'Own key of the caller for this call. The same call again within seven days changes nothing and gets the order.',
);

export const read = ['unauthorized', 'unknown-order', 'too-large', 'fault', 'try-later'] as const;
export const changed = [...read, 'malformed'] as const;
