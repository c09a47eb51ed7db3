import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { definitionOf, functionNames, queues } from '../../infra/catalogue.ts';
import { runbookHeadings } from '../../infra/cloud/runbook.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';
import { deployments, resourcesOf } from './synthesise.ts';

const runbook = readFileSync(new URL('../../infra/docs/runbook.md', import.meta.url), 'utf8');
const anchors = [...runbook.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading]) =>
  heading!
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-'),
);

describe.each(deployments)('alarms of $title', (deployment) => {
  const { stage } = deployment;
  const alarms = resourcesOf(deployment, 'AWS::CloudWatch::Alarm').map(({ Properties }) => {
    const [, impact, heading] = /^(.+) Runbook: \S+#(\S+)$/.exec(Properties.AlarmDescription) ?? [];
    const [dimension] = Properties.Dimensions;
    return { ...Properties, impact, heading, dimension };
  });
  const on = (metric: string, of: string) =>
    alarms.filter(({ MetricName, dimension }) => MetricName === metric && dimension.Value === of);

  it('each says what people notice and leads to a heading of the runbook', () => {
    for (const { AlarmName, impact, heading } of alarms) {
      expect(`${AlarmName}: ${impact}`).toMatch(/: [A-Z].{20,}\.$/);
      expect(anchors).toContain(heading);
    }
  });

  it('every heading of an alarm is used', () => {
    expect(new Set(alarms.map(({ heading }) => heading))).toEqual(new Set(runbookHeadings));
  });

  it('each calls somebody, when it rings and when it is over', () => {
    const [topic] = resourcesOf(deployment, 'AWS::SNS::Topic');
    for (const { AlarmActions, OKActions } of alarms)
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic!.id }], [{ Ref: topic!.id }]]);
    expect(resourcesOf(deployment, 'AWS::SNS::Subscription')).toHaveLength(
      deployment.settings.alarmEmail === undefined ? 0 : 1,
    );
  });

  it.each(functionNames)(
    '%s has alarms on errors, throttles and long runs, with its own user impact',
    (name) => {
      const { failureMeans, timeoutSeconds } = definitionOf(name);
      const functionName = `ninedays-${stage}-${name}`;
      for (const metric of ['Errors', 'Throttles', 'Duration']) {
        const [alarm] = on(metric, functionName);
        expect(alarm?.impact).toBe(failureMeans);
      }
      expect(on('Duration', functionName)[0]!.Threshold).toBeLessThan(timeoutSeconds * 1000);
    },
  );

  it('every queue has an alarm: on what waits where work is done, on the first message where it ends', () => {
    for (const { Properties } of resourcesOf(deployment, 'AWS::SQS::Queue')) {
      const { QueueName, RedrivePolicy } = Properties;
      const [metric, least, most] = RedrivePolicy
        ? ['ApproximateAgeOfOldestMessage', 60, 900]
        : ['ApproximateNumberOfMessagesVisible', 1, 1];
      const [alarm] = on(metric, QueueName);
      expect(alarm?.Threshold).toBeGreaterThanOrEqual(least);
      expect(alarm?.Threshold).toBeLessThanOrEqual(most);
    }
    for (const [name, { deadLettersMean }] of Object.entries(queues))
      expect(on('ApproximateNumberOfMessagesVisible', `ninedays-${stage}-${name}-dlq`)[0]!.impact).toBe(
        deadLettersMean,
      );
  });

  it('every alarm watches something that exists', () => {
    const names = new Set([
      ...resourcesOf(deployment, 'AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName),
      ...resourcesOf(deployment, 'AWS::SQS::Queue').map(({ Properties }) => Properties.QueueName),
    ]);
    const watched = alarms.filter(({ dimension }) => dimension.Name !== 'ApiId');
    for (const { dimension } of watched) expect(names).toContain(dimension.Value);
    for (const { MetricName } of alarms.filter(({ Namespace }) => Namespace === 'ninedays'))
      expect(Object.values(metricNames)).toContain(MetricName);
  });

  it('every stream has an alarm on how far it is behind', () => {
    const streams = functionNames.filter((name) => definitionOf(name).trigger.type === 'stream');
    for (const name of streams) expect(on('IteratorAge', `ninedays-${stage}-${name}`)).toHaveLength(1);
  });

  it('silence of the auditor is an alarm, silence of everything else is not', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(breaching.map(({ MetricName }) => MetricName)).toEqual([metricNames.auditHeartbeat]);
  });

  it.each([
    metricNames.ordersWithoutTimer,
    metricNames.noticeRefused,
    metricNames.missedTimer,
    metricNames.missedEffect,
    metricNames.replyBreached,
    metricNames.oldestQuestionMinutes,
    metricNames.holidayYearMissing,
    metricNames.webhookRejected,
    '5xx',
  ])('%s has an alarm', (metric) => {
    expect(alarms.map(({ MetricName }) => MetricName)).toContain(metric);
  });
});
