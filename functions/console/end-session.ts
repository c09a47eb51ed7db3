import { noContent } from '../../shared/runtime/answer.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { clearedCookie } from '../../shared/runtime/session.ts';

/** `DELETE /api/session`: signs a browser out, also one that is not signed in. The token stays good for other browsers. */
export const endSession = (): HttpFunction => {
  const answer = noContent([clearedCookie]);
  return async () => answer;
};

export const handler = httpEntry(endSession);
