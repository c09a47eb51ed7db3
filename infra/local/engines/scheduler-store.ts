import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import { definition, occurrenceAfter, type Definition, type Tag } from './scheduler-requests.ts';
import { makeTransaction } from './sqlite-transaction.ts';

/** For how long a ClientToken is known. */
const DAY = 86_400_000;

/**
 * `invocation` holds what is to be delivered: each enabled schedule's next occurrence (attempt 0), failed ones that wait
 * for their retry (attempt > 0, with the target as it was), and exhausted ones on their way to the dead-letter queue.
 * Its ids are never used again, so that an occurrence replaced during its delivery can be told from its successor.
 */
const TABLES = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS schedule_group (
    name TEXT PRIMARY KEY, tags TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS schedule (
    groupName TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL, PRIMARY KEY (groupName, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS invocation (
    id INTEGER PRIMARY KEY AUTOINCREMENT, groupName TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL,
    scheduledAt INTEGER NOT NULL, dueAt INTEGER NOT NULL, attempt INTEGER NOT NULL,
    firstAt INTEGER, error TEXT, exhausted TEXT);
  CREATE INDEX IF NOT EXISTS invocation_due ON invocation (dueAt);
  CREATE INDEX IF NOT EXISTS invocation_schedule ON invocation (groupName, name);
  CREATE TABLE IF NOT EXISTS client_token (
    token TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS client_token_at ON client_token (at);`;

const groupRow = z.object({ name: z.string(), tags: z.string(), created: z.number(), modified: z.number() });
export type GroupRow = z.infer<typeof groupRow>;
const scheduleRow = z.object({
  groupName: z.string(),
  name: z.string(),
  definition: z.string(),
  created: z.number(),
  modified: z.number(),
});
export type ScheduleRow = Omit<z.infer<typeof scheduleRow>, 'definition'> & { definition: Definition };
const invocationRow = z.object({
  id: z.number(),
  groupName: z.string(),
  name: z.string(),
  target: z.string(),
  scheduledAt: z.number(),
  dueAt: z.number(),
  attempt: z.number(),
  firstAt: z.nullable(z.number()),
  error: z.nullable(z.string()),
  exhausted: z.nullable(z.string()),
});
export type InvocationRow = z.infer<typeof invocationRow>;

type ScheduleKey = Pick<ScheduleRow, 'groupName' | 'name'>;
type Listing = { groupName?: string | undefined; prefix: string; state?: string | undefined };
type Page = { after: [groupName: string, name: string]; limit: number };
export type SchedulerStore = ReturnType<typeof openSchedulerStore>;

/** The engine's state in one SQLite file; every time in it is epoch milliseconds of the handed-in clock. */
export function openSchedulerStore(file: string, now: number) {
  const database = new DatabaseSync(file);
  database.exec(TABLES);
  const sql = {
    group: database.prepare('SELECT * FROM schedule_group WHERE name = ?'),
    // '~' sorts behind every character a name may have.
    groups: database.prepare(
      "SELECT * FROM schedule_group WHERE name BETWEEN :prefix AND :prefix || '~' AND name > :after ORDER BY name LIMIT :limit",
    ),
    saveGroup: database.prepare(
      'INSERT OR REPLACE INTO schedule_group VALUES (:name, :tags, :created, :modified)',
    ),
    deleteGroup: database.prepare('DELETE FROM schedule_group WHERE name = ?'),
    emptyGroup: database.prepare('DELETE FROM schedule WHERE groupName = ?'),
    disarmGroup: database.prepare('DELETE FROM invocation WHERE groupName = ? AND attempt = 0'),
    schedule: database.prepare('SELECT * FROM schedule WHERE groupName = ? AND name = ?'),
    schedules: database.prepare(`
      SELECT * FROM schedule
      WHERE (groupName, name) > (:afterGroup, :afterName) AND groupName BETWEEN :lowest AND :highest
        AND name BETWEEN :prefix AND :prefix || '~' AND (:state IS NULL OR definition ->> 'State' = :state)
      ORDER BY groupName, name LIMIT :limit`),
    saveSchedule: database.prepare(
      'INSERT OR REPLACE INTO schedule VALUES (:groupName, :name, :definition, :created, :modified)',
    ),
    deleteSchedule: database.prepare('DELETE FROM schedule WHERE groupName = ? AND name = ?'),
    disarm: database.prepare('DELETE FROM invocation WHERE groupName = ? AND name = ? AND attempt = 0'),
    complete: database.prepare(`
      DELETE FROM schedule WHERE groupName = :groupName AND name = :name
        AND definition ->> 'ActionAfterCompletion' = 'DELETE' AND definition ->> 'State' = 'ENABLED'
        AND NOT EXISTS (SELECT 1 FROM invocation WHERE groupName = :groupName AND name = :name)`),
    nextDueAt: database.prepare('SELECT min(dueAt) AS dueAt FROM invocation'),
    due: database.prepare('SELECT * FROM invocation WHERE dueAt <= ? ORDER BY dueAt, name, id LIMIT 1'),
    deleteInvocation: database.prepare('DELETE FROM invocation WHERE id = ?'),
    insertInvocation: database.prepare(`
      INSERT INTO invocation
      VALUES (:id, :groupName, :name, :target, :scheduledAt, :dueAt, :attempt, :firstAt, :error, :exhausted)`),
    answer: database.prepare('SELECT request, answer FROM client_token WHERE token = ?'),
    saveAnswer: database.prepare('INSERT INTO client_token VALUES (:token, :request, :answer, :at)'),
    forgetAnswers: database.prepare('DELETE FROM client_token WHERE at < ?'),
  };

  const transaction = makeTransaction(database);

  const readSchedule = (row: unknown): ScheduleRow => {
    const read = scheduleRow.parse(row);
    return { ...read, definition: definition.parse(JSON.parse(read.definition)) };
  };

  function schedule({ groupName, name }: ScheduleKey): ScheduleRow | undefined {
    const row = sql.schedule.get(groupName, name);
    return row && readSchedule(row);
  }

  /** Sets the schedule's one pending occurrence: the first after an instant. */
  function arm({ groupName, name, definition, created }: ScheduleRow, after: number): void {
    sql.disarm.run(groupName, name);
    const scheduledAt = occurrenceAfter(definition, created, after);
    if (scheduledAt === null) return;
    const target = JSON.stringify(definition.Target);
    const untried = { attempt: 0, firstAt: null, error: null, exhausted: null };
    sql.insertInvocation.run({
      id: null,
      groupName,
      name,
      target,
      scheduledAt,
      dueAt: scheduledAt,
      ...untried,
    });
  }

  const group = (name: string) => z.optional(groupRow).parse(sql.group.get(name));
  const saveGroup = ({ name, created, modified }: Omit<GroupRow, 'tags'>, tags: Tag[]) =>
    sql.saveGroup.run({ name, created, modified, tags: JSON.stringify(tags) });
  if (group('default') === undefined) saveGroup({ name: 'default', created: now, modified: now }, []);

  return {
    transaction,
    close: () => database.close(),

    group,
    saveGroup,
    groups: (prefix: string, after: string, limit: number) =>
      z.array(groupRow).parse(sql.groups.all({ prefix, after, limit })),
    /** The group, its schedules and their pending occurrences; retries of what was due already go on, as in AWS. */
    deleteGroup(name: string): void {
      for (const statement of [sql.deleteGroup, sql.emptyGroup, sql.disarmGroup]) statement.run(name);
    },

    schedule,
    schedules(
      { groupName, prefix, state = '' }: Listing,
      { after: [afterGroup, afterName], limit }: Page,
    ): ScheduleRow[] {
      const range = { lowest: groupName ?? '', highest: groupName ?? '~' };
      const page = { afterGroup, afterName, prefix, limit, state: state || null };
      return sql.schedules.all({ ...range, ...page }).map(readSchedule);
    },
    /** Writes the whole schedule and replaces its pending occurrence by the first after an instant. */
    saveSchedule(row: ScheduleRow, after: number): void {
      sql.saveSchedule.run({ ...row, definition: JSON.stringify(row.definition) });
      arm(row, after);
    },
    deleteSchedule({ groupName, name }: ScheduleKey): boolean {
      sql.disarm.run(groupName, name);
      return sql.deleteSchedule.run(groupName, name).changes === 1;
    },

    nextDueAt: () => z.object({ dueAt: z.nullable(z.number()) }).parse(sql.nextDueAt.get()).dueAt,
    /** The earliest invocation due at an instant; of several, the first by name, so that it does not depend on who was set first. */
    due: (at: number) => z.optional(invocationRow).parse(sql.due.get(at)),
    /**
     * Records in one transaction that an invocation was tried: the schedule's next occurrence after an instant takes its
     * place, `again` stays to be tried once more, and a schedule that is complete goes if it asked for it.
     */
    settle(tried: InvocationRow, after: number, again?: Omit<InvocationRow, 'id'>): void {
      transaction(() => {
        const stillStood = sql.deleteInvocation.run(tried.id).changes === 1;
        const row = stillStood && tried.attempt === 0 ? schedule(tried) : undefined;
        if (row) arm(row, after);
        if (again) sql.insertInvocation.run({ ...again, id: null });
        sql.complete.run({ groupName: tried.groupName, name: tried.name });
      });
    },

    answer: (token: string) =>
      z.optional(z.object({ request: z.string(), answer: z.string() })).parse(sql.answer.get(token)),
    saveAnswer(token: string, request: string, answer: string, at: number): void {
      sql.forgetAnswers.run(at - DAY);
      sql.saveAnswer.run({ token, request, answer, at });
    },
  };
}
