import { actionCallSchema } from '../../shared/contracts/action-call.ts';
import { toInputIssues } from '../../shared/contracts/issues.ts';
import { isActionName, refuseRole } from '../../shared/domain/actions/actions.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import { answerRefusal, badRequest, notFound } from '../../shared/runtime/answer.ts';
import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { authenticate } from '../../shared/runtime/session.ts';
import type { OrderDesk } from './carry-out-action.ts';
import { carryOutAction, prepareAction } from './carry-out-action.ts';

/** `POST /api/orders/{orderId}/actions/{action}`: what staff have done. With `?dryRun=true` it answers what would change, and changes nothing. */
export const actOnOrder =
  (desk: OrderDesk): HttpFunction =>
  async (request, now) => {
    const caller = await authenticate(request, desk, now);
    if ('answer' in caller) return caller.answer;
    const { orderId = '', action = '' } = request.params;
    if (!isActionName(action)) return notFound();
    const refusal = refuseRole(action, caller.actor);
    if (refusal !== null) return answerRefusal(refusal);
    const call = actionCallSchema.safeParse({ ...request.headers, dryRun: request.query['dryRun'] });
    if (!call.success) return badRequest(toInputIssues(call.error.issues));
    const prepared = prepareAction(action, request.body);
    if ('issues' in prepared) return badRequest(prepared.issues);
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
