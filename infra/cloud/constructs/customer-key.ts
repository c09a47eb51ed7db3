import { Aws, Duration } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

const services = ['dynamodb', 's3', 'secretsmanager'] as const;

/**
 * The customer's own key. As with AWS's managed keys, whoever may use a table, the recordings or a secret of this account may use the key
 * through that service and no other way: so no function's rights depend on which key was chosen.
 */
export class CustomerKey extends Construct {
  /** By its address, so that no construct adds to its policy: the CDK writes hosts there that China has otherwise. */
  readonly key: IKey;

  constructor(scope: Construct, id: string, { stage }: { stage: string }) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      alias: `ninedays-${stage}`,
      description: `Encrypts the tables, recordings and secrets of ninedays ${stage}.`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: [
          'kms:CreateGrant',
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        // In a key's policy this means the key itself.
        resources: ['*'],
        conditions: {
          StringEquals: {
            'kms:CallerAccount': Aws.ACCOUNT_ID,
            'kms:ViaService': services.map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
          },
        },
      }),
    );
    this.key = Key.fromKeyArn(this, 'ByAddress', key.keyArn);
  }
}
