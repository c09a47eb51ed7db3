import { toInputIssues } from '../../shared/contracts/issues.ts';
import { settlementQuerySchema, viewSettlement } from '../../shared/contracts/settlement-view.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import { answerRefusal, badRequest } from '../../shared/runtime/answer.ts';
import { ledger, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { SessionCheck } from '../../shared/runtime/session.ts';
import { authenticate } from '../../shared/runtime/session.ts';
import { answerSettlement } from './answer-settlement.ts';
import { whoseLines } from './whose-lines.ts';

/** `GET /api/settlements/{month}`, for one trainer with `?trainer=`: the statement of a month as data, CSV or a page to print, as `Accept` says. */
export const showSettlement =
  (reading: SessionCheck & { ledger: Ledger }): HttpFunction =>
  async (request, now) => {
    const caller = await authenticate(request, reading, now);
    if ('answer' in caller) return caller.answer;
    const query = settlementQuerySchema.safeParse({
      month: request.params['month'],
      trainer: request.query['trainer'],
    });
    if (!query.success) return badRequest(toInputIssues(query.error.issues));
    const { month, trainer = null } = query.data;
    const seen = whoseLines(caller.actor, 'show-settlement', trainer);
    if ('refusal' in seen) return answerRefusal(seen.refusal);
    const lines = await reading.ledger.ofMonth(month, seen.trainerId);
    const view = viewSettlement(month, seen.trainerId, lines);
    return await answerSettlement(view, request.headers['accept'] ?? '', now);
  };

export const handler = httpEntry(() =>
  showSettlement({ sessions: sessions(), secrets: secrets(), ledger: ledger() }),
);
