import type { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { RunbookHeading } from '../runbook.ts';

/** Where alarms go and how they are named. */
export type AlarmSite = { stage: string; topic: ITopic; runbookUrl: string };

export type UserImpactAlarmProps = {
  site: AlarmSite;
  /** What is wrong, as a name: `due-timers-waiting`. */
  name: string;
  /** What people notice. An alarm that nobody would notice is none. */
  userImpact: string;
  runbook: RunbookHeading;
  /** A figure whose period is the alarm's. */
  metric: IMetric & { readonly period: Duration };
  /** Rings at this value and above. */
  atLeast?: number;
  /** Rings below this value, and when there is no value at all. */
  below?: number;
  /** Rings when this many … */
  bad?: number;
  /** … of this many periods are bad. */
  of?: number;
};

/** An alarm that says what people notice and where it is written what to do. */
export class UserImpactAlarm extends Construct {
  constructor(scope: Construct, id: string, props: UserImpactAlarmProps) {
    super(scope, id);
    const { site, name, userImpact, runbook, metric, atLeast, below, bad = 1, of = bad } = props;
    const threshold = atLeast ?? below;
    if (userImpact.trim() === '') throw new Error(`the alarm ${name} says no user impact`);
    if (threshold === undefined) throw new Error(`the alarm ${name} has no threshold`);
    const alarm = new Alarm(this, 'Alarm', {
      alarmName: `ninedays-${site.stage}-${name}`,
      alarmDescription: `${userImpact} Runbook: ${site.runbookUrl}#${runbook}`,
      metric,
      threshold,
      comparisonOperator:
        atLeast === undefined
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: of,
      datapointsToAlarm: bad,
      treatMissingData: atLeast === undefined ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(site.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
