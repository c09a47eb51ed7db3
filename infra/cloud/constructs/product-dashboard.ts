import { AlarmStatusWidget, Dashboard, GraphWidget, Stats, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IAlarm, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName } from '../../../shared/runtime/metric-names.ts';
import { metricNames } from '../../../shared/runtime/metric-names.ts';
import type { QueueName } from '../../catalogue.ts';
import { functionNames, queues } from '../../catalogue.ts';
import { doorMetric, functionMetric, productMetric, queueMetric } from '../metrics.ts';
import { deadLetterQueueNameOf, queueNameOf } from '../names.ts';

type ProductDashboardProps = { stage: string; apiId: string; alarms: readonly IAlarm[] };

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []) =>
  new GraphWidget({ title, left: [...left], right: [...right], width: 12 });

/** The product at a glance, from what people notice to what causes it. */
export class ProductDashboard extends Construct {
  constructor(scope: Construct, id: string, { stage, apiId, alarms }: ProductDashboardProps) {
    super(scope, id);
    const measured = (name: MetricName) =>
      productMetric(stage, 'measure-questions', name).with({ statistic: Stats.MAXIMUM });
    const queueNames = Object.keys(queues).filter((name): name is QueueName => Object.hasOwn(queues, name));
    new Dashboard(this, 'Dashboard', {
      dashboardName: `ninedays-${stage}`,
      widgets: [
        [new TextWidget({ markdown: `# ninedays ${stage}`, width: 24, height: 1 })],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 6 })],
        [
          graph('Orders and notices', [
            productMetric(stage, 'receive-order', metricNames.orderCreated),
            productMetric(stage, 'deliver-notice', metricNames.noticeSent),
            productMetric(stage, 'deliver-notice', metricNames.noticeVoid),
            productMetric(stage, 'deliver-notice', metricNames.noticeRefused),
          ]),
          graph('Timers', [
            productMetric(stage, 'run-due-timer', metricNames.staleTimer),
            productMetric(stage, 'sweep-missed-timers', metricNames.missedTimer),
            productMetric(stage, 'sweep-missed-timers', metricNames.missedEffect),
            productMetric(stage, 'audit-timers', metricNames.ordersWithoutTimer),
            productMetric(stage, 'audit-timers', metricNames.auditHeartbeat),
          ]),
        ],
        [
          graph(
            'Questions',
            [
              measured(metricNames.openQuestions),
              productMetric(stage, 'run-due-timer', metricNames.replyBreached),
            ],
            [measured(metricNames.oldestQuestionMinutes).with({ label: 'minutes of the oldest' })],
          ),
        ],
        [
          graph('Door', [doorMetric(apiId, 'Count'), doorMetric(apiId, '4xx'), doorMetric(apiId, '5xx')]),
          graph('Door: milliseconds of the slowest in a hundred', [doorMetric(apiId, 'Latency', 'p99')]),
        ],
        [
          graph(
            'Queues: age of the oldest message (s)',
            queueNames.map((name) => queueMetric(queueNameOf(stage, name), 'ApproximateAgeOfOldestMessage')),
          ),
          graph(
            'Dead letters',
            queueNames.map((name) =>
              queueMetric(deadLetterQueueNameOf(stage, name), 'ApproximateNumberOfMessagesVisible'),
            ),
          ),
        ],
        [
          graph(
            'Functions: errors',
            functionNames.map((name) => functionMetric(stage, name, 'Errors').with({ label: name })),
          ),
          graph(
            'Functions: longest run (ms)',
            functionNames.map((name) => functionMetric(stage, name, 'Duration').with({ label: name })),
          ),
        ],
      ],
    });
  }
}
