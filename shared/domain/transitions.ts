import type { Order, Stage } from './order.ts';

/** The legal moves between stages; the write's condition and the state diagram follow this table. */
export const transitions = {
  preparation: ['training', 'cancelled'],
  training: ['maintenance', 'cancelled'],
  maintenance: ['acceptance', 'cancelled'],
  acceptance: ['closed', 'cancelled'],
  closed: [],
  cancelled: [],
} as const satisfies Record<Stage, readonly Stage[]>;

export const canMove = (from: Stage, to: Stage): boolean => {
  const targets: readonly Stage[] = transitions[from];
  return targets.includes(to);
};

/** The order in its next stage. Throws on a move that the table does not know: rules refuse before they come here. */
export const moveTo = (order: Order, stage: Stage): Order => {
  if (!canMove(order.stage, stage)) throw new Error(`illegal move from ${order.stage} to ${stage}`);
  return { ...order, stage };
};
