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

/** Every table of the product: the one source for the cloud, the local engine and the tests. */
export const tables = {
  /** One record an order. `live` is there only while the order is: the index holds no ended order. */
  orders: {
    partitionKey: text('orderId'),
    indexes: {
      'live-by-next-timer': { partitionKey: text('live'), sortKey: text('nextTimerAt'), projected: [] },
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
  /** Messages that were handled. */
  marks: { partitionKey: text('id'), indexes: {}, expiry: 'expiresAt' },
  /** Staff sessions. */
  sessions: { partitionKey: text('sessionId'), indexes: {}, expiry: 'expiresAt' },
  /** Messages sent to WeCom, by robot and minute. */
  rates: { partitionKey: text('id'), indexes: {}, expiry: 'expiresAt' },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;
