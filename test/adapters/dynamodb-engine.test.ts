import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DynamodbEngine } from '../../infra/local/engines/dynamodb.ts';
import { createTables, openDynamodbEngine, sweepExpired } from '../../infra/local/engines/dynamodb.ts';
import { openStreamReader } from '../../infra/local/engines/dynamodb-stream.ts';
import type { TableName } from '../../shared/adapters/dynamodb/tables.ts';

const nameOf = (table: TableName): string => `test-${table}`;
const connect = (engine: DynamodbEngine): DynamoDBClient => new DynamoDBClient({ endpoint: engine.url });

beforeAll(() => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterAll(() => vi.unstubAllEnvs());

const rate = (id: string, expiresAt = 0) => ({
  TableName: nameOf('rates'),
  Item: { id: { S: id }, expiresAt: { N: String(expiresAt) } },
});

const readRate = async (client: DynamoDBClient, id: string) =>
  (await client.send(new GetItemCommand({ TableName: nameOf('rates'), Key: { id: { S: id } } }))).Item;

/** Whether a process runs; one that has ended but was not waited for has no command line. */
const runs = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
};

describe('the DynamoDB engine and its file', () => {
  let folder: string;
  let dbPath: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
    dbPath = join(folder, 'dynamodb.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A process that opens the engine on the file, ended by `kill -9`; gives the engine's process id. */
  const killAnOwner = async (env: NodeJS.ProcessEnv): Promise<number> => {
    const engineFile = join(import.meta.dirname, '../../infra/local/engines/dynamodb.ts');
    const script = `
      import { openDynamodbEngine } from ${JSON.stringify(engineFile)};
      const engine = await openDynamodbEngine({ dbPath: ${JSON.stringify(dbPath)} });
      console.log(engine.pid);
    `;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: owner.stdout }), 'line');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    return Number(line);
  };

  it('keeps its items when it is closed, and when it is killed', async () => {
    for (const end of ['close', 'kill'] as const) {
      const engine = await openDynamodbEngine({ dbPath });
      const client = connect(engine);
      await createTables(client, nameOf);
      await client.send(new PutItemCommand(rate(end)));
      client.destroy();
      if (end === 'kill') process.kill(engine.pid, 'SIGKILL');
      await engine.close();
    }
    const engine = await openDynamodbEngine({ dbPath });
    const client = connect(engine);
    await expect(readRate(client, 'close')).resolves.toMatchObject({ id: { S: 'close' } });
    await expect(readRate(client, 'kill')).resolves.toMatchObject({ id: { S: 'kill' } });
    client.destroy();
    await engine.close();
    expect(runs(engine.pid)).toBe(false);
    expect(existsSync(`${dbPath}.pid`)).toBe(false);
  });

  it('ends by itself when its process is killed', async () => {
    const orphan = await killAnOwner({});
    await expect.poll(() => runs(orphan), { timeout: 5000 }).toBe(false);
  });

  it('ends the engine that a killed process left behind, where it could not end by itself', async () => {
    const orphan = await killAnOwner({ PATH: '/nowhere' });
    expect(runs(orphan)).toBe(true);
    const engine = await openDynamodbEngine({ dbPath });
    expect(runs(orphan)).toBe(false);
    await engine.close();
  });

  it('refuses a file that a living process has open, and leaves that engine alone', async () => {
    const engine = await openDynamodbEngine({ dbPath });
    await expect(openDynamodbEngine({ dbPath })).rejects.toThrow(`in use by process ${process.pid}`);
    expect(runs(engine.pid)).toBe(true);
    await engine.close();
  });

  it('ends no other process that has got the number of an engine of before', async () => {
    const other = await openDynamodbEngine({ dbPath: join(folder, 'other.sqlite') });
    const script = 'setInterval(() => {}, 1000)';
    const stranger = spawn(process.execPath, ['-e', script, '--', '--db-path', dbPath]);
    for (const pid of [other.pid, stranger.pid!]) {
      writeFileSync(`${dbPath}.pid`, JSON.stringify({ pid, parent: 1 }));
      const engine = await openDynamodbEngine({ dbPath });
      expect(runs(pid)).toBe(true);
      await engine.close();
    }
    stranger.kill();
    await other.close();
  });

  it('starts also when the note of the engine of before was torn', async () => {
    writeFileSync(`${dbPath}.pid`, '{"pid":');
    const engine = await openDynamodbEngine({ dbPath });
    expect(JSON.parse(readFileSync(`${dbPath}.pid`, 'utf8'))).toStrictEqual({
      pid: engine.pid,
      parent: process.pid,
    });
    await engine.close();
  });

  it('tells on a machine that it was not made for which other engine to use', async () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform')!;
    Object.defineProperty(process, 'platform', { value: 'plan9' });
    try {
      await expect(openDynamodbEngine()).rejects.toThrow('DYNAMODB_ENDPOINT');
    } finally {
      Object.defineProperty(process, 'platform', platform);
    }
  });
});

describe('the tables of the DynamoDB engine', () => {
  let engine: DynamodbEngine;
  let client: DynamoDBClient;
  beforeEach(async () => {
    engine = await openDynamodbEngine();
    client = connect(engine);
    await createTables(client, nameOf);
  });
  afterEach(async () => {
    client.destroy();
    await engine.close();
  });

  it('are those of the product, with their keys, indexes and streams', async () => {
    const { TableNames } = await client.send(new ListTablesCommand({}));
    expect(TableNames).toStrictEqual(
      ['history', 'ledger', 'marks', 'messages', 'orders', 'outbox', 'rates', 'sessions'].map(
        (table) => `test-${table}`,
      ),
    );
    const { Table } = await client.send(new DescribeTableCommand({ TableName: nameOf('outbox') }));
    expect(Table).toMatchObject({
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'pending',
          KeySchema: [
            { AttributeName: 'pending', KeyType: 'HASH' },
            { AttributeName: 'createdAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  it('stay as they are when they are created again', async () => {
    await client.send(new PutItemCommand(rate('kept')));
    await createTables(client, nameOf);
    await expect(readRate(client, 'kept')).resolves.toBeDefined();
  });

  it('get the indexes that they lack from an earlier version, with what is in them already', async () => {
    const TableName = nameOf('outbox');
    await client.send(new DeleteTableCommand({ TableName }));
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }),
    );
    const Item = { id: { S: 'old' }, pending: { S: 'pending' }, createdAt: { S: '2025' } };
    await client.send(new PutItemCommand({ TableName, Item }));
    await createTables(client, nameOf);
    const found = async () =>
      await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'pending',
          KeyConditionExpression: 'pending = :pending',
          ExpressionAttributeValues: { ':pending': { S: 'pending' } },
        }),
      );
    await expect.poll(found).toMatchObject({ Items: [{ id: { S: 'old' } }] });
  });

  it('lose what has expired by the clock that is handed in, and nothing else', async () => {
    const now = Date.parse('2030-01-01T00:00:00.500Z');
    const second = Math.floor(now / 1000);
    await client.send(new PutItemCommand(rate('gone', second - 1)));
    await client.send(new PutItemCommand(rate('kept', second)));
    const order = { orderId: { S: 'A-1' }, expiresAt: { N: '1' } };
    await client.send(new PutItemCommand({ TableName: nameOf('orders'), Item: order }));
    await sweepExpired(client, nameOf, now);
    await expect(readRate(client, 'gone')).resolves.toBeUndefined();
    await expect(readRate(client, 'kept')).resolves.toBeDefined();
    await expect(client.send(new ScanCommand({ TableName: nameOf('orders') }))).resolves.toMatchObject({
      Count: 1,
    });
  });
});

describe('the stream of the DynamoDB engine', () => {
  let folder: string;
  let engine: DynamodbEngine;
  let client: DynamoDBClient;
  let saved: string | null;

  const open = async (): Promise<void> => {
    engine = await openDynamodbEngine({ dbPath: join(folder, 'dynamodb.sqlite') });
    client = connect(engine);
    await createTables(client, nameOf);
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await engine.close();
  };
  const openReader = async () =>
    await openStreamReader({
      endpoint: engine.url,
      tableName: nameOf('outbox'),
      checkpoint: { load: () => saved, save: (sequenceNumber) => (saved = sequenceNumber) },
    });
  const put = async (...ids: string[]): Promise<void> => {
    for (const id of ids)
      await client.send(
        new PutItemCommand({
          TableName: nameOf('outbox'),
          Item: { id: { S: id }, body: { B: Buffer.from('x') } },
        }),
      );
  };
  const idsOf = (records: readonly DynamoDBRecord[]) =>
    records.map(({ dynamodb }) => dynamodb?.Keys?.['id']?.S);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
    saved = null;
    await open();
  });
  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  it('is empty while nothing is written', async () => {
    const reader = await openReader();
    await expect(reader.poll(10)).resolves.toStrictEqual([]);
  });

  it('gives records in order, at most as many as asked, again until they are acknowledged', async () => {
    const reader = await openReader();
    await put('a', 'b', 'c');
    const first = await reader.poll(2);
    expect(idsOf(first)).toStrictEqual(['a', 'b']);
    await expect(reader.poll(2)).resolves.toStrictEqual(first);
    reader.acknowledge(first[0]!.dynamodb!.SequenceNumber!);
    expect(idsOf(await reader.poll(10))).toStrictEqual(['b', 'c']);
  });

  it('gives records in the form in which Lambda hands them to a function', async () => {
    await put('a');
    const reader = await openReader();
    const [record] = await reader.poll(1);
    expect(record).toMatchObject({
      eventID: expect.any(String),
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      eventSourceARN: expect.stringContaining(':table/test-outbox/stream/'),
      dynamodb: {
        Keys: { id: { S: 'a' } },
        NewImage: { id: { S: 'a' }, body: { B: 'eA==' } },
        SequenceNumber: expect.stringMatching(/^\d+$/),
        ApproximateCreationDateTime: expect.any(Number),
        StreamViewType: 'NEW_IMAGE',
      },
    });
  });

  it('tells insertions, changes and removals apart', async () => {
    await put('a');
    const Key = { id: { S: 'a' } };
    await client.send(
      new UpdateItemCommand({
        TableName: nameOf('outbox'),
        Key,
        UpdateExpression: 'SET expiresAt = :past',
        ExpressionAttributeValues: { ':past': { N: '1' } },
      }),
    );
    await sweepExpired(client, nameOf, 10_000);
    const records = await (await openReader()).poll(10);
    expect(records.map(({ eventName }) => eventName)).toStrictEqual(['INSERT', 'MODIFY', 'REMOVE']);
  });

  it('goes on after the checkpoint when the engine is killed and started again', async () => {
    await put('a', 'b');
    const before = await openReader();
    before.acknowledge((await before.poll(1))[0]!.dynamodb!.SequenceNumber!);
    process.kill(engine.pid, 'SIGKILL');
    await close();
    await open();
    await put('c');
    expect(idsOf(await (await openReader()).poll(10))).toStrictEqual(['b', 'c']);
  });

  it('has each record once, under a number of its own, however many there are', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `id-${index}`);
    await Promise.all(ids.map(async (id) => await put(id)));
    const reader = await openReader();
    const seen: DynamoDBRecord[] = [];
    for (let batch = await reader.poll(50); batch.length > 0; batch = await reader.poll(50)) {
      seen.push(...batch);
      reader.acknowledge(batch.at(-1)!.dynamodb!.SequenceNumber!);
    }
    expect(new Set(idsOf(seen))).toStrictEqual(new Set(ids));
    expect(new Set(seen.map(({ dynamodb }) => dynamodb?.SequenceNumber)).size).toBe(ids.length);
    expect(seen).toHaveLength(ids.length);
  });
});
