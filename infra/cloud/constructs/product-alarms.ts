import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
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
    add('door-errors', {
      userImpact: 'Calls of the CRM and of staff are answered with an error of ours.',
      runbook: 'door-errors',
      metric: doorMetric(apiId, '5xx'),
      atLeast: 3,
    });
  }
}
