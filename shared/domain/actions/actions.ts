import { acceptanceActions } from './acceptance.ts';
import type { Action } from './action.ts';
import { preparationActions } from './preparation.ts';
import { trainingActions } from './training.ts';

const table = { ...preparationActions, ...trainingActions, ...acceptanceActions };
export type ActionName = keyof typeof table;

/** Everything that people can do on an order, by name: who may, in which stage, with what, and what follows. */
export const actions: Readonly<Record<ActionName, Action>> = table;

export const isActionName = (name: string): name is ActionName => Object.hasOwn(table, name);
