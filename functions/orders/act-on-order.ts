import { actionCallSchema } from '../../shared/contracts/action-call.ts';
import { toInputIssues } from '../../shared/contracts/issues.ts';
import { readJson } from '../../shared/contracts/parse-json.ts';
import { actions, isActionName } from '../../shared/domain/actions/actions.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import { badRequest, notFound } from '../../shared/runtime/answer.ts';
import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { authenticate } from '../../shared/runtime/session.ts';
import type { OrderDesk } from './carry-out-action.ts';
import { carryOutAction } from './carry-out-action.ts';

/** `POST /api/orders/{orderId}/actions/{action}`: what staff have done. With `?dryRun=true` it answers what would change, and changes nothing. */
export const actOnOrder =
  (desk: OrderDesk): HttpFunction =>
  async (request, now) => {
    const caller = await authenticate(request, desk, now);
    if ('answer' in caller) return caller.answer;
    const { orderId = '', action = '' } = request.params;
    if (!isActionName(action)) return notFound();
    const call = actionCallSchema.safeParse({ ...request.headers, dryRun: request.query['dryRun'] });
    if (!call.success) return badRequest(toInputIssues(call.error.issues));
    const json = readJson(request.body);
    if ('issues' in json) return badRequest(json.issues);
    const prepared = actions[action].prepare(action, json.value);
    if ('issues' in prepared) return badRequest(toInputIssues(prepared.issues));
    return await carryOutAction(desk, orderId, prepared.decide, {
      actor: caller.actor,
      now,
      key: call.data['idempotency-key'] ?? null,
      contentHash: sha256Hex([action, request.body]),
      dryRun: call.data.dryRun === 'true',
    });
  };

export const handler = httpEntry(() =>
  actOnOrder({ orders: orderStore(), sessions: sessions(), secrets: secrets(), desks: readDesks() }),
);
