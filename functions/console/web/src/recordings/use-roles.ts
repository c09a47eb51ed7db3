import type { Recording } from '../api/recording-views.ts';
import { useSession } from '../console-parts.tsx';

/** Whether whoever is signed in has one of these roles. A page that waits for a new sign-in stays as it is. */
export const useHasRole = (...wanted: readonly string[]): boolean => {
  const state = useSession();
  return state.type !== 'signed-in' || state.session.roles.some((role) => wanted.includes(role));
};

/** Whether an upload belongs to whoever is signed in: nobody else can go on with it or give it up. */
export const useIsUploader = ({ by }: Pick<Recording, 'by'>): boolean => {
  const state = useSession();
  return state.type !== 'signed-in' || state.session.staffId === by;
};
