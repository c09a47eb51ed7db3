import { Construct } from 'constructs';
import type { FunctionDefinition, FunctionName } from '../../catalogue.ts';
import { functionMetric, queueMetric } from '../metrics.ts';
import { failureQueueNameOf } from '../names.ts';
import type { AlarmSite, UserImpactAlarmProps } from './user-impact-alarm.ts';
import { UserImpactAlarm } from './user-impact-alarm.ts';

type FunctionAlarmsProps = { site: AlarmSite; name: FunctionName; definition: FunctionDefinition };

const behindMinutes = 5;

/** What can go wrong with any function; what people notice of it is the catalogue's text. */
export class FunctionAlarms extends Construct {
  constructor(scope: Construct, id: string, { site, name, definition }: FunctionAlarmsProps) {
    super(scope, id);
    const { trigger, timeoutSeconds, failureMeans: userImpact } = definition;
    const metric = (metricName: Parameters<typeof functionMetric>[2]) =>
      functionMetric(site.stage, name, metricName);
    const add = (kind: string, props: Omit<UserImpactAlarmProps, 'site' | 'name' | 'userImpact'>) =>
      new UserImpactAlarm(this, kind, { site, name: `${name}-${kind}`, userImpact, ...props });

    // One failed batch is tried again and noticed by nobody; one failed call has failed somebody.
    const tried = trigger.type === 'queue' || trigger.type === 'stream' ? { bad: 2, of: 3 } : {};
    add('errors', { metric: metric('Errors'), atLeast: 1, runbook: 'function-errors', ...tried });
    add('throttled', { metric: metric('Throttles'), atLeast: 1, runbook: 'function-throttled', ...tried });
    add('slow', {
      metric: metric('Duration'),
      atLeast: timeoutSeconds * 1000 * 0.8,
      runbook: 'function-near-its-time-limit',
    });
    if (trigger.type === 'stream')
      add('behind', {
        metric: metric('IteratorAge'),
        atLeast: behindMinutes * 60_000,
        runbook: 'stream-behind',
      });
    if (trigger.type === 'stream' || trigger.type === 'schedule')
      add('failures', {
        metric: queueMetric(failureQueueNameOf(site.stage, name), 'ApproximateNumberOfMessagesVisible'),
        atLeast: 1,
        runbook: trigger.type === 'stream' ? 'batches-lost' : 'runs-failed',
      });
  }
}
