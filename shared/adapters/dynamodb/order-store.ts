import { TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import type {
  DynamoDBDocumentClient,
  QueryCommandInput,
  TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { GetCommand, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { historyEntrySchema } from '../../domain/history.ts';
import { epochMs, instantSchema, monthOf, plusMinutes } from '../../domain/instant.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Order } from '../../domain/order.ts';
import { isLive, orderSchema } from '../../domain/order.ts';
import type { LedgerEntry } from '../../domain/ledger.ts';
import type { GroupMessage } from '../../ports/group-messages.ts';
import type { Commit, LiveOrder, Mark, OrderStore, WaitingOrder } from '../../ports/order-store.ts';
import type { OutboxItem } from '../../ports/outbox.ts';
import type { TableName } from './tables.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Names = Readonly<
  Record<Extract<TableName, 'orders' | 'history' | 'outbox' | 'marks' | 'messages' | 'ledger'>, () => string>
>;

const markSchema = z.object({
  id: z.string(),
  contentHash: z.string(),
  orderId: z.string(),
  expiresAtInstant: instantSchema,
});
const keySchema = z.object({ orderId: z.string() });
const waitingSchema = z.pick(orderSchema, { orderId: true, openQuestions: true });
const liveSchema = z.object({ orderId: z.string(), nextTimerAt: z.string() });

/** Sorts before every instant: a live order without any timer, which the auditor must find first. */
const noTimer = '0000';
const outboxDays = 90;

/** Orders in DynamoDB. Names are read when first used, so a function needs only those of the tables that it touches. */
export const makeOrderStore = (client: DynamoDBDocumentClient, names: Names): OrderStore => ({
  load: async (orderId) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: names.orders(), Key: { orderId }, ConsistentRead: true }),
    );
    return Item === undefined ? null : orderSchema.parse(Item);
  },

  commit: async (commit) => {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writesOf(commit, names) }));
      return 'committed';
    } catch (error) {
      if (isContended(error)) return 'stale';
      throw error;
    }
  },

  findMark: async (id) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: names.marks(), Key: { id }, ConsistentRead: true }),
    );
    if (Item === undefined) return null;
    const { expiresAtInstant, ...mark } = markSchema.parse(Item);
    return { ...mark, expiresAt: expiresAtInstant };
  },

  history: async (orderId) => {
    const entries = [];
    const pages = paginateQuery(
      { client },
      {
        TableName: names.history(),
        KeyConditionExpression: 'orderId = :orderId',
        ExpressionAttributeValues: { ':orderId': orderId },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages)
      entries.push(...Items.map((item) => historyEntrySchema.parse(item)));
    return entries;
  },

  dueOrders: (until) => dueOrders(client, names.orders(), until),
  waitingOrders: () => waitingOrders(client, names.orders()),
  trainedIn: (month) => trainedIn(client, names.orders(), month),
});

/** What an index holds under a key, page by page. */
async function* indexed(
  client: DynamoDBDocumentClient,
  query: Omit<QueryCommandInput, 'ExpressionAttributeValues'> & { IndexName: string },
  values: Readonly<Record<string, string>>,
): AsyncGenerator {
  const pages = paginateQuery({ client }, { ...query, ExpressionAttributeValues: values });
  for await (const { Items = [] } of pages) yield* Items;
}

async function* dueOrders(
  client: DynamoDBDocumentClient,
  TableName: string,
  until: Instant,
): AsyncGenerator<LiveOrder> {
  const query = {
    TableName,
    IndexName: 'live-by-next-timer',
    KeyConditionExpression: '#live = :live AND nextTimerAt <= :until',
    ExpressionAttributeNames: { '#live': 'live' },
  };
  for await (const item of indexed(client, query, { ':live': 'live', ':until': until })) {
    const { orderId, nextTimerAt } = liveSchema.parse(item);
    yield { orderId, nextTimerAt: nextTimerAt === noTimer ? null : instantSchema.parse(nextTimerAt) };
  }
}

async function* waitingOrders(
  client: DynamoDBDocumentClient,
  TableName: string,
): AsyncGenerator<WaitingOrder> {
  const query = {
    TableName,
    IndexName: 'waiting-by-question',
    KeyConditionExpression: 'waiting = :waiting',
  };
  for await (const item of indexed(client, query, { ':waiting': 'waiting' })) {
    const { orderId, openQuestions } = waitingSchema.parse(item);
    if (openQuestions !== null) yield { orderId, ...openQuestions };
  }
}

async function* trainedIn(
  client: DynamoDBDocumentClient,
  TableName: string,
  month: string,
): AsyncGenerator<string> {
  const query = {
    TableName,
    IndexName: 'by-training-month',
    KeyConditionExpression: 'trainedIn = :month',
  };
  for await (const item of indexed(client, query, { ':month': month })) yield keySchema.parse(item).orderId;
}

const writesOf = ({ before, order, entry, outbox, mark, ledger, message }: Commit, names: Names): Write[] => [
  { Put: { TableName: names.orders(), Item: orderItem(order), ...unchangedSince(before) } },
  { Put: { TableName: names.history(), Item: entry, ConditionExpression: 'attribute_not_exists(seq)' } },
  ...outbox.map((item) => ({
    Put: {
      TableName: names.outbox(),
      Item: outboxRecord(item),
      ConditionExpression: 'attribute_not_exists(id)',
    },
  })),
  ...ledger.map((booked) => ({
    Put: {
      TableName: names.ledger(),
      Item: ledgerRecord(booked),
      ConditionExpression: 'attribute_not_exists(entryId)',
    },
  })),
  ...(message === null
    ? []
    : [
        {
          Put: {
            TableName: names.messages(),
            Item: messageRecord(message),
            ConditionExpression: 'attribute_not_exists(messageId)',
          },
        },
      ]),
  ...(mark === null
    ? []
    : [
        {
          Put: {
            TableName: names.marks(),
            Item: markItem(mark),
            ConditionExpression: 'attribute_not_exists(id)',
          },
        },
      ]),
];

/** The write holds only for the version and the stage that were decided on. */
const unchangedSince = (before: Commit['before']) =>
  before === null
    ? { ConditionExpression: 'attribute_not_exists(orderId)' }
    : {
        ConditionExpression: 'version = :version AND stage = :stage',
        ExpressionAttributeValues: { ':version': before.version, ':stage': before.stage },
      };

/** The record with the attributes of those indexes that it is to be found in. */
const orderItem = (order: Order) => ({
  ...order,
  ...((isLive(order) || order.timers.length > 0) && {
    live: 'live',
    nextTimerAt: order.timers[0]?.at ?? noTimer,
  }),
  ...(order.openQuestions !== null && { waiting: 'waiting', askedAt: order.openQuestions.since }),
  ...(order.training.finishedAt !== null && {
    trainedIn: monthOf(order.training.finishedAt),
    trainedAt: order.training.finishedAt,
  }),
});

const outboxRecord = (item: OutboxItem) => ({
  ...item,
  pending: 'pending',
  expiresAt: epochSeconds(plusMinutes(item.createdAt, outboxDays * 24 * 60)),
});

const messageRecord = (message: GroupMessage) => ({
  ...message,
  expiresAtInstant: message.expiresAt,
  expiresAt: epochSeconds(message.expiresAt),
});

/** A staff id has no blanks, so that one trainer's entries are those that begin with the id and a blank. */
const ledgerRecord = (entry: LedgerEntry) => ({
  ...entry,
  trainerAndEntry: `${entry.trainerId} ${entry.entryId}`,
});

const markItem = (mark: Mark) => ({
  ...mark,
  expiresAtInstant: mark.expiresAt,
  expiresAt: epochSeconds(mark.expiresAt),
});

const epochSeconds = (instant: Instant): number => Math.ceil(epochMs(instant) / 1000);

/** Reasons for which a transaction is cancelled that another try, after a new look at the record, can overcome. */
const passing = new Set([
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Somebody else wrote the record or is writing it, or the table is busy: not a fault, but a reason to decide again. */
const isContended = (error: unknown): boolean =>
  error instanceof TransactionInProgressException ||
  (error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code = '' }) => passing.has(Code)));
