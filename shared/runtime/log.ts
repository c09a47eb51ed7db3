import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricName } from './metric-names.ts';
import { metricNamespace } from './metric-names.ts';

/** Everything that the product logs: codes and ids, never names, phones, links or bodies. */
type LogRecord = {
  'webhook-rejected': { reason: string };
  'request-failed': { route: string };
  'message-failed': { messageId: string };
  'message-later': { messageId: string; why: string };
  'timer-missed': { orderId: string; nextTimerAt: string | null };
  'effect-missed': { id: string };
  'notice-refused': { id: string; code: number; reason: string };
  'recording-checked': { recordingId: string; result: string };
  'recording-access': { recordingId: string; by: string; access: string; outcome: string };
  'audit-failed': { orders: number; example: string };
};

let logger: Logger | undefined;
let metrics: Metrics | undefined;

/** Logs a record of the list above; an error is logged with its name and stack. */
export const log = <Code extends keyof LogRecord>(
  level: 'info' | 'warn' | 'error',
  code: Code,
  record: LogRecord[Code],
  error?: unknown,
): void => {
  logger ??= new Logger();
  const fault = error instanceof Error ? { error: { name: error.name, stack: error.stack } } : {};
  logger[level](code, { ...record, ...fault });
};

/** Counts an event; written out as a log line in CloudWatch's embedded metric format. */
export const count = (name: MetricName, value = 1): void => {
  metrics ??= new Metrics({ namespace: metricNamespace });
  metrics.singleMetric().addMetric(name, MetricUnit.Count, value);
};
