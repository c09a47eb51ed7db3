import { randomUUID } from 'node:crypto';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { Clock } from '../../../shared/ports/clock.ts';
import { notImplemented } from './aws-json.ts';
import { json, mergeAttributes, queueArn, type QueueAttributes, type Settings } from './sqs-attributes.ts';
import { checkRange, invalidValue, sqsError } from './sqs-errors.ts';
import { checkDraft, StoredMessage, type Draft } from './sqs-messages.ts';
import { makeTransaction } from './sqlite-transaction.ts';

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS queues (
    name TEXT PRIMARY KEY,
    attributes TEXT NOT NULL,
    createdAt INTEGER NOT NULL,
    modifiedAt INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- A receipt is what the message's last receiver holds; source is the queue that gave the message up as undeliverable.
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sentAt INTEGER NOT NULL,
    visibleAt INTEGER NOT NULL,
    firstReceivedAt INTEGER,
    received INTEGER NOT NULL DEFAULT 0,
    receivedBefore INTEGER NOT NULL DEFAULT 0,
    receipt TEXT,
    source TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS byVisibility ON messages (queue, visibleAt);
  CREATE INDEX IF NOT EXISTS byAge ON messages (queue, sentAt);
  CREATE TABLE IF NOT EXISTS moves (
    seq INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    destination TEXT,
    startedAt INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    total INTEGER NOT NULL
  ) STRICT;
`;

const QueueRow = z.object({
  name: z.string(),
  attributes: json(z.record(z.string(), z.string())),
  createdAt: z.int(),
  modifiedAt: z.int(),
});

const MoveRow = z.object({
  destination: z.nullable(z.string()),
  startedAt: z.int(),
  moved: z.int(),
  total: z.int(),
});

const Candidates = z.array(z.object({ seq: z.int(), received: z.int() }));
const Counts = z.object({ visible: z.int(), inFlight: z.int(), delayed: z.int() });
const Names = z.array(z.object({ name: z.string() }));

/** How many messages of a queue can be received now, are with a receiver, or have a delay that still runs. */
export type MessageCounts = z.output<typeof Counts>;

export type Queue = z.output<typeof QueueRow> & { settings: Settings };

/** The open store of queues. */
export type Queues = ReturnType<typeof openQueues>;

/** A receipt names its queue and message, so that it is found by key, and the one delivery that it stands for. */
const newReceipt = (queue: string, seq: number): string =>
  Buffer.from(`${queue}/${seq}/${randomUUID()}`).toString('base64url');

const seqOf = (receipt: string, queue: string): number => {
  const [, name, seq] =
    /^([\w-]{1,80})\/(\d{1,15})\/[\da-f-]{36}$/.exec(Buffer.from(receipt, 'base64url').toString()) ?? [];
  if (name === queue && seq) return Number(seq);
  throw sqsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${receipt}" is not a valid receipt handle.`,
  );
};

/**
 * SQL as tagged templates, each prepared once. (Node has such a tag itself, but it keeps a file open that was closed.)
 */
const statementsOf = (db: DatabaseSync) => {
  const prepared = new Map<TemplateStringsArray, StatementSync>();
  return (parts: TemplateStringsArray, ...values: SQLInputValue[]) => {
    const statement = prepared.get(parts) ?? db.prepare(parts.join('?'));
    prepared.set(parts, statement);
    return {
      run: () => statement.run(...values),
      get: () => statement.get(...values),
      all: () => statement.all(...values),
    };
  };
};

/**
 * Queues and messages in one SQLite file, which holds all state there is. Every call is one transaction. `announce` is
 * told, after the commit, of the queues in which a message arrived or was given another time to become visible.
 */
export const openQueues = (file: string, clock: Clock, announce: (queue: string) => void) => {
  const db = new DatabaseSync(file);
  db.function('newId', () => randomUUID());
  db.exec(SCHEMA);
  const sql = statementsOf(db);
  let changed = new Set<string>();

  /** Tells what has changed once it is committed. */
  const together = makeTransaction(db, {
    begun: () => (changed = new Set()),
    committed: () => {
      for (const queue of changed) announce(queue);
    },
  });

  const atomic =
    <Args extends unknown[], Result>(work: (...args: Args) => Result) =>
    (...args: Args): Result =>
      together(() => work(...args));

  /** The queue, rid of the messages that have outlived its retention. */
  const find = atomic((name: string): Queue => {
    const row = sql`SELECT * FROM queues WHERE name = ${name}`.get();
    if (!row) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    const queue = z.parse(QueueRow, row);
    const { settings } = mergeAttributes({}, queue.attributes);
    sql`DELETE FROM messages
      WHERE queue = ${name} AND sentAt <= ${clock.now() - settings.MessageRetentionPeriod * 1000}`.run();
    return { ...queue, settings };
  });

  const exists = (name: string): boolean =>
    sql`SELECT 1 FROM queues WHERE name = ${name}`.get() !== undefined;

  const byArn = (arn: string): string | undefined => {
    const name = arn.slice(arn.lastIndexOf(':') + 1);
    return arn === queueArn(name) && exists(name) ? name : undefined;
  };

  /** A dead-letter queue must be there, be another queue, and allow this one. */
  const checkRedrive = (name: string, { RedrivePolicy }: Settings): void => {
    if (!RedrivePolicy) return;
    const arn = RedrivePolicy.deadLetterTargetArn;
    const target = byArn(arn);
    if (!target) throw invalidValue('RedrivePolicy', arn, 'Dead letter target does not exist.');
    if (target === name) throw invalidValue('RedrivePolicy', arn, 'Dead letter target is the queue itself.');
    const allow = find(target).settings.RedriveAllowPolicy;
    const allowed =
      allow?.redrivePermission === 'byQueue'
        ? allow.sourceQueueArns.includes(queueArn(name))
        : allow?.redrivePermission !== 'denyAll';
    if (!allowed) throw invalidValue('RedrivePolicy', arn, 'Dead letter target does not allow this source.');
  };

  const create = atomic((name: string, given: QueueAttributes): void => {
    if (name.endsWith('.fifo')) throw notImplemented('A FIFO queue');
    if (!/^[\w-]{1,80}$/.test(name)) {
      throw invalidValue('QueueName', name, 'Must be 1 to 80 letters, digits, hyphens or underscores.');
    }
    const { attributes, settings } = mergeAttributes(given);
    if (!exists(name)) {
      checkRedrive(name, settings);
      sql`INSERT INTO queues VALUES (${name}, ${JSON.stringify(attributes)}, ${clock.now()}, ${clock.now()})`.run();
      return;
    }
    const present = find(name);
    if (!isDeepStrictEqual(mergeAttributes(given, present.attributes).settings, present.settings)) {
      throw sqsError('QueueNameExists', `The queue ${name} exists with other values of these attributes.`);
    }
  });

  const setAttributes = atomic((name: string, given: QueueAttributes): void => {
    const { attributes, settings } = mergeAttributes(given, find(name).attributes);
    checkRedrive(name, settings);
    sql`UPDATE queues SET attributes = ${JSON.stringify(attributes)}, modifiedAt = ${clock.now()} WHERE name = ${name}`.run();
  });

  const purge = atomic((name: string): void => {
    find(name);
    sql`DELETE FROM messages WHERE queue = ${name}`.run();
  });

  const drop = atomic((name: string): void => {
    find(name);
    sql`DELETE FROM messages WHERE queue = ${name}`.run();
    sql`DELETE FROM queues WHERE name = ${name}`.run();
  });

  /** Names in order, after one and at most so many. */
  const list = (prefix: string, after: string, limit: number): string[] =>
    z
      .parse(
        Names,
        sql`SELECT name FROM queues WHERE name > ${after} AND substr(name, 1, ${prefix.length}) = ${prefix}
          ORDER BY name LIMIT ${limit}`.all(),
      )
      .map(({ name }) => name);

  const send = atomic((name: string, draft: Draft): string => {
    const { settings } = find(name);
    checkRange('DelaySeconds', draft.delaySeconds, 0, 900);
    checkDraft(draft, settings.MaximumMessageSize);
    const id = randomUUID();
    const now = clock.now();
    const visibleAt = now + (draft.delaySeconds ?? settings.DelaySeconds) * 1000;
    sql`INSERT INTO messages (queue, id, body, attributes, sentAt, visibleAt)
      VALUES (${name}, ${id}, ${draft.body}, ${JSON.stringify(draft.attributes ?? {})}, ${now}, ${visibleAt})`.run();
    changed.add(name);
    return id;
  });

  /** Hands one message to a receiver. */
  const handOver = (queue: string, seq: number, visibleAt: number): StoredMessage =>
    z.parse(
      StoredMessage,
      sql`UPDATE messages SET receipt = ${newReceipt(queue, seq)}, visibleAt = ${visibleAt}, received = received + 1,
        firstReceivedAt = coalesce(firstReceivedAt, ${clock.now()}) WHERE seq = ${seq} RETURNING *`.get(),
    );

  /** Gives a message up. It keeps its age; what it was received so far counts on, but not towards the next redrive. */
  const bury = (queue: string, seq: number, deadLetterQueue: string): void => {
    sql`UPDATE messages SET queue = ${deadLetterQueue}, source = ${queue}, receipt = NULL, visibleAt = ${clock.now()},
      receivedBefore = receivedBefore + received, received = 0 WHERE seq = ${seq}`.run();
    changed.add(deadLetterQueue);
  };

  /** Up to `limit` messages, hidden from others for `visibilitySeconds` or else the queue's own timeout. */
  const receive = atomic((name: string, limit: number, visibilitySeconds?: number): StoredMessage[] => {
    checkRange('MaxNumberOfMessages', limit, 1, 10);
    checkRange('VisibilityTimeout', visibilitySeconds, 0, 43_200);
    const { RedrivePolicy, VisibilityTimeout } = find(name).settings;
    const deadLetterQueue = RedrivePolicy && byArn(RedrivePolicy.deadLetterTargetArn);
    const most = deadLetterQueue ? RedrivePolicy.maxReceiveCount : Infinity;
    const until = clock.now() + (visibilitySeconds ?? VisibilityTimeout) * 1000;
    for (;;) {
      const visible = z.parse(
        Candidates,
        sql`SELECT seq, received FROM messages WHERE queue = ${name} AND visibleAt <= ${clock.now()}
          ORDER BY visibleAt, seq LIMIT ${limit}`.all(),
      );
      const exhausted = visible.filter(({ received }) => received >= most);
      if (!deadLetterQueue || exhausted.length === 0) {
        return visible.map(({ seq }) => handOver(name, seq, until));
      }
      for (const { seq } of exhausted) bury(name, seq, deadLetterQueue);
    }
  });

  /** Takes messages back from a receiver that was gone before it had them: as if it had never asked. */
  const takeBack = (name: string, messages: readonly StoredMessage[]): void => {
    // Opening the file again does so for a file that has been closed by now.
    if (!db.isOpen) return;
    together(() => {
      for (const { seq, receipt } of messages) {
        sql`UPDATE messages SET receipt = NULL, visibleAt = ${clock.now()}, received = received - 1,
          firstReceivedAt = CASE WHEN received + receivedBefore > 1 THEN firstReceivedAt END
          WHERE seq = ${seq} AND receipt = ${receipt}`.run();
      }
      changed.add(name);
    });
  };

  /** Deletes what the receipt stands for; a receipt that is no longer the latest does nothing, as in SQS. */
  const remove = atomic((name: string, receipt: string): void => {
    find(name);
    sql`DELETE FROM messages WHERE seq = ${seqOf(receipt, name)} AND queue = ${name} AND receipt = ${receipt}`.run();
  });

  const changeVisibility = atomic((name: string, receipt: string, seconds: number): void => {
    find(name);
    checkRange('VisibilityTimeout', seconds, 0, 43_200);
    const seq = seqOf(receipt, name);
    const row = sql`SELECT visibleAt > ${clock.now()} AS inFlight FROM messages
      WHERE seq = ${seq} AND queue = ${name} AND receipt = ${receipt}`.get();
    if (!row) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw invalidValue('ReceiptHandle', receipt, reason);
    }
    if (!row['inFlight']) throw sqsError('MessageNotInflight', 'The specified message is not in flight.');
    sql`UPDATE messages SET visibleAt = ${clock.now() + seconds * 1000} WHERE seq = ${seq}`.run();
    changed.add(name);
  });

  const count = atomic((name: string): MessageCounts => {
    find(name);
    const now = clock.now();
    return z.parse(
      Counts,
      sql`SELECT count(*) FILTER (WHERE visibleAt <= ${now}) AS visible,
        count(*) FILTER (WHERE visibleAt > ${now} AND receipt IS NOT NULL) AS inFlight,
        count(*) FILTER (WHERE visibleAt > ${now} AND receipt IS NULL) AS delayed
        FROM messages WHERE queue = ${name}`.get(),
    );
  });

  /** When the next message of these queues (all where absent) is or becomes receivable, within its retention. */
  const nextVisibleAt = (names?: readonly string[]): number | null => {
    const row = sql`SELECT min((
        SELECT visibleAt FROM messages WHERE queue = name
          AND max(visibleAt, ${clock.now()}) < sentAt + 1000 * (queues.attributes ->> 'MessageRetentionPeriod')
          ORDER BY visibleAt LIMIT 1
      )) AS at FROM queues
      WHERE ${names ? 1 : 0} = 0 OR name IN (SELECT value FROM json_each(${JSON.stringify(names ?? [])}))`.get();
    return z.parse(z.object({ at: z.nullable(z.int()) }), row).at;
  };

  const asDeadLetterQueue = (arn: string): string => {
    const name = byArn(arn);
    if (!name) throw sqsError('ResourceNotFoundException', "The resource in SourceArn doesn't exist.");
    const used =
      sql`SELECT 1 FROM queues WHERE attributes ->> 'RedrivePolicy' ->> 'deadLetterTargetArn' = ${arn}`.get();
    if (!used) throw invalidValue('SourceArn', arn, 'It must be configured as a Dead Letter Queue.');
    return name;
  };

  /**
   * Moves what is visible in a dead-letter queue to `destinationArn` or to where each message came from. They arrive
   * as new messages. What has no known origin stays, and the task counts as failed.
   */
  const startMove = atomic((sourceArn: string, destinationArn?: string): void => {
    const source = asDeadLetterQueue(sourceArn);
    const destination = destinationArn === undefined ? null : byArn(destinationArn);
    if (destination === undefined) {
      throw sqsError('ResourceNotFoundException', "The resource in DestinationArn doesn't exist.");
    }
    if (destination === source) throw invalidValue('DestinationArn', destinationArn, 'It is the source.');
    const now = clock.now();
    const total = count(source).visible;
    const moved =
      sql`UPDATE messages SET queue = coalesce(${destination}, source), id = newId(), sentAt = ${now},
      visibleAt = ${now}, receipt = NULL, received = 0, receivedBefore = 0, firstReceivedAt = NULL, source = NULL
      WHERE queue = ${source} AND visibleAt <= ${now}
        AND coalesce(${destination}, source) IN (SELECT name FROM queues)
      RETURNING queue AS name`.all();
    sql`INSERT INTO moves (source, destination, startedAt, moved, total)
      VALUES (${source}, ${destination}, ${now}, ${moved.length}, ${total})`.run();
    for (const { name } of z.parse(Names, moved)) changed.add(name);
  });

  /** The latest moves out of this queue, the youngest first. */
  const listMoves = (sourceArn: string, limit: number): z.output<typeof MoveRow>[] =>
    z.parse(
      z.array(MoveRow),
      sql`SELECT * FROM moves WHERE source = ${asDeadLetterQueue(sourceArn)} ORDER BY seq DESC LIMIT ${limit}`.all(),
    );

  // Whoever held a message died with the process that handed it out.
  sql`UPDATE messages SET visibleAt = min(visibleAt, ${clock.now()}), receipt = NULL WHERE receipt IS NOT NULL`.run();

  return {
    together,
    create,
    setAttributes,
    purge,
    drop,
    list,
    find,
    send,
    receive,
    takeBack,
    remove,
    changeVisibility,
    count,
    nextVisibleAt,
    startMove,
    listMoves,
    close: () => {
      if (db.isOpen) db.close();
    },
  };
};
