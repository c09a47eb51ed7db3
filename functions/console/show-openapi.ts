import { openApiDocument } from '../../shared/contracts/openapi.ts';
import { ok } from '../../shared/runtime/answer.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';

/** `GET /openapi.json`: the description of the interface; made once, at the first request. */
export const showOpenApi = (): HttpFunction => {
  const answer = ok(openApiDocument());
  return async () => answer;
};

export const handler = httpEntry(showOpenApi);
