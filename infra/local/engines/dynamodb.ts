import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  paginateScan,
  ResourceInUseException,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableDefinition, TableName } from '../../../shared/adapters/dynamodb/tables.ts';
import { tables } from '../../../shared/adapters/dynamodb/tables.ts';

export type DynamodbEngine = { url: string; pid: number; close(): Promise<void> };

const startAttempts = 5;
const patienceMs = 3000;

/**
 * DynamoDB on 127.0.0.1: dynoxide as a process of its own, with its data in the file `dbPath`, or in memory without one. Throws when a
 * living process has the file open; the engine that a killed one left behind is ended first.
 */
export const openDynamodbEngine = async ({ dbPath }: { dbPath?: string } = {}): Promise<DynamodbEngine> => {
  const binary = findBinary();
  const file = dbPath === undefined ? null : resolve(dbPath);
  if (file !== null) await endOrphan(file);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = startEngine(binary, port, file);
    const failure = await failureAtStart(child);
    const { pid } = child;
    if (failure === null && pid !== undefined)
      return { url: `http://127.0.0.1:${port}`, pid, close: async () => await endEngine(child, file) };
    // Another process may have taken the port meanwhile.
    if (attempt === startAttempts) throw new Error(`dynoxide does not start: ${failure}`);
  }
};

const { resolve: resolveModule } = createRequire(import.meta.url);

const findBinary = (): string => {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    return join(dirname(resolveModule(`${name}/package.json`)), 'dynoxide');
  } catch {
    throw new Error(
      `the optional dependency ${name} is not installed: set DYNAMODB_ENDPOINT to another engine, e.g. DynamoDB Local`,
    );
  }
};

/** Asks the system for a free port; dynoxide tells nobody which one it has taken for port 0. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
};

/** Where setpriv (util-linux) is there, the system ends the engine together with this process, even after `kill -9`. */
const endsWithParent = (): boolean => spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;

const startEngine = (binary: string, port: number, file: string | null): ChildProcess => {
  const command = [binary, '--port', String(port), ...(file === null ? [] : ['--db-path', file])];
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  const child = endsWithParent()
    ? spawn('setpriv', ['--pdeathsig', 'TERM', ...command], { stdio })
    : spawn(binary, command.slice(1), { stdio });
  if (file !== null && child.pid !== undefined)
    writeFileSync(pidFile(file), JSON.stringify({ pid: child.pid, parent: process.pid }));
  return child;
};

/** The engine's first line says that it listens, or why it does not: then that is given. */
const failureAtStart = async ({ stderr }: ChildProcess): Promise<string | null> => {
  if (stderr === null) return 'it has no output';
  const lines = createInterface({ input: stderr });
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(lines, 'close').then(() => 'it ended without a word'),
  ]);
  return first.startsWith('Dynoxide listening') ? null : first;
};

const endEngine = async (child: ChildProcess, file: string | null): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await ended;
    clearTimeout(late);
  }
  if (file !== null) rmSync(pidFile(file), { force: true });
};

const pidFile = (file: string): string => `${file}.pid`;
const pidSchema = z.object({ pid: z.int(), parent: z.int() });

/** dynoxide does not lock its file, so an engine whose parent was killed must end before another one opens it. */
const endOrphan = async (file: string): Promise<void> => {
  const kept = pidSchema.safeParse(readJson(pidFile(file))).data;
  if (kept === undefined || !isEngineOf(kept.pid, file)) return;
  if (parentOf(kept.pid) === kept.parent)
    throw new Error(`${file} is in use by process ${kept.parent}: end it first`);
  const since = Date.now();
  while (isEngineOf(kept.pid, file)) {
    process.kill(kept.pid, Date.now() - since < patienceMs ? 'SIGTERM' : 'SIGKILL');
    await pause(20);
  }
};

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

/** Whether the process is dynoxide on just this file; false for one that has ended, also when nobody has waited for it. */
const isEngineOf = (pid: number, file: string): boolean => {
  const words = readProcess(pid, 'cmdline').split('\0');
  return (
    words.some((word) => basename(word) === 'dynoxide') && words[words.indexOf('--db-path') + 1] === file
  );
};

/** The process's parent, the fourth field after the name in brackets; a process whose parent has ended is given another one. */
const parentOf = (pid: number): number => {
  const stat = readProcess(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

const readProcess = (pid: number, what: 'cmdline' | 'stat'): string => {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
};

/** Creates the product's tables, and the indexes that a table of an earlier version lacks. What is there already stays as it is. */
export const createTables = async (
  client: DynamoDBClient,
  nameOf: (table: TableName) => string,
): Promise<void> => {
  for (const table of tableNames) await createTable(client, nameOf(table), tables[table]);
};

const isTableName = (name: string): name is TableName => Object.hasOwn(tables, name);
const tableNames: readonly TableName[] = Object.keys(tables).filter(isTableName);

const createTable = async (
  client: DynamoDBClient,
  TableName: string,
  definition: TableDefinition,
): Promise<void> => {
  const indexes = indexesOf(definition);
  const AttributeDefinitions = attributesOf(definition);
  try {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keyOf(definition),
        AttributeDefinitions,
        ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
        ...(definition.stream && {
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
        }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    for (const index of await missingIndexes(client, TableName, indexes))
      await client.send(
        new UpdateTableCommand({
          TableName,
          AttributeDefinitions,
          GlobalSecondaryIndexUpdates: [{ Create: index }],
        }),
      );
  }
};

const missingIndexes = async (
  client: DynamoDBClient,
  TableName: string,
  indexes: readonly GlobalSecondaryIndex[],
): Promise<readonly GlobalSecondaryIndex[]> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const there = new Set(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  return indexes.filter(({ IndexName }) => !there.has(IndexName));
};

type Key = Pick<TableDefinition, 'partitionKey' | 'sortKey'>;

const keyOf = ({ partitionKey, sortKey }: Key): KeySchemaElement[] => [
  { AttributeName: partitionKey.name, KeyType: 'HASH' },
  ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: 'RANGE' as const }] : []),
];

const indexesOf = ({ indexes }: TableDefinition): GlobalSecondaryIndex[] =>
  Object.entries(indexes).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: keyOf(index),
    Projection:
      index.projected.length === 0
        ? { ProjectionType: 'KEYS_ONLY' }
        : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.projected] },
  }));

const attributesOf = (definition: TableDefinition) => {
  const keys = [definition, ...Object.values(definition.indexes)].flatMap(({ partitionKey, sortKey }) =>
    sortKey ? [partitionKey, sortKey] : [partitionKey],
  );
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
};

/** Deletes what has expired by `now` (epoch ms): dynoxide keeps it for ever, and knows nothing of a turned clock. */
export const sweepExpired = async (
  client: DynamoDBClient,
  nameOf: (table: TableName) => string,
  now: number,
): Promise<void> => {
  for (const table of tableNames) {
    const definition: TableDefinition = tables[table];
    if (definition.expiry !== undefined)
      await sweepTable(client, nameOf(table), definition, definition.expiry, now);
  }
};

const sweepTable = async (
  client: DynamoDBClient,
  TableName: string,
  definition: TableDefinition,
  expiry: string,
  now: number,
): Promise<void> => {
  const keys = keyOf(definition).map(({ AttributeName = '' }, index) => [`#key${index}`, AttributeName]);
  const expired = { '#expiry': expiry };
  const values = { ':now': { N: String(Math.floor(now / 1000)) } };
  const pages = paginateScan(
    { client },
    {
      TableName,
      FilterExpression: '#expiry < :now',
      ProjectionExpression: keys.map(([placeholder]) => placeholder).join(', '),
      ExpressionAttributeNames: { ...expired, ...Object.fromEntries(keys) },
      ExpressionAttributeValues: values,
    },
  );
  for await (const { Items = [] } of pages)
    for (const Key of Items)
      await unlessRenewed(
        client.send(
          new DeleteItemCommand({
            TableName,
            Key,
            ConditionExpression: '#expiry < :now',
            ExpressionAttributeNames: expired,
            ExpressionAttributeValues: values,
          }),
        ),
      );
};

const unlessRenewed = async (deletion: Promise<unknown>): Promise<void> => {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};
