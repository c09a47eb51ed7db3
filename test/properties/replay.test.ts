import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { carryOutAction } from '../../functions/orders/carry-out-action.ts';
import { takeCrmMessage } from '../../functions/orders/take-crm-message.ts';
import { takeMessage } from '../../functions/questions/take-message.ts';
import { runDueTimer } from '../../functions/stages/run-due-timer.ts';
import type { MessageWebhook } from '../../shared/contracts/message-webhook.ts';
import { actions } from '../../shared/domain/actions/actions.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import { commit } from '../../shared/runtime/commit.ts';
import type { SaidMessage } from '../../shared/domain/record-message.ts';
import type { Input, Walk } from '../support/build-order.ts';
import { actorOf, arbitraryWalk, walkThrough } from '../support/build-order.ts';
import { memoryStore } from '../support/memory/order-store.ts';
import { memorySecrets } from '../support/memory/secrets.ts';
import { decideRecording } from '../support/recording-events.ts';
import { memorySessions } from '../support/memory/sessions.ts';

const desks = { manager: ['M1', 'M2'], service: ['C1'], support: ['support-1'] };

const webhookOf = (orderId: string, { messageId, at, role, author: id }: SaidMessage): MessageWebhook => {
  const data = { orderId, messageId, at, text: '……' };
  return role === 'customer'
    ? { type: 'message.received', data: { ...data, author: { role, id } } }
    : { type: 'message.sent', data: { ...data, author: { role, id } } };
};

const makeProduct = () => {
  const { orders, outbox, messages } = memoryStore();
  const intake = { orders, messages, desks, secrets: memorySecrets({}), sessions: memorySessions() };

  /** One delivery of a message, by the very code that runs in the cloud; `id` is the sender's own. Gives the status of the answer. */
  const deliver = async (input: Input, orderId: string, id: string, now: Instant): Promise<number> => {
    if (input.type === 'timer') {
      await runDueTimer(intake)({ orderId, ...input.timer }, id, now);
      return 200;
    }
    if (input.type === 'message')
      return (await takeMessage(intake, webhookOf(orderId, input.said), id, now)).status;
    if (input.type === 'recording') {
      const order = await orders.load(orderId);
      const outcome = decideRecording(order!, input.id, input.event, { now, desks, policy: currentPolicy });
      if (outcome === null || isRefusal(outcome)) throw new Error(`${input.id} can't be ${input.event.what}`);
      await commit(orders, order, outcome, { actor: actorOf(input), id, now });
      return 200;
    }
    if (input.type !== 'action') return (await takeCrmMessage(intake, input, id, now)).status;
    const { name, body, actor } = input;
    const prepared = actions[name].prepare(name, body);
    if ('issues' in prepared) throw new Error(`${name} is malformed`);
    const call = { actor, now, key: id, contentHash: sha256Hex([name, body]), dryRun: false };
    return (await carryOutAction(intake, orderId, prepared.decide, call)).status;
  };
  return { orders, outbox, deliver };
};

/** All that a walk leaves behind when each message also comes again: `again` says for each which of the earlier ones. */
const outcomeOf = async (walk: Walk, again: readonly (readonly number[])[]) => {
  const { orders, deliver } = makeProduct();
  const { orderId } = walk.data;
  const steps = walkThrough(walk);
  for (const [index, { input, now }] of steps.entries()) {
    expect(await deliver(input, orderId, `m${index}`, now)).toBeLessThan(300);
    for (const pick of again[index] ?? []) {
      const earlier = pick % (index + 1);
      const { input: repeated } = steps[earlier]!;
      // What happens in the store comes as a state that is looked up, not as a message.
      if (repeated.type === 'recording') continue;
      expect(await deliver(repeated, orderId, `m${earlier}`, now)).toBe(200);
    }
  }
  return {
    order: await orders.load(orderId),
    history: await orders.history(orderId),
    commits: orders.committed,
  };
};

describe('messages, actions and timers', () => {
  it('that come again, at once or later, any number of times, leave what they leave when they come once', async () => {
    // Stale timers are counted, and each count would be a line of output.
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
    await fc.assert(
      fc.asyncProperty(
        arbitraryWalk,
        fc.array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 60, size: 'max' }),
        async (walk, again) => {
          const once = await outcomeOf(walk, []);
          expect(once.commits.length).toBe(once.order!.version);
          expect(await outcomeOf(walk, again)).toEqual(once);
        },
      ),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
  });
});
