import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { TableDefinition } from '../../../shared/adapters/dynamodb/tables.ts';

const types = { S: AttributeType.STRING, N: AttributeType.NUMBER } as const;

const attributeOf = ({ name, type }: TableDefinition['partitionKey']) => ({ name, type: types[type] });

type ProductTableProps = {
  definition: TableDefinition;
  deletionProtection: boolean;
  /** A customer's key; without it DynamoDB's AWS-managed key is used. */
  key: IKey | undefined;
};

/** A table of the product: paid by use, kept when its stack goes, restorable to any second of the last 35 days. */
export class ProductTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { definition, deletionProtection, key }: ProductTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: attributeOf(definition.partitionKey),
      ...(definition.sortKey && { sortKey: attributeOf(definition.sortKey) }),
      ...(definition.expiry !== undefined && { timeToLiveAttribute: definition.expiry }),
      ...(definition.stream && { stream: StreamViewType.NEW_IMAGE }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection,
      ...(key
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }
        : { encryption: TableEncryption.AWS_MANAGED }),
    });
    for (const [indexName, index] of Object.entries(definition.indexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: attributeOf(index.partitionKey),
        sortKey: attributeOf(index.sortKey),
        ...(index.projected.length === 0
          ? { projectionType: ProjectionType.KEYS_ONLY }
          : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.projected] }),
      });
    }
  }
}
