import { Aws } from 'aws-cdk-lib';
import type { PrincipalBase } from 'aws-cdk-lib/aws-iam';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';

/** EventBridge Scheduler, for schedules of one group of this account only: it can't be made to act for somebody else's. */
export const schedulerPrincipal = (group: string): PrincipalBase =>
  new ServicePrincipal('scheduler.amazonaws.com').withConditions({
    StringEquals: {
      'aws:SourceAccount': Aws.ACCOUNT_ID,
      'aws:SourceArn': `arn:${Aws.PARTITION}:scheduler:${Aws.REGION}:${Aws.ACCOUNT_ID}:schedule-group/${group}`,
    },
  });
