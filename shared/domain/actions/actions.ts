import { acceptanceActions } from './acceptance.ts';
import type { Refusal } from '../refusal.ts';
import type { Action, StaffActor } from './action.ts';
import { coverActions } from './cover.ts';
import { emergencyActions } from './emergency.ts';
import { preparationActions } from './preparation.ts';
import { questionActions } from './questions.ts';
import { recordingActions } from './recordings.ts';
import { trainingActions } from './training.ts';

const table = {
  ...preparationActions,
  ...trainingActions,
  ...recordingActions,
  ...questionActions,
  ...coverActions,
  ...emergencyActions,
  ...acceptanceActions,
};
export type ActionName = keyof typeof table;

/** Everything that people can do on an order, by name: who may, in which stage, with what, and what follows. */
export const actions: Readonly<Record<ActionName, Action>> = table;

export const isActionName = (name: string): name is ActionName => Object.hasOwn(table, name);

/** Why a caller may not do this at all, whatever the order and the input; null if they may. */
export const refuseRole = (name: ActionName, { roles }: StaffActor): Refusal | null =>
  actions[name].roles.some((role) => roles.includes(role))
    ? null
    : { type: 'wrong-role', action: name, accepted: actions[name].roles };
