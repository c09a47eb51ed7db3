import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Lets one rule of cdk-nag go at one construct, for a reason that holds there. */
export const acknowledge = (at: IConstruct, rule: `AwsSolutions-${string}`, reason: string): void => {
  Validations.of(at).acknowledge({ id: rule, reason });
};
