import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { actions } from '../../shared/domain/actions/actions.ts';
import { actionExamples } from '../../shared/contracts/openapi-examples.ts';
import { sessionCookie } from '../../shared/runtime/session.ts';
import { makeAmended, makeCancelled, makeCreated } from '../support/crm-message.ts';
import { watchOutput } from './output.ts';
import type { Answered, World } from './world.ts';
import { makeWorld, orderId } from './world.ts';

watchOutput();

let world: World;
beforeEach(async () => {
  world = await (await makeWorld()).created();
});
const writes = (): number => world.orders.committed.length;

const text = fc.string({ unit: 'binary', maxLength: 60 });
const oddText = fc.oneof(
  text,
  fc.constantFrom(
    '__proto__',
    'constructor',
    '\u0000',
    '\u{1F600}',
    '',
    '../..',
    '%00',
    '王小明',
    'true',
    'x'.repeat(5000),
  ),
);
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(
    null,
    [],
    {},
    '',
    -1,
    1e308,
    2 ** 53,
    0.1,
    true,
    '2099-12-31T23:59:59-12:00',
    '2000-01-01T00:00:00+14:00',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '24:00',
  ),
  oddText,
);
const json = oddValue.map((value) => JSON.stringify(value));
const body = fc.oneof(json, text, fc.constantFrom('{', '[[[', '{"a":', '\u{feff}{}', String.raw`"\ud800"`));

/** A message of the contract with one of its members replaced by anything, or one more added. */
const mutate = (message: object, path: readonly string[], value: unknown): string => {
  const copy: any = structuredClone(message);
  let target = copy;
  for (const name of path.slice(0, -1)) target = target[name] ?? {};
  Object.defineProperty(target, path.at(-1)!, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return JSON.stringify(copy);
};
const pathsOf = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => [
        [name],
        ...pathsOf(member).map((rest) => [name, ...rest]),
      ])
    : [];
const mutated = (messages: readonly object[]): fc.Arbitrary<string> =>
  fc
    .constantFrom(...messages)
    .chain((message) =>
      fc.tuple(
        fc.constant(message),
        fc.oneof(
          fc.constantFrom(...pathsOf(message)),
          oddText.map((name) => ['data', name]),
        ),
        oddValue,
      ),
    )
    .map(([message, path, value]) => mutate(message, path, value));

/** What is wrong with the answer: a fault, or a write that was not answered with a success. */
const wrongOf = async (request: () => Promise<Answered>): Promise<string | null> => {
  const before = writes();
  const { status } = await request();
  if (status < 200 || status >= 500) return `a fault: ${status}`;
  return status >= 300 && writes() !== before ? `a write with ${status}` : null;
};

describe('whatever is sent', () => {
  it('unsigned to the webhook gets 401 and writes nothing', async () => {
    const headers = fc.dictionary(
      fc.oneof(fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', '__proto__'), oddText),
      oddText,
    );
    const before = writes();
    await fc.assert(
      fc.asyncProperty(headers, body, async (given, sent) => {
        const answer = await world.call('POST /webhooks/crm', { headers: given, body: sent });
        expect(answer.status).toBe(401);
      }),
      { numRuns: 300 },
    );
    expect(writes()).toBe(before);
  });

  it('signed to the webhook is refused as malformed, and never a fault', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const before = writes();
        expect((await world.crm(sent)).status).toBe(400);
        expect(writes()).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  it('as a message with one wrong member is taken or refused, and never a fault', async () => {
    const messages = [
      makeCreated(),
      makeCreated({ orderId: 'R9' }),
      makeAmended({
        training: { startsAt: '2025-03-10T10:00:00+08:00', minutes: 60 },
        trainer: { id: 'a', name: 'b' },
      }),
      makeCancelled('', 'R404'),
    ];
    await fc.assert(
      fc.asyncProperty(mutated(messages), async (sent) => {
        expect(await wrongOf(async () => await world.crm(sent))).toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  it('to any action of any order is taken or refused, and never a fault', async () => {
    const action = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...Object.keys(actions)) }, oddText);
    const input = fc.oneof(
      body,
      mutated(Object.values(actionExamples).filter((example) => Object.keys(example).length > 0)),
    );
    const query = fc.option(fc.dictionary(fc.oneof(fc.constant('dryRun'), oddText), oddText), { nil: {} });
    const headers = fc.option(fc.dictionary(fc.constant('idempotency-key'), oddText), { nil: {} });
    const token = await world.mint('all', 'trainer', 'assistant', 'sales', 'service');
    const order = fc.oneof({ weight: 5, arbitrary: fc.constant(orderId) }, oddText);
    await fc.assert(
      fc.asyncProperty(action, input, order, query, headers, async (name, sent, id, asked, given) => {
        expect(
          await wrongOf(
            async () => await world.act(name, sent, { order: id, token, query: asked, headers: given }),
          ),
        ).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('as a session gets 401, and writes nothing', async () => {
    const before = writes();
    await fc.assert(
      fc.asyncProperty(oddText, fc.boolean(), async (value, asCookie) => {
        const given = asCookie
          ? { cookies: [`${sessionCookie}=${value}`] }
          : { headers: { authorization: `Bearer ${value}` } };
        expect((await world.act('set-remark', {}, { token: null, ...given })).status).toBe(401);
      }),
      { numRuns: 200 },
    );
    expect(writes()).toBe(before);
  });

  it('to the views is answered or refused, and never a fault', async () => {
    const view = fc.constantFrom('order' as const, 'plan' as const, 'history' as const, 'why' as const);
    const order = fc.oneof(fc.constant(orderId), oddText);
    const query = fc.dictionary(fc.oneof(fc.constant('until'), oddText), oddText);
    await fc.assert(
      fc.asyncProperty(view, order, query, async (name, id, asked) => {
        expect(await wrongOf(async () => await world[name]({ order: id, query: asked }))).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});
