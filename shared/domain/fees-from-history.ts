import * as z from 'zod/mini';
import type { FeeFacts, FeeLine } from './fee-lines.ts';
import { wantedLines } from './fee-lines.ts';
import type { HistoryEntry } from './history.ts';
import { instantSchema } from './instant.ts';
import { fenSchema, staffIdSchema, stageSchema } from './order.ts';
import type { Policy } from './policy.ts';

/** What entries say that fees depend on; what else they say does not matter here. */
const factsSchema = z.object({
  fees: z.optional(z.object({ training: fenSchema, maintenance: fenSchema })),
  trainer: z.optional(staffIdSchema),
  step: z.optional(z.string()),
  at: z.optional(instantSchema),
  from: z.optional(instantSchema),
  on: z.optional(z.boolean()),
});
type Told = z.infer<typeof factsSchema>;

/**
 * R2.1, R3.4 What each trainer is owed, worked out from the history alone: the chain of hashes proves its entries, so the record and the
 * ledger can be checked against it to the fen.
 */
export const feesFromHistory = (entries: readonly HistoryEntry[], policy: Policy): readonly FeeLine[] => {
  const course = entries.reduce<FeeFacts | null>(follow, null);
  return course === null ? [] : wantedLines(course, policy);
};

const follow = (before: FeeFacts | null, entry: HistoryEntry): FeeFacts => {
  const course = before === null ? begin(entry) : goOn(before, entry);
  return { ...course, stage: stageSchema.parse(entry.effects.stage.to) };
};

const begin = (entry: HistoryEntry): FeeFacts => {
  const told = read(entry);
  if (told.fees === undefined) throw new Error(`the history of ${entry.orderId} begins without fees`);
  const course: FeeFacts = {
    stage: 'preparation',
    // No day is counted from these: whatever is paid comes after the training's start.
    acceptedAt: entry.at,
    training: { startsAt: null, startedAt: null, finishedAt: null },
    fees: told.fees,
    endedAt: null,
    facts: { trainers: [], emergencies: [] },
  };
  return heldBy(course, told, entry);
};

const goOn = (course: FeeFacts, entry: HistoryEntry): FeeFacts => {
  switch (entry.event) {
    case 'order-amended': {
      const told = read(entry);
      return heldBy({ ...course, fees: told.fees ?? course.fees }, told, entry);
    }
    case 'start-training':
      return withTraining(course, { startedAt: read(entry).at ?? entry.at });
    case 'finish-training':
      return withTraining(course, { finishedAt: read(entry).at ?? entry.at });
    case 'reassign': {
      const told = read(entry);
      // With a time it is planned; that time's timer hands over.
      return told.at === undefined ? heldBy(course, told, entry) : course;
    }
    case 'timer-fired': {
      const told = read(entry);
      return told.step === 'reassign' ? heldBy(course, told, entry) : course;
    }
    case 'emergency-plan':
      return { ...course, facts: { ...course.facts, emergencies: switched(course, read(entry), entry) } };
    case 'order-cancelled':
      return { ...course, endedAt: entry.at };
    default:
      return course;
  }
};

const read = ({ facts }: HistoryEntry): Told => factsSchema.parse(facts);

const withTraining = (course: FeeFacts, training: Partial<FeeFacts['training']>): FeeFacts => ({
  ...course,
  training: { ...course.training, ...training },
});

/** The one whom the entry names holds the order, from then on if they did not already. */
const heldBy = (course: FeeFacts, { trainer, from }: Told, { at, seq }: HistoryEntry): FeeFacts => {
  const { trainers } = course.facts;
  if (trainer === undefined || trainers.at(-1)?.id === trainer) return course;
  const holding = { from: from ?? at, id: trainer, name: trainer, seq };
  return { ...course, facts: { ...course.facts, trainers: [...trainers, holding] } };
};

const switched = (
  { facts: { emergencies } }: FeeFacts,
  { on }: Told,
  { at, seq }: HistoryEntry,
): FeeFacts['facts']['emergencies'] =>
  on === true
    ? [...emergencies, { from: at, to: null, reason: '', by: '', seq, endSeq: null, qaGroup: null }]
    : emergencies.map((plan) => (plan.to === null ? { ...plan, to: at } : plan));
