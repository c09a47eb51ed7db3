type Attribute = { name: string; type: 'S' | 'N' };

/** A table as both CDK and the local engine create it. */
export type TableDefinition = {
  partitionKey: Attribute;
  sortKey?: Attribute;
  indexes: Readonly<
    Record<string, { partitionKey: Attribute; sortKey: Attribute; projected: readonly string[] }>
  >;
  /** Attribute with the epoch seconds after which an item may be removed. */
  expiry?: string;
  /** Whether changes are published, with the new image. */
  stream?: true;
};

const text = (name: string): Attribute => ({ name, type: 'S' });

const ledgerColumns = [
  'at',
  'kind',
  'rule',
  'trainerId',
  'trainerName',
  'amount',
  'days',
  'reverses',
  'why',
  'evidence',
] as const;

/** Every table of the product: the one source for the cloud, the local engine and the tests. */
export const tables = {
  /**
   * One record an order. `live` is there only while the order is or a timer of it is to come, `waiting` only while a question is open, `trainedIn` once it is trained:
   * the indexes hold nothing else.
   */
  orders: {
    partitionKey: text('orderId'),
    indexes: {
      'live-by-next-timer': { partitionKey: text('live'), sortKey: text('nextTimerAt'), projected: [] },
      'waiting-by-question': {
        partitionKey: text('waiting'),
        sortKey: text('askedAt'),
        projected: ['openQuestions'],
      },
      'by-training-month': { partitionKey: text('trainedIn'), sortKey: text('trainedAt'), projected: [] },
    },
  },
  /** The hash-chained history, append-only. */
  history: { partitionKey: text('orderId'), sortKey: { name: 'seq', type: 'N' }, indexes: {} },
  /** Effects to come. `pending` is there only until the effect has its result. */
  outbox: {
    partitionKey: text('id'),
    indexes: { pending: { partitionKey: text('pending'), sortKey: text('createdAt'), projected: [] } },
    expiry: 'expiresAt',
    stream: true,
  },
  /** What was said in the orders' groups, with the texts. */
  messages: { partitionKey: text('orderId'), sortKey: text('messageId'), indexes: {}, expiry: 'expiresAt' },
  /** Who is paid what, append-only. */
  ledger: {
    partitionKey: text('orderId'),
    sortKey: text('entryId'),
    indexes: {
      'by-month': { partitionKey: text('month'), sortKey: text('trainerAndEntry'), projected: ledgerColumns },
    },
  },
  /** Messages that were handled. */
  marks: { partitionKey: text('id'), indexes: {}, expiry: 'expiresAt' },
  /** Staff sessions. */
  sessions: { partitionKey: text('sessionId'), indexes: {}, expiry: 'expiresAt' },
  /** Messages sent to WeCom, by robot and minute. */
  rates: { partitionKey: text('id'), indexes: {}, expiry: 'expiresAt' },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;
