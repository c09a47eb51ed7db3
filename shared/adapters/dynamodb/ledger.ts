import { compareText } from '../../domain/compare-text.ts';
import type { DynamoDBDocumentClient, QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { LedgerEntry } from '../../domain/ledger.ts';
import { ledgerEntrySchema } from '../../domain/ledger.ts';
import type { Ledger } from '../../ports/ledger.ts';

/** The ledger in DynamoDB, for reading: its entries are written by the order store, with the decision that books them. */
export const makeLedger = (client: DynamoDBDocumentClient, table: () => string): Ledger => ({
  ofOrder: async (orderId) => {
    const entries = await query(client, {
      TableName: table(),
      KeyConditionExpression: 'orderId = :orderId',
      ExpressionAttributeValues: { ':orderId': orderId },
      ConsistentRead: true,
    });
    return entries.toSorted(byBooking);
  },

  ofMonth: async (month, trainerId) => {
    const entries = await query(client, {
      TableName: table(),
      IndexName: 'by-month',
      KeyConditionExpression:
        trainerId === null ? '#month = :month' : '#month = :month AND trainerAndEntry BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#month': 'month' },
      ExpressionAttributeValues: { ':month': month, ...(trainerId !== null && rangeOf(trainerId)) },
    });
    return entries.toSorted(
      (a, b) => compareText(a.trainerId, b.trainerId) || compareText(a.orderId, b.orderId) || byBooking(a, b),
    );
  },
});

/** The keys that begin with a trainer's id and a blank, up to the sign after the blank. The local engine's `begins_with` takes T1 for t1. */
const rangeOf = (trainerId: string) => ({ ':from': `${trainerId} `, ':to': `${trainerId}!` });

const query = async (client: DynamoDBDocumentClient, input: QueryCommandInput): Promise<LedgerEntry[]> => {
  const entries = [];
  for await (const { Items = [] } of paginateQuery({ client }, input))
    entries.push(...Items.map((item) => ledgerEntrySchema.parse(item)));
  return entries;
};

/** Entries of one order by the numbers in their ids: as text, version 10 would come before version 9. */
const byBooking = (a: LedgerEntry, b: LedgerEntry): number => numerically.compare(a.entryId, b.entryId);
const numerically = new Intl.Collator('en', { numeric: true });
