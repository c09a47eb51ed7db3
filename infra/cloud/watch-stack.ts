import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { QueueName } from '../catalogue.ts';
import { definitionOf, functionNames, queues } from '../catalogue.ts';
import { FunctionAlarms } from './constructs/function-alarms.ts';
import { ProductAlarms } from './constructs/product-alarms.ts';
import { ProductDashboard } from './constructs/product-dashboard.ts';
import { QueueAlarms } from './constructs/queue-alarms.ts';
import type { AlarmSite } from './constructs/user-impact-alarm.ts';
import type { StageSettings } from './settings.ts';

type WatchStackProps = StackProps & { stage: string; settings: StageSettings; apiId: string };

/** Who is told when people notice something, and the picture of it all. */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, { stage, settings, apiId, ...props }: WatchStackProps) {
    super(scope, id, props);
    const topic = new Topic(this, 'Alarms', { topicName: `ninedays-${stage}-alarms`, enforceSSL: true });
    if (settings.alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(settings.alarmEmail));
    const site: AlarmSite = { stage, topic, runbookUrl: settings.runbookUrl };

    for (const name of functionNames)
      new FunctionAlarms(this, `function-${name}`, { site, name, definition: definitionOf(name) });
    const queueAlarms = (name: QueueName) =>
      new QueueAlarms(this, `queue-${name}`, { site, name, definition: queues[name] });
    queueAlarms('due-timers');
    queueAlarms('notices');
    queueAlarms('recordings');
    queueAlarms('recording-events');
    new ProductAlarms(this, 'product', { site, apiId });

    const alarms = this.node.findAll().filter((found) => found instanceof Alarm);
    new ProductDashboard(this, 'dashboard', { stage, apiId, alarms });
  }
}
