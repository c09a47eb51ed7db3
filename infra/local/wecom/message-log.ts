import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';

/** A message as the group shows it. `id` grows in the order shown; `mentioned` holds staff ids, mobile numbers or `@all`. */
export type ShownMessage = {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  robotKey: string;
  msgtype: string;
  text: string;
  mentioned: string[];
};

/** A message that the robot's address has accepted; `shown` is false for one that is dropped in silence. */
export type AcceptedMessage = {
  at: number;
  robotKey: string;
  msgtype: string;
  text: string;
  mentioned: readonly string[];
  idempotencyKey: string | undefined;
  shown: boolean;
};

/** Which messages are wanted: of one robot, or those that mention one person (`@all` mentions everyone). All without a filter. */
export type MessageFilter = { robotKey?: string | undefined; user?: string | undefined };

const rowSchema = z.object({
  id: z.number(),
  at: z.number(),
  robotKey: z.string(),
  msgtype: z.string(),
  text: z.string(),
  mentioned: z.string(),
});

const toShown = (row: unknown): ShownMessage => {
  const { id, at, mentioned, ...rest } = rowSchema.parse(row);
  return {
    id: String(id),
    at: new Date(at).toISOString(),
    ...rest,
    mentioned: z.array(z.string()).parse(JSON.parse(mentioned)),
  };
};

/** Everything the local WeCom remembers, in one SQLite file that survives `kill -9`: one row an accepted message. */
export const openMessageLog = (file: string) => {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS message (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      robotKey TEXT NOT NULL,
      msgtype TEXT NOT NULL,
      text TEXT NOT NULL,
      mentioned TEXT NOT NULL,
      idempotencyKey TEXT,
      shown INTEGER NOT NULL,
      UNIQUE (robotKey, idempotencyKey)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS message_by_robot ON message (robotKey, at);
  `);
  const insert = database.prepare(`
    INSERT INTO message (at, robotKey, msgtype, text, mentioned, idempotencyKey, shown) VALUES (?, ?, ?, ?, ?, ?, ?)
    RETURNING id, at, robotKey, msgtype, text, mentioned`);
  const known = database.prepare('SELECT 1 FROM message WHERE robotKey = ? AND idempotencyKey = ?');
  const recent = database.prepare('SELECT count(*) AS sent FROM message WHERE robotKey = ? AND at > ?');
  const robots = database.prepare('SELECT robotKey FROM message GROUP BY robotKey ORDER BY min(id)');
  const select = database.prepare(`
    SELECT id, at, robotKey, msgtype, text, mentioned FROM message
    WHERE shown = 1 AND id > :after AND (:robotKey IS NULL OR robotKey = :robotKey)
      AND (:user IS NULL OR EXISTS (SELECT 1 FROM json_each(mentioned) WHERE value IN (:user, '@all')))
    ORDER BY id`);

  return {
    add: ({ at, robotKey, msgtype, text, mentioned, idempotencyKey, shown }: AcceptedMessage): ShownMessage =>
      toShown(
        insert.get(
          at,
          robotKey,
          msgtype,
          text,
          JSON.stringify(mentioned),
          // A dropped message was never shown, so its key stays unknown.
          shown ? (idempotencyKey ?? null) : null,
          shown ? 1 : 0,
        ),
      ),
    isKnown: (robotKey: string, idempotencyKey: string): boolean =>
      known.get(robotKey, idempotencyKey) !== undefined,
    /** How many messages the robot has sent after `since` (epoch ms), dropped ones included. */
    sentSince: (robotKey: string, since: number): number =>
      z.object({ sent: z.number() }).parse(recent.get(robotKey, since)).sent,
    messages: ({ robotKey, user }: MessageFilter, after = 0): ShownMessage[] =>
      select.all({ robotKey: robotKey ?? null, user: user ?? null, after }).map(toShown),
    robots: (): string[] => robots.all().map((row) => z.object({ robotKey: z.string() }).parse(row).robotKey),
    close: () => {
      database.close();
    },
  };
};
