import * as z from 'zod/mini';
import type { Actor, Change, Facts, Json, Notice, Outcome } from '../decision.ts';
import { sha256Hex } from '../history.ts';
import { isFormerTrainer } from '../holdings.ts';
import type { Instant } from '../instant.ts';
import type { Order, Stage, Task } from '../order.ts';
import { personSchema } from '../order.ts';
import type { TaskKind } from '../policy.ts';
import type { Refusal } from '../refusal.ts';
import type { RuleId } from '../rules.ts';
import { settle } from '../settle.ts';
import { withTask } from '../with-task.ts';
import { isWaiting } from '../timers.ts';

/** The roles a session can carry. */
export const roleSchema = z.enum([
  'trainer',
  'assistant',
  'support',
  'sales',
  'service',
  'auditor',
  'manager',
  'operator',
]);
export type Role = z.infer<typeof roleSchema>;

export type StaffActor = Extract<Actor, { type: 'staff' }>;

/** What an action's rule decides: the order with the new facts, whether the task is done by it, and what is told. */
type Recording = {
  order: Order;
  /** Whether its tasks are done by it, or which of them. */
  done: boolean | ((task: Task) => boolean);
  notices?: readonly Notice[];
};
type Decided = Recording | Extract<Outcome, { refusal: unknown }>;

type Definition<Schema extends z.ZodMiniType> = {
  rule: RuleId;
  summary: string;
  roles: readonly Role[];
  stages: readonly Stage[];
  /** The kinds of task that it completes. */
  completes: readonly TaskKind[];
  input: Schema;
  decide: (order: Order, input: z.infer<Schema>, facts: Facts, actor: StaffActor) => Decided;
};

type Decide = (order: Order, facts: Facts, actor: StaffActor) => Outcome;

/** Something that people do on an order: by which rule, who may, when, with what; `prepare` parses the input and gives the pure rule. */
export type Action = Omit<Definition<z.ZodMiniType>, 'decide'> & {
  prepare: (name: string, body: unknown) => { decide: Decide } | { issues: readonly z.core.$ZodIssue[] };
};

export const action = <Schema extends z.ZodMiniType>(definition: Definition<Schema>): Action => ({
  ...definition,
  prepare: (name, body) => {
    const parsed = definition.input.safeParse(body);
    if (!parsed.success) return { issues: parsed.error.issues };
    return { decide: decideWith(definition, name, parsed.data) };
  },
});

const decideWith =
  <Schema extends z.ZodMiniType>(
    definition: Definition<Schema>,
    name: string,
    input: z.infer<Schema>,
  ): Decide =>
  (order, facts, actor) => {
    const { roles, stages, rule } = definition;
    if (!roles.some((role) => actor.roles.includes(role)))
      return { refusal: { type: 'wrong-role', action: name, accepted: roles } };
    if (!stages.includes(order.stage))
      return { refusal: { type: 'wrong-stage', action: name, stage: order.stage, accepted: stages } };
    if (speaksAsTrainerOnly(roles, actor) && isFormerTrainer(order, actor.id))
      return { refusal: { type: 'former-trainer', action: name } };
    const decided = definition.decide(order, input, facts, actor);
    if ('refusal' in decided) return decided;
    const outcome = z.record(z.string(), z.json()).parse(input);
    const isDone = (task: Task): boolean =>
      definition.completes.includes(task.kind) &&
      (typeof decided.done === 'boolean' ? decided.done : decided.done(task));
    const completed = complete(order, decided.order, isDone, { outcome, facts, actor });
    const change: Change = {
      order: completed,
      event: name,
      rules: [rule],
      facts: withoutTexts(outcome),
      notices: decided.notices ?? [],
    };
    return settle(order, change, facts);
  };

/** R3.4 A button on an old card must not act for the one who holds the order now. */
const speaksAsTrainerOnly = (roles: readonly Role[], actor: StaffActor): boolean =>
  roles.filter((role) => actor.roles.includes(role)).every((role) => role === 'trainer');

/** Marks the waiting tasks that the action completes as done, with the outcome as it was recorded. */
const complete = (
  before: Order,
  order: Order,
  isDone: (task: Task) => boolean,
  { outcome, facts, actor }: { outcome: Change['facts']; facts: Facts; actor: StaffActor },
): Order =>
  order.tasks
    .filter((task) => isWaiting(task) && isDone(task))
    .reduce(
      (done, task) =>
        withTask(
          done,
          task.id,
          { state: 'done', doneAt: facts.now, doneBy: actor.id, outcome },
          before.version + 1,
        ),
      order,
    );

/** R2.1 People may record late, not ahead: a time that they give must not be after now. */
export const refuseFuture = (
  field: string,
  at: Instant,
  now: Instant,
): Extract<Outcome, { refusal: unknown }> | null =>
  at > now ? { refusal: { type: 'impossible-time', field, value: at, why: 'in-the-future' } } : null;

export const alreadyDone = (what: string, at: Instant | null): Extract<Outcome, { refusal: unknown }> => ({
  refusal: { type: 'already-done', action: what, at },
});

/** The order's record holds no more of these. */
export const limitReached = (
  what: Extract<Refusal, { type: 'limit-reached' }>['what'],
  limit: number,
): Extract<Outcome, { refusal: unknown }> => ({ refusal: { type: 'limit-reached', what, limit } });

export const notYet = (
  what: string,
  ...missing: readonly string[]
): Extract<Outcome, { refusal: unknown }> => ({
  refusal: { type: 'not-yet', action: what, missing },
});

/** Free text of people: trimmed, not empty, at most 500 characters. */
export const noteSchema = z.string().check(z.trim(), z.minLength(1), z.maxLength(500));
/** A list of points, short enough that an order's record stays far below DynamoDB's 400 KB. */
export const notesSchema = z
  .array(z.string().check(z.trim(), z.minLength(1), z.maxLength(200)))
  .check(z.maxLength(20));
export const emptySchema = z.strictObject({});

/** The stages in which the maintenance is still to come or goes on. */
export const beforeAcceptance = ['preparation', 'training', 'maintenance'] as const;

/** So often may the trainer or the plan of an order change: far above what people need, far below what a record can hold. */
export const mostChanges = 30;

/** Inputs in which people write freely, and so perhaps of persons. */
const freeTexts = new Set(['note', 'reason', 'extraNeeds', 'answered', 'open']);

/** The input for the history, which outlives personal data: of free text only its SHA-256, by which the text on the order's record can be checked; of a person only the staff id. */
const withoutTexts = (input: Change['facts']): Change['facts'] =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      isFreeText(name, value) ? { sha256: sha256Hex(value) } : withoutName(value),
    ]),
  );

/** An outcome may be a word of ours (`not-reached`) or the caller's own. */
const isFreeText = (name: string, value: Json): boolean =>
  freeTexts.has(name) || (name === 'outcome' && typeof value === 'string' && !/^[a-z-]+$/.test(value));

const withoutName = (value: Json): Json => {
  const person = personSchema.safeParse(value);
  return person.success ? person.data.id : value;
};

/** The order with more facts recorded. */
export const withFacts = (order: Order, facts: Partial<Order['facts']>): Order => ({
  ...order,
  facts: { ...order.facts, ...facts },
});
