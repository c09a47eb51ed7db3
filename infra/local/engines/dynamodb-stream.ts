import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  type _Record,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

/** New records of a table's stream, at least once: `poll` gives the first ones after what was last acknowledged, again and again. */
export type StreamReader = {
  poll(limit: number): Promise<DynamoDBRecord[]>;
  /** Takes the sequence number of the last record that was dealt with. */
  acknowledge(upTo: string): void;
};

/** Reads a stream as Lambda's event source mapping does. The checkpoint keeps the sequence number that was last acknowledged. */
export const openStreamReader = async ({
  endpoint,
  tableName,
  checkpoint,
}: {
  endpoint: string;
  tableName: string;
  checkpoint: { load(): string | null; save(sequenceNumber: string): void };
}): Promise<StreamReader> => {
  const client = new DynamoDBStreamsClient({ endpoint });
  const StreamArn = await streamOf(endpoint, tableName);

  /** Where the last read ended, so that the next one goes on from there without looking for its shard again. */
  let next: { after: string | null; iterator: string } | null = null;

  const read = async (after: string | null, ShardIterator: string | undefined, Limit: number) => {
    const { Records = [], NextShardIterator } = await client.send(
      new GetRecordsCommand({ ShardIterator, Limit }),
    );
    const last = Records.at(-1)?.dynamodb?.SequenceNumber ?? after;
    next = NextShardIterator === undefined ? null : { after: last, iterator: NextShardIterator };
    return Records;
  };

  const search = async (after: string | null, limit: number): Promise<_Record[]> => {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
    const shards = StreamDescription?.Shards ?? [];
    for (const shard of shards) {
      if (shard !== shards.at(-1) && endedBefore(shard, after)) continue;
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamArn, ShardId: shard.ShardId, ...startIn(shard, after) }),
      );
      const records = await read(after, ShardIterator, limit);
      if (records.length > 0) return records;
    }
    return [];
  };

  return {
    poll: async (limit) => {
      const after = checkpoint.load();
      const known = next?.after === after ? next.iterator : null;
      next = null;
      const records = known === null ? await search(after, limit) : await read(after, known, limit);
      return records.map((record) => lambdaRecord(record, StreamArn));
    },
    acknowledge: (upTo) => checkpoint.save(upTo),
  };
};

const streamOf = async (endpoint: string, TableName: string): Promise<string> => {
  const client = new DynamoDBClient({ endpoint });
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  client.destroy();
  if (Table?.LatestStreamArn === undefined) throw new Error(`${TableName} has no stream`);
  return Table.LatestStreamArn;
};

/** dynoxide has one shard, whose end it gets wrong (it compares numbers as text); other engines begin a new one every few hours. */
const endedBefore = ({ SequenceNumberRange: { EndingSequenceNumber } = {} }: Shard, after: string | null) =>
  after !== null && EndingSequenceNumber !== undefined && BigInt(EndingSequenceNumber) < BigInt(after);

const startIn = (
  { SequenceNumberRange: { StartingSequenceNumber } = {} }: Shard,
  after: string | null,
): Pick<GetShardIteratorCommand['input'], 'ShardIteratorType' | 'SequenceNumber'> =>
  after === null || (StartingSequenceNumber !== undefined && BigInt(StartingSequenceNumber) > BigInt(after))
    ? { ShardIteratorType: 'TRIM_HORIZON' }
    : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after };

/** The record as Lambda hands it to a function: in JSON, so times are seconds and binary values are base64. */
const lambdaRecord = ({ eventName, dynamodb, ...record }: _Record, eventSourceARN = ''): DynamoDBRecord => ({
  ...record,
  eventSourceARN,
  ...(eventName && { eventName }),
  ...(dynamodb && {
    dynamodb: JSON.parse(
      JSON.stringify(
        {
          ...dynamodb,
          ApproximateCreationDateTime: (dynamodb.ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
        },
        (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
      ),
    ),
  }),
});
