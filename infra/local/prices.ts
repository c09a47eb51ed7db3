/**
 * List prices in US dollars for one unit, us-east-1, as published by AWS in November 2026, free tiers left out. Reads and writes of DynamoDB are
 * on-demand request units; Lambda is arm64.
 */
export const prices = {
  'dynamodb.read-units': 0.125 / 1e6,
  'dynamodb.write-units': 0.625 / 1e6,
  'lambda.requests': 0.2 / 1e6,
  'lambda.gb-seconds': 0.0000133334,
  /** PUT, COPY, POST and LIST; what is stored is left out. */
  's3.put-requests': 0.005 / 1e3,
  /** GET and all others; DELETE and CANCEL cost nothing. */
  's3.get-requests': 0.0004 / 1e3,
  'scheduler.invocations': 1 / 1e6,
  'sqs.requests': 0.4 / 1e6,
  'http-api.requests': 1 / 1e6,
} as const;

export type PricedUnit = keyof typeof prices;
