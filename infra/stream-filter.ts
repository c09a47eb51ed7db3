import type { OutboxItem } from '../shared/ports/outbox.ts';

/** A pattern of Lambda's event filters: a field's list holds the values it may have. */
export type Pattern = { readonly [field: string]: readonly string[] | Pattern };

/** The stream records that a function of this kind of effect gets, in the cloud as on one machine: new effects, not their results or their expiry. */
export const newEffects = (kind: OutboxItem['kind']): Pattern => ({
  eventName: ['INSERT'],
  dynamodb: { NewImage: { kind: { S: [kind] } } },
});
