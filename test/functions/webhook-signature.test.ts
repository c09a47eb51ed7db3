import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toInstant } from '../../shared/domain/instant.ts';
import { verifyWebhook } from '../../shared/runtime/webhook.ts';
import { crmSecret, makeCreated, signedHeaders } from '../support/crm-message.ts';
import { watchOutput } from './output.ts';
import { makeWorld } from './world.ts';

const output = watchOutput();
afterEach(() => void vi.useRealTimers());

const newSecret = 'whsec_bmV3LXNlY3JldC1mb3ItdGhlLXJvdGF0aW9u';
const refused = (reason: string) => ({
  status: 401,
  body: { error: 'unauthorized', reason },
  headers: { 'www-authenticate': 'Bearer' },
});

describe('a message whose sender is not proven', () => {
  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('is refused without %s', async (name) => {
    const world = await makeWorld();
    expect(await world.crm(makeCreated(), { without: [name] })).toMatchObject(refused('headers'));
    expect(output.metrics()).toEqual([{ name: 'WebhookRejected', value: 1 }]);
    expect(world.orders.committed).toHaveLength(0);
  });

  it.each([
    ['webhook-timestamp', 'now'],
    ['webhook-timestamp', '-1741399200'],
    ['webhook-timestamp', '1741399200.5'],
    ['webhook-timestamp', '1741399200000000'],
    ['webhook-id', 'two words'],
    ['webhook-id', 'x'.repeat(257)],
    ['webhook-signature', ''],
  ])('is refused with a malformed header: %s %s', async (name, value) => {
    const world = await makeWorld();
    expect(await world.crm(makeCreated(), { headers: { [name]: value } })).toMatchObject(refused('headers'));
  });

  it.each([
    ['another secret', { secrets: [newSecret] }],
    ['a changed body', { tampered: JSON.stringify(makeCreated({ orderId: 'R2' })) }],
    ['one more space', { tampered: `${JSON.stringify(makeCreated())} ` }],
    ['another id', { headers: { 'webhook-id': 'msg_other' } }],
    ['another time', { headers: { 'webhook-timestamp': '1741399201' } }],
    ['no version', { headers: { 'webhook-signature': 'c2lnbmF0dXJl' } }],
    ['another version', { headers: { 'webhook-signature': 'v2,c2lnbmF0dXJl' } }],
    ['nothing after the version', { headers: { 'webhook-signature': 'v1,' } }],
    ['half a signature', { headers: { 'webhook-signature': 'v1,c2lnbmF0dXJl' } }],
    ['no base64', { headers: { 'webhook-signature': 'v1,%%%' } }],
  ])('is refused with %s', async (_, given) => {
    const world = await makeWorld();
    expect(await world.crm(makeCreated(), given)).toMatchObject(refused('signature'));
    expect(world.orders.committed).toHaveLength(0);
  });
});

describe('a right signature in another form', () => {
  it.each<[string, (own: string) => string]>([
    ['without its padding', (own) => own.replace('=', '')],
    ['with something behind it', (own) => `${own}v2`],
    ['with something inside that base64 lacks', (own) => own.replace('v1,', 'v1,!')],
    ['with a second padding', (own) => `${own}=`],
    ['in a line of its own', (own) => `${own}\n`],
  ])('is refused: %s', async (_, write) => {
    const world = await makeWorld();
    const body = JSON.stringify(makeCreated());
    const { 'webhook-signature': own = '' } = signedHeaders(body, { id: 'msg_1', at: world.now() });
    const headers = { 'webhook-signature': write(own) };
    expect(await world.crm(body, { id: 'msg_1', headers })).toMatchObject(refused('signature'));
  });
});

describe('the time window', () => {
  it.each([
    ['2025-03-08T10:05:00.000+08:00', 201],
    ['2025-03-08T10:05:00.999+08:00', 201],
    ['2025-03-08T10:05:01.000+08:00', 401],
    ['2025-03-08T09:55:00.000+08:00', 201],
    ['2025-03-08T09:54:59.999+08:00', 401],
  ])(
    'of five minutes either way is kept to the second: at %s a message of 10:00:00 gets %i',
    async (now, status) => {
      const world = await makeWorld();
      const at = toInstant('2025-03-08T10:00:00+08:00');
      world.turn(now);
      expect((await world.crm(makeCreated(), { at })).status).toBe(status);
    },
  );

  it('says that the time is off', async () => {
    const world = await makeWorld();
    const at = toInstant('2025-03-08T09:00:00+08:00');
    expect(await world.crm(makeCreated(), { at })).toMatchObject(refused('timestamp'));
  });
});

describe('a message whose sender is proven', () => {
  it('may carry several signatures', async () => {
    const world = await makeWorld();
    expect((await world.crm(makeCreated(), { secrets: [newSecret, crmSecret] })).status).toBe(201);
  });

  it('may carry signatures of other versions beside its own', async () => {
    const world = await makeWorld();
    const body = JSON.stringify(makeCreated());
    const { 'webhook-signature': own } = signedHeaders(body, { id: 'msg_1', at: world.now() });
    const headers = { 'webhook-signature': `v1a,xyz ${own} v2,abc` };
    expect((await world.crm(body, { id: 'msg_1', headers })).status).toBe(201);
  });

  it.each([crmSecret, newSecret])('may use either secret while they are rotated', async (secret) => {
    const world = await makeWorld({ crmSecrets: [newSecret, crmSecret] });
    expect((await world.crm(makeCreated(), { secrets: [secret] })).status).toBe(201);
  });

  it('may not use the old secret once it is gone', async () => {
    const world = await makeWorld({ crmSecrets: [newSecret] });
    expect(await world.crm(makeCreated(), { secrets: [crmSecret] })).toMatchObject(refused('signature'));
  });

  it('may come in base64, as API Gateway hands over what it does not know as text', async () => {
    const world = await makeWorld();
    expect((await world.crm(makeCreated(), { base64: true })).status).toBe(201);
  });

  it('is signed over the bytes of its UTF-8', async () => {
    const world = await makeWorld();
    const message = makeCreated({ shop: { name: '星🌟 café', package: '', businessType: '', needs: [] } });
    expect((await world.crm(message)).status).toBe(201);
    expect((await world.crm(message, { base64: true })).status).toBe(200);
  });

  it('may name its headers in capitals', async () => {
    const world = await makeWorld();
    const body = JSON.stringify(makeCreated());
    const signed = signedHeaders(body, { id: 'msg_1', at: world.now() });
    const headers = Object.fromEntries(
      Object.entries(signed).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect((await world.call('POST /webhooks/crm', { headers, body })).status).toBe(201);
  });
});

describe('the reference library', () => {
  it('agrees with our check on any message, time and signature', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const sent = toInstant('2025-03-08T10:00:00+08:00');
    const accepts = (check: () => unknown): boolean => {
      try {
        return check() !== false;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: -310_000, max: 310_000 }),
        fc.constantFrom([crmSecret], [newSecret], [newSecret, crmSecret]),
        fc.boolean(),
        (id, body, skewMs, secrets, tampered) => {
          const now = Date.parse(sent) + skewMs;
          vi.setSystemTime(now);
          const headers = signedHeaders(body, { id, at: sent, secrets });
          const received = tampered ? `${body}x` : body;
          const ours = verifyWebhook(headers, received, [crmSecret], toInstant(now)).ok;
          const theirs = accepts(() =>
            new Webhook(crmSecret).verify(received, headers, { jsonParse: false }),
          );
          expect(ours).toBe(theirs);
        },
      ),
      { numRuns: 500 },
    );
  });
});
