import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName } from '../../../shared/runtime/metric-names.ts';
import { metricNames } from '../../../shared/runtime/metric-names.ts';
import { doorMetric, productMetric } from '../metrics.ts';
import type { AlarmSite, UserImpactAlarmProps } from './user-impact-alarm.ts';
import { UserImpactAlarm } from './user-impact-alarm.ts';

/** What only the product itself can see is wrong, and what callers see at the door. */
export class ProductAlarms extends Construct {
  constructor(scope: Construct, id: string, { site, apiId }: { site: AlarmSite; apiId: string }) {
    super(scope, id);
    const { stage } = site;
    const add = (name: string, props: Omit<UserImpactAlarmProps, 'site' | 'name'>) =>
      new UserImpactAlarm(this, name, { site, name, ...props });
    // A level and no count: a run that is made twice must not double it.
    const measured = (name: MetricName) =>
      productMetric(stage, 'measure-questions', name, Duration.hours(1)).with({ statistic: Stats.MAXIMUM });

    add('orders-without-timer', {
      userImpact: 'Live orders have lost their next timer: nobody is reminded of what is due on them.',
      runbook: 'orders-without-a-timer',
      metric: productMetric(stage, 'audit-timers', metricNames.ordersWithoutTimer, Duration.hours(1)),
      atLeast: 1,
    });
    add('audit-heartbeat-missing', {
      userImpact:
        'No audit has found every live order in order for two hours: reminders may be lost without notice.',
      runbook: 'audit-heartbeat-missing',
      metric: productMetric(stage, 'audit-timers', metricNames.auditHeartbeat, Duration.hours(1)),
      below: 1,
      bad: 2,
    });
    add('notices-refused', {
      userImpact: 'WeCom has refused notices for good: the people of a group were not told.',
      runbook: 'notices-refused',
      metric: productMetric(stage, 'deliver-notice', metricNames.noticeRefused),
      atLeast: 1,
    });
    add('timers-missed', {
      userImpact: 'Reminders and stage changes came up to half an hour late, when the sweep found them.',
      runbook: 'timers-missed',
      metric: productMetric(stage, 'sweep-missed-timers', metricNames.missedTimer),
      atLeast: 1,
    });
    add('effects-missed', {
      userImpact: 'Notices went out, or timers were set, only when the sweep found that they had not been.',
      runbook: 'effects-missed',
      metric: productMetric(stage, 'sweep-missed-timers', metricNames.missedEffect),
      atLeast: 1,
    });
    add('webhooks-rejected', {
      userImpact:
        "The CRM's messages are turned away: its orders do not arrive, or somebody is trying to forge them.",
      runbook: 'webhooks-rejected',
      metric: productMetric(stage, 'receive-order', metricNames.webhookRejected),
      atLeast: 10,
    });
    add('messages-rejected', {
      userImpact:
        'What is said in the groups is turned away: clocks of questions neither start nor stop, or somebody is trying to forge messages.',
      runbook: 'webhooks-rejected',
      metric: productMetric(stage, 'record-message', metricNames.webhookRejected),
      atLeast: 10,
    });
    add('replies-breached', {
      userImpact: 'Five and more questions of customers within an hour were not answered in time.',
      runbook: 'replies-breached',
      metric: productMetric(stage, 'run-due-timer', metricNames.replyBreached, Duration.hours(1)),
      atLeast: 5,
    });
    add('question-unanswered', {
      userImpact:
        'A customer has waited for 75 minutes and more: nobody has answered in time, nor phoned when that was due.',
      runbook: 'question-unanswered',
      metric: measured(metricNames.oldestQuestionMinutes),
      atLeast: 75,
    });
    add('holiday-year-missing', {
      userImpact:
        'The holidays of a year are not known: its holidays count as service time and its peak season is not seen.',
      runbook: 'holiday-year-missing',
      metric: measured(metricNames.holidayYearMissing),
      atLeast: 1,
    });
    add('door-errors', {
      userImpact: 'Calls of the CRM and of staff are answered with an error of ours.',
      runbook: 'door-errors',
      metric: doorMetric(apiId, '5xx'),
      atLeast: 3,
    });
  }
}
