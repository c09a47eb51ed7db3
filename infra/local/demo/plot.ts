import type { Instant } from '../../../shared/domain/instant.ts';
import type { Party, TaskKind } from '../../../shared/domain/policy.ts';

/** A message of the group as it was handed on to the product, with its own time. */
export type Said = {
  messageId: string;
  at: Instant;
  role: 'customer' | 'trainer' | 'support';
  author: string;
  text: string;
};

/** What a person answers to a task instead of what their habit would be. */
export type Reply = {
  /** When; else by habit. */
  at?: number;
  /** Who does it; else whose task it is. */
  by?: Party;
  /** What they do; else the action that completes the task. */
  action?: string;
  body: object;
};

/** A message of the CRM after the order was created, and the status that it must be answered with. */
export type CrmTurn = {
  at: number;
  type: 'order.created' | 'order.amended' | 'order.cancelled';
  /** What it changes on the data of the order. */
  change: object;
  /** `again`: under the id of the message that created the order. */
  message?: 'again';
  signed?: 'wrongly' | 'an hour ago';
  status: number;
};

/** Something that is said in an order's group. Times are epoch ms. */
export type Words = {
  messageId: string;
  at: number;
  /** `responder`: whoever has to answer then; `support`: a supporter who steps in. */
  by: 'customer' | 'responder' | 'support';
  text: string;
  /** When it is handed on to the product: late, out of order or twice, as it happens. */
  heardAt: readonly number[];
};

/** What somebody does on an order of their own accord, and the status that it must be answered with. */
export type Move = { at: number; by: Party; action: string; body: object; status: number };

/** What goes on in an order's group from the end of the training on. */
export type Talk = { words: readonly Words[]; moves: readonly Move[] };

/** What is particular about an order: the nth answer to a kind of task, what the CRM says later, what goes on in its group. */
export type Plot = {
  title: string;
  /** What the message that creates the order is answered with, where it is not 201. */
  status?: number;
  replies?: Partial<Record<TaskKind, readonly Reply[]>>;
  turns?: readonly CrmTurn[];
  /** Without it chance has the word. */
  talk?: Talk;
};

/** A move that is accepted, or answered with the status given. */
export const move = (at: number, by: Party, action: string, body: object = {}, status = 200): Move => ({
  at,
  by,
  action,
  body,
  status,
});
