import type { Role, StaffActor } from '../../shared/domain/actions/action.ts';
import type { Refusal } from '../../shared/domain/refusal.ts';

/** They see what every trainer is paid. */
const seeAll = ['assistant', 'manager', 'auditor', 'operator'] as const satisfies readonly Role[];

/**
 * R3.4 Whose lines a caller gets who asks for one trainer's (or for everybody's: null): a trainer only the own ones, whatever other roles
 * see; the rest of the staff none.
 */
export const whoseLines = (
  { id, roles }: StaffActor,
  action: string,
  asked: string | null,
): { trainerId: string | null } | { refusal: Refusal } => {
  if (seeAll.some((role) => roles.includes(role))) return { trainerId: asked };
  if (!roles.includes('trainer'))
    return { refusal: { type: 'wrong-role', action, accepted: ['trainer', ...seeAll] } };
  return asked === null || asked === id
    ? { trainerId: id }
    : { refusal: { type: 'wrong-role', action, accepted: seeAll } };
};
