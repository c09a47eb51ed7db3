import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSqsEngine, type SqsEngine } from '../../infra/local/engines/sqs.ts';

const START = Date.parse('2025-03-08T02:00:00Z');
const RETENTION = 120_000;
const VISIBILITY = 30_000;
const MAX_RECEIVES = 3;

type QueueName = 'work' | 'dead';
type Held = { queue: QueueName; receipt: string };
type Message = {
  body: string;
  queue: QueueName;
  sentAt: number;
  visibleAt: number;
  received: number;
  receivedBefore: number;
  /** The latest receipt, until the file is opened anew. */
  receipt: string | undefined;
};

/** What SQS promises, in a few lines: messages in the order in which they became visible, and every receipt ever given. */
type Model = { now: number; sent: number; messages: Message[]; held: Held[] };
type Real = { engine: SqsEngine; reopen: () => Promise<void> };

const alive = (model: Model): Message[] =>
  model.messages.filter(({ sentAt }) => model.now < sentAt + RETENTION);
const inQueue = (model: Model, queue: QueueName): Message[] =>
  alive(model).filter((message) => message.queue === queue);

/** Among equals the older message comes first: sorting is stable and messages are kept in the order of sending. */
const visible = (model: Model, queue: QueueName): Message[] =>
  inQueue(model, queue)
    .filter(({ visibleAt }) => visibleAt <= model.now)
    .toSorted((a, b) => a.visibleAt - b.visibleAt);

const agree = ({ engine }: Real, model: Model): void => {
  for (const queue of ['work', 'dead'] as const) {
    const times = inQueue(model, queue)
      .filter(({ visibleAt, sentAt }) => visibleAt < sentAt + RETENTION)
      .map(({ visibleAt }) => visibleAt);
    expect(engine.nextVisibleAt([queue])).toBe(times.length > 0 ? Math.min(...times) : null);
    const hidden = inQueue(model, queue).filter(({ visibleAt }) => visibleAt > model.now);
    const inFlight = hidden.filter(({ receipt }) => receipt !== undefined).length;
    const counts = { visible: visible(model, queue).length, inFlight, delayed: hidden.length - inFlight };
    expect(engine.messagesIn(queue)).toEqual(counts);
  }
};

type Step = { describe: string; run: (model: Model, real: Real) => void | Promise<void> };

/** One step as a command: it is always allowed, and afterwards model and engine agree. */
const command = ({ describe, run }: Step): fc.AsyncCommand<Model, Real> => ({
  check: () => true,
  run: async (model, real) => {
    await run(model, real);
    agree(real, model);
  },
  toString: () => describe,
});

const send = (delaySeconds: number): Step => ({
  describe: `send(delay ${delaySeconds})`,
  run: (model, { engine }) => {
    model.sent += 1;
    const body = `m${model.sent}`;
    engine.send('work', { body, delaySeconds });
    const visibleAt = model.now + delaySeconds * 1000;
    model.messages.push({
      body,
      queue: 'work',
      sentAt: model.now,
      visibleAt,
      received: 0,
      receivedBefore: 0,
      receipt: undefined,
    });
  },
});

/** Those received too often already are given up, until as many as asked for are left or none. */
const expectReceive = (model: Model, queue: QueueName, maxMessages: number): Message[] => {
  for (;;) {
    const taken = visible(model, queue).slice(0, maxMessages);
    const exhausted = queue === 'work' ? taken.filter(({ received }) => received >= MAX_RECEIVES) : [];
    if (exhausted.length === 0) return taken;
    for (const message of exhausted) {
      const receivedBefore = message.received;
      Object.assign(message, {
        queue: 'dead',
        visibleAt: model.now,
        received: 0,
        receivedBefore,
        receipt: undefined,
      });
    }
  }
};

const receive = (queue: QueueName, maxMessages: number, visibilityTimeout: number | undefined): Step => ({
  describe: `receive(${queue}, ${maxMessages}, ${visibilityTimeout})`,
  run: (model, { engine }) => {
    const expected = expectReceive(model, queue, maxMessages);
    const messages = engine.receive(queue, { maxMessages, visibilityTimeout });
    expect(messages.map(({ Body }) => Body)).toEqual(expected.map(({ body }) => body));
    for (const [i, { ReceiptHandle, Attributes }] of messages.entries()) {
      const message = expected[i]!;
      message.received += 1;
      message.receipt = ReceiptHandle;
      message.visibleAt =
        model.now + (visibilityTimeout === undefined ? VISIBILITY : visibilityTimeout * 1000);
      model.held.push({ queue, receipt: ReceiptHandle });
      expect(Attributes?.['ApproximateReceiveCount']).toBe(String(message.received + message.receivedBefore));
      expect(Attributes?.['SentTimestamp']).toBe(String(message.sentAt));
    }
  },
});

/** Any receipt that was ever given out: the latest of its message, an older one, or one of a message that is gone. */
const withReceipt = (
  model: Model,
  pick: number,
): { held: Held; message: Message | undefined } | undefined => {
  const held = model.held[pick % Math.max(model.held.length, 1)];
  const message = alive(model).find(
    ({ receipt, queue }) => receipt === held?.receipt && queue === held?.queue,
  );
  return held && { held, message };
};

const remove = (pick: number): Step => ({
  describe: `remove(${pick})`,
  run: (model, { engine }) => {
    const target = withReceipt(model, pick);
    if (!target) return;
    engine.remove(target.held.queue, target.held.receipt);
    model.messages = model.messages.filter((message) => message !== target.message);
  },
});

const changeVisibility = (pick: number, seconds: number): Step => ({
  describe: `changeVisibility(${pick}, ${seconds})`,
  run: (model, { engine }) => {
    const target = withReceipt(model, pick);
    if (!target) return;
    const change = (): void => engine.changeVisibility(target.held.queue, target.held.receipt, seconds);
    const { message } = target;
    if (!message) return expect(change).toThrow('not available');
    if (message.visibleAt <= model.now) return expect(change).toThrow('not in flight');
    change();
    message.visibleAt = model.now + seconds * 1000;
  },
});

const turn = (milliseconds: number): Step => ({
  describe: `turn(${milliseconds})`,
  run: (model) => {
    model.now += milliseconds;
  },
});

const reopen: Step = {
  describe: 'reopen',
  run: async (model, real) => {
    await real.reopen();
    for (const message of model.messages.filter(({ receipt }) => receipt !== undefined)) {
      message.visibleAt = Math.min(message.visibleAt, model.now);
      message.receipt = undefined;
    }
  },
};

const QUEUE = fc.constantFrom<QueueName>('work', 'work', 'work', 'dead');
const SECONDS = fc.constantFrom(0, 0, 0, 1, 10, 30, 200);

const SEND = fc.constantFrom(0, 0, 5, 60, 120, 900).map(send);
const RECEIVE = fc
  .tuple(QUEUE, fc.integer({ min: 1, max: 10 }), fc.option(SECONDS, { nil: undefined }))
  .map((args) => receive(...args));
const REMOVE = fc.nat(50).map(remove);
const CHANGE = fc.tuple(fc.nat(50), SECONDS).map((args) => changeVisibility(...args));
const TURN = fc.constantFrom(1, 999, 1000, 5000, 10_000, 29_999, 30_000, 60_000, 119_999, 120_000).map(turn);

/** Receiving is drawn more often, so that messages come to the end of their receives before that of their retention. */
const STEPS = [SEND, SEND, RECEIVE, RECEIVE, RECEIVE, REMOVE, CHANGE, TURN, fc.constant(reopen)].map((step) =>
  step.map(command),
);

describe('the SQS engine', () => {
  it('under any interleaving of sends, receives, deletes, visibility changes, clock turns and restarts hands out exactly what is due, and neither loses nor resurrects a message', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(fc.commands(STEPS, { maxCommands: 60, size: 'max' }), async (commands) => {
        const folder = mkdtempSync(join(tmpdir(), 'sqs-'));
        const model: Model = { now: START, sent: 0, messages: [], held: [] };
        const open = (): Promise<SqsEngine> =>
          openSqsEngine({ file: join(folder, 'sqs.db'), clock: { now: () => model.now } });
        const real: Real = {
          engine: await open(),
          reopen: async () => {
            await real.engine.close();
            real.engine = await open();
          },
        };
        const common = {
          MessageRetentionPeriod: String(RETENTION / 1000),
          VisibilityTimeout: String(VISIBILITY / 1000),
        };
        real.engine.createQueue({ name: 'dead', attributes: common });
        const redrive = { deadLetterTargetArn: real.engine.queueArn('dead'), maxReceiveCount: MAX_RECEIVES };
        real.engine.createQueue({
          name: 'work',
          attributes: { ...common, RedrivePolicy: JSON.stringify(redrive) },
        });
        try {
          await fc.asyncModelRun(() => ({ model, real }), commands);
        } finally {
          await real.engine.close();
          rmSync(folder, { recursive: true });
        }
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
