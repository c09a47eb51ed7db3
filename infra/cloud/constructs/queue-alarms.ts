import { Construct } from 'constructs';
import type { QueueDefinition, QueueName } from '../../catalogue.ts';
import { queueMetric } from '../metrics.ts';
import { deadLetterQueueNameOf, queueNameOf } from '../names.ts';
import type { RunbookHeading } from '../runbook.ts';
import type { AlarmSite } from './user-impact-alarm.ts';
import { UserImpactAlarm } from './user-impact-alarm.ts';

/** How long a message may wait: a reminder is to come to the minute, a notice may wait for its robot's 20 a minute, a check for the one before. */
const waitingMinutes: Record<QueueName, number> = {
  'due-timers': 5,
  notices: 15,
  recordings: 15,
  'recording-events': 15,
};

const deadLetterHeadings: Record<QueueName, RunbookHeading> = {
  'due-timers': 'due-timers-in-dead-letters',
  notices: 'notices-in-dead-letters',
  recordings: 'recordings-in-dead-letters',
  'recording-events': 'recording-events-in-dead-letters',
};

type QueueAlarmsProps = { site: AlarmSite; name: QueueName; definition: QueueDefinition };

/** A queue that is not worked off, and what was given up. */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, { site, name, definition }: QueueAlarmsProps) {
    super(scope, id);
    const { deadLettersMean } = definition;
    new UserImpactAlarm(this, 'waiting', {
      site,
      name: `${name}-waiting`,
      userImpact: `More than ${waitingMinutes[name]} minutes late. If it goes on: ${deadLettersMean}`,
      runbook: 'queue-waiting',
      metric: queueMetric(queueNameOf(site.stage, name), 'ApproximateAgeOfOldestMessage'),
      atLeast: waitingMinutes[name] * 60,
    });
    new UserImpactAlarm(this, 'dead-letters', {
      site,
      name: `${name}-dead-letters`,
      userImpact: deadLettersMean,
      runbook: deadLetterHeadings[name],
      metric: queueMetric(deadLetterQueueNameOf(site.stage, name), 'ApproximateNumberOfMessagesVisible'),
      atLeast: 1,
    });
  }
}
