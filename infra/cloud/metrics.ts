import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../shared/runtime/metric-names.ts';
import { metricNamespace } from '../../shared/runtime/metric-names.ts';
import type { FunctionName } from '../catalogue.ts';
import { functionNameOf } from './names.ts';

const everyFiveMinutes = { period: Duration.minutes(5) };

/** A figure that Lambda keeps of a function: counts as sums, lengths as the longest. */
export const functionMetric = (
  stage: string,
  name: FunctionName,
  metricName: 'Errors' | 'Throttles' | 'Duration' | 'IteratorAge' | 'Invocations',
): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: functionNameOf(stage, name) },
    statistic: metricName === 'Duration' || metricName === 'IteratorAge' ? Stats.MAXIMUM : Stats.SUM,
    ...everyFiveMinutes,
  });

/** A figure that SQS keeps of a queue, the highest in five minutes. */
export const queueMetric = (
  queueName: string,
  metricName: 'ApproximateNumberOfMessagesVisible' | 'ApproximateAgeOfOldestMessage',
): Metric =>
  new Metric({
    namespace: 'AWS/SQS',
    metricName,
    dimensionsMap: { QueueName: queueName },
    statistic: Stats.MAXIMUM,
    ...everyFiveMinutes,
  });

/** A figure that API Gateway keeps of the door. */
export const doorMetric = (
  apiId: string,
  metricName: 'Count' | '4xx' | '5xx' | 'Latency',
  statistic: string = Stats.SUM,
): Metric =>
  new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiId: apiId },
    statistic,
    ...everyFiveMinutes,
  });

/** A count that the product itself keeps; `service` is the function that counts. */
export const productMetric = (
  stage: string,
  service: FunctionName,
  metricName: MetricName,
  period = everyFiveMinutes.period,
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service: functionNameOf(stage, service) },
    statistic: Stats.SUM,
    period,
  });
