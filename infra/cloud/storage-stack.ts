import type { StackProps } from 'aws-cdk-lib';
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { TableName } from '../../shared/adapters/dynamodb/tables.ts';
import { tables } from '../../shared/adapters/dynamodb/tables.ts';
import type { SecretName } from '../../shared/ports/secrets.ts';
import { acknowledge } from './acknowledge.ts';
import { CustomerKey } from './constructs/customer-key.ts';
import { ProductTable } from './constructs/product-table.ts';
import { RecordingsBucket } from './constructs/recordings-bucket.ts';
import type { StageSettings } from './settings.ts';

/** PIPL: who has looked at personal data stays known for at least six months. */
const accessLogDays = 190;

type StorageStackProps = StackProps & { stage: string; settings: StageSettings };

/** What outlives every deployment: tables, recordings, secrets and the key. */
export class StorageStack extends Stack {
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly secrets: Readonly<Record<SecretName, Secret>>;
  readonly recordings: Bucket;

  constructor(scope: Construct, id: string, { stage, settings, ...props }: StorageStackProps) {
    super(scope, id, { ...props, terminationProtection: settings.deletionProtection });
    const key =
      settings.encryption === 'customer-key' ? new CustomerKey(this, 'Key', { stage }).key : undefined;

    const table = (name: TableName): Table => {
      const { table } = new ProductTable(this, name, {
        definition: tables[name],
        deletionProtection: settings.deletionProtection,
        key,
      });
      new CfnOutput(this, `table-${name}`, { value: table.tableName });
      return table;
    };
    this.tables = {
      orders: table('orders'),
      history: table('history'),
      outbox: table('outbox'),
      marks: table('marks'),
      sessions: table('sessions'),
      messages: table('messages'),
      ledger: table('ledger'),
      rates: table('rates'),
    };

    const { bucket } = new RecordingsBucket(this, 'recordings', {
      origins: settings.consoleOrigins,
      accessLogDays,
      key,
    });
    this.recordings = bucket;
    new CfnOutput(this, 'bucket-recordings', { value: bucket.bucketName });

    const secret = (name: SecretName, description: string, whyNotRotated: string): Secret => {
      const made = new Secret(this, name, {
        secretName: `ninedays/${stage}/${name}`,
        description,
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: RemovalPolicy.RETAIN,
        ...(key && { encryptionKey: key }),
      });
      acknowledge(made, 'AwsSolutions-SMG4', whyNotRotated);
      return made;
    };
    this.secrets = {
      'crm-webhook': secret(
        'crm-webhook',
        "Secrets of the CRM's webhooks (whsec_...), the newest first, separated by spaces. Until an operator fills it in, nobody can sign.",
        'The CRM is the other holder: both sides change it together, with the old and the new value in force for a while.',
      ),
      'session-key': secret(
        'session-key',
        'Keys that sign staff sessions, the newest first, separated by spaces.',
        'An operator changes it with the old and the new value in force until the old sessions have ended; a rotation by itself would sign everybody out.',
      ),
    };
  }
}
