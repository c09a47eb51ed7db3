import * as z from 'zod/mini';
import type { Instant } from '../../../shared/domain/instant.ts';
import { isoTimeSchema, toInstant } from '../../../shared/domain/instant.ts';
import { personSchema } from '../../../shared/domain/order.ts';
import type { Followed } from './follow-order.ts';

/** Who holds an order from an instant on, and whether support answers in their stead. */
export type Shift = { from: Instant; trainer: string; emergency: boolean };

type Change = { from: Instant } & Partial<Omit<Shift, 'from'>>;

const namesTrainer = z.object({ trainer: personSchema, at: z.optional(isoTimeSchema) });
const switches = z.object({ on: z.boolean() });

/** The order's shifts by what the CRM said and its people did, without a look into the product's books. */
export const shiftsOf = ({ order, plot, done }: Followed): readonly [Shift, ...Shift[]] => {
  const byCrm = (plot.turns ?? []).flatMap(({ at, change, status }): Change[] => {
    const named = namesTrainer.safeParse(change);
    return status === 200 && named.success ? [{ from: toInstant(at), trainer: named.data.trainer.id }] : [];
  });
  const byPeople = done.flatMap(({ at, action, body }): Change[] => {
    if (action === 'emergency-plan') return [{ from: at, emergency: switches.parse(body).on }];
    if (action !== 'reassign') return [];
    const { trainer, at: planned } = namesTrainer.parse(body);
    return [{ from: planned ?? at, trainer: trainer.id }];
  });
  const first = { from: toInstant(order.acceptedAt), trainer: order.trainer.id, emergency: false };
  const rest: Shift[] = [];
  for (const change of [...byCrm, ...byPeople].toSorted((a, b) => (a.from < b.from ? -1 : 1)))
    rest.push({ ...(rest.at(-1) ?? first), ...change });
  return [first, ...rest];
};

/** The shift that an instant falls in. */
export const shiftAt = ([first, ...rest]: readonly [Shift, ...Shift[]], at: Instant): Shift =>
  rest.findLast(({ from }) => from <= at) ?? first;

/** Under the emergency plan support answers, else the trainer. */
export const responderIn = ({ trainer, emergency }: Shift): string => (emergency ? 'support' : trainer);
