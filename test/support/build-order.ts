import * as fc from 'fast-check';
import type { Role, StaffActor } from '../../shared/domain/actions/action.ts';
import { roleSchema } from '../../shared/domain/actions/action.ts';
import type { ActionName } from '../../shared/domain/actions/actions.ts';
import { actions } from '../../shared/domain/actions/actions.ts';
import type { Actor, Change, Facts, Notice, Outcome } from '../../shared/domain/decision.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { later, plusMinutes, toInstant } from '../../shared/domain/instant.ts';
import type { Order, Stage, Task, Timer } from '../../shared/domain/order.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import type { TaskKind } from '../../shared/domain/policy.ts';
import type { OrderAmendment, OrderData } from '../../shared/domain/receive-order.ts';
import type { SaidMessage } from '../../shared/domain/record-message.ts';
import { recordMessage } from '../../shared/domain/record-message.ts';
import { amendOrder, cancelOrder, changesNothing, receiveOrder } from '../../shared/domain/receive-order.ts';
import type { Refusal } from '../../shared/domain/refusal.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import { isWaiting } from '../../shared/domain/timers.ts';
import type { RecordingEvent } from './recording-events.ts';
import {
  actorOfRecording,
  arbitraryRecordingEvent,
  decideRecording,
  wholeRecording,
} from './recording-events.ts';

/** `2025-03-09 14:00`, also with seconds, as a Shanghai clock shows it. */
export const at = (shanghai: string): Instant => toInstant(`${shanghai.replace(' ', 'T')}+08:00`);

const instantOf = (time: string): Instant => (time.endsWith('Z') ? toInstant(time) : at(time));

/** What a rule may know, at a time in Shanghai; managers M1 and M2, customer service C1, customer success P1 and P2. */
export const buildFacts = (now: string, overrides: Partial<Facts> = {}): Facts => ({
  now: instantOf(now),
  policy: currentPolicy,
  desks: { manager: ['M1', 'M2'], service: ['C1'], support: ['P1', 'P2'] },
  ...overrides,
});

type Overrides = Partial<Omit<OrderData, 'shop' | 'training'>> & {
  shop?: Partial<OrderData['shop']>;
  training?: Partial<OrderData['training']>;
};

/** The rule book's example as the CRM sends it: taken on 8 March, training on 9 March at 14:00. */
export const buildOrderData = ({ shop, training, ...rest }: Overrides = {}): OrderData => ({
  orderId: 'A-1001',
  kind: 'remote-7day',
  system: '芸苔系统',
  acceptedAt: at('2025-03-08 10:00'),
  shop: {
    name: '星空乐园',
    package: '旗舰版',
    businessType: '亲子乐园',
    needs: ['会员储值', '门票核销'],
    ...shop,
  },
  customer: { name: '欧阳先生', phone: '13812345678' },
  training: { startsAt: at('2025-03-09 14:00'), minutes: 120, ...training },
  trainer: { id: 'T1', name: '张三' },
  assistant: { id: 'A1', name: '李四' },
  sales: { id: 'S1', name: '王五' },
  group: { robotKey: 'robot-1' },
  fees: { training: 20_000, maintenance: 7_000 },
  ...rest,
});

const received = '2025-03-08 10:00';

/** The change, or an error where the rule refuses. */
export const accepted = (outcome: Outcome): Change => {
  if (isRefusal(outcome)) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
  return outcome;
};

/** The refusal, or an error where the rule accepts. */
export const refused = (outcome: Outcome): Refusal => {
  if (isRefusal(outcome)) return outcome.refusal;
  throw new Error(`accepted: ${outcome.event}`);
};

/** An order as the rules make it from the CRM's message. */
export const buildOrder = (overrides: Overrides = {}, receivedAt = received): Order =>
  accepted(receiveOrder(buildOrderData(overrides), 'content', buildFacts(receivedAt))).order;

const staffIds: Record<Role, string> = {
  trainer: 'T1',
  assistant: 'A1',
  sales: 'S1',
  support: 'P1',
  service: 'C1',
  auditor: 'U1',
  manager: 'M1',
  operator: 'O1',
};

export const staff = (role: Role): StaffActor => ({ type: 'staff', id: staffIds[role], roles: [role] });

/** The first who may: the order's own trainer where it is a trainer's to do. */
const whoMay = (name: ActionName, order: Order): StaffActor => {
  const role = actions[name].roles[0]!;
  return role === 'trainer' ? { ...staff(role), id: order.trainer.id } : staff(role);
};

/** What an action leads to. Throws when the input is malformed. */
export const decide = (
  order: Order,
  name: ActionName,
  body: object,
  now: string,
  actor: StaffActor = whoMay(name, order),
): Outcome => {
  const prepared = actions[name].prepare(name, body);
  if ('issues' in prepared) throw new Error(`${name} is malformed: ${JSON.stringify(prepared.issues)}`);
  return prepared.decide(order, buildFacts(now), actor);
};

export const ticks = { recorder: true, remoteControl: true, wecom: true };
export const understood = { extraNeeds: [], understood: true };
export const noneOpen = { answered: [], open: [] };

export type Told = Notice & { at: Instant; order: Order };

/**
 * An order that is lived through: every timer fires at its time before the next thing is done. `told` is all that was said, with when.
 * Throws when something is refused that should not be.
 */
export const makeStory = (overrides: Overrides = {}, receivedAt = received) => {
  const told: Told[] = [];
  let order: Order;
  const take = (change: Change, now: Instant): Change => {
    ({ order } = change);
    told.push(...change.notices.map((notice) => ({ ...notice, at: now, order: change.order })));
    return change;
  };
  take(
    accepted(receiveOrder(buildOrderData(overrides), 'content', buildFacts(receivedAt))),
    instantOf(receivedAt),
  );
  let present = instantOf(receivedAt);

  const until = (time: string): void => {
    const end = instantOf(time);
    for (let timer = order.timers[0]; timer !== undefined && timer.at <= end; timer = order.timers[0]) {
      present = later(timer.at, present);
      const fired = fireTimer(order, timer, buildFacts(present));
      if (fired.type !== 'change') throw new Error(`${timer.step} is ${fired.type}`);
      take(fired.change, present);
    }
    present = end;
  };

  return {
    get order(): Order {
      return order;
    },
    told,
    until,
    act: (time: string, name: ActionName, body: object = {}, actor?: StaffActor): Change => {
      until(time);
      return take(accepted(decide(order, name, body, time, actor)), instantOf(time));
    },
    refused: (time: string, name: ActionName, body: object = {}, actor?: StaffActor): Refusal => {
      until(time);
      return refused(decide(order, name, body, time, actor));
    },
    amend: (time: string, amendment: Omit<OrderAmendment, 'orderId'>): Change => {
      until(time);
      const data = { orderId: order.orderId, ...amendment };
      return take(accepted(amendOrder(order, data, buildFacts(time))), instantOf(time));
    },
    /** Somebody writes in the group at this time; it reaches the product at once, or when `heard` says. */
    say: (time: string, role: SaidMessage['role'], messageId: string, heard = time): Change => {
      until(heard);
      const author = { customer: 'customer-1', trainer: order.trainer.id, support: 'P1' }[role];
      const said = { messageId, role, author, at: instantOf(time) };
      return take(accepted(recordMessage(order, said, buildFacts(heard))), instantOf(heard));
    },
    /** Something happens to a recording at this time; `null` when it leads to nothing. */
    record: (time: string, id: string, event: RecordingEvent): Change | null => {
      until(time);
      const outcome = decideRecording(order, id, event, buildFacts(time));
      return outcome === null ? null : take(accepted(outcome), instantOf(time));
    },
    cancel: (time: string): Change => {
      until(time);
      return take(accepted(cancelOrder(order, null, buildFacts(time))), instantOf(time));
    },
    /** The newest task of a kind. */
    task: (kind: TaskKind): Task | undefined => order.tasks.findLast((task) => task.kind === kind),
    waiting: (): TaskKind[] => order.tasks.filter(isWaiting).map(({ kind }) => kind),
    timerAt: (step: string): Instant | undefined => order.timers.find((timer) => timer.step === step)?.at,
    /** `kind → party` of everything said at just this time. */
    saidAt: (time: string): string[] =>
      told
        .filter((notice) => notice.at === instantOf(time))
        .map(({ kind, tell }) => `${kind} → ${tell}`)
        .toSorted(),
    /** `kind → party` of everything said after a time, up to another one. */
    saidBetween: (after: string, end: string): string[] =>
      told
        .filter((notice) => notice.at > instantOf(after) && notice.at <= instantOf(end))
        .map(({ kind, tell }) => `${kind} → ${tell}`),
    textOf: (kind: string): string | undefined => told.findLast((notice) => notice.kind === kind)?.text,
  };
};
export type Story = ReturnType<typeof makeStory>;

/** The example, with everything done on time up to the start of a stage. */
export const makeStoryIn = (stage: Stage): Story => {
  const story = makeStory();
  if (stage === 'preparation') return story;
  if (stage === 'cancelled') {
    story.cancel('2025-03-08 11:00');
    return story;
  }
  story.act('2025-03-08 10:05', 'join-group');
  story.act('2025-03-08 10:10', 'set-remark');
  story.act('2025-03-08 20:30', 'confirm-tools', ticks);
  story.act('2025-03-09 13:05', 'confirm-time', { outcome: 'confirmed' });
  story.act('2025-03-09 13:50', 'send-notice');
  story.act('2025-03-09 13:55', 'confirm-needs', understood);
  story.act('2025-03-09 14:00', 'start-training');
  if (stage === 'training') return story;
  story.act('2025-03-09 16:00', 'finish-training');
  for (const event of wholeRecording) story.record('2025-03-09 16:10', 'r1', event);
  story.act('2025-03-09 16:20', 'send-recording');
  if (stage === 'maintenance') return story;
  story.until('2025-03-17 00:00');
  if (stage === 'acceptance') return story;
  story.act('2025-03-17 10:00', 'record-summary', noneOpen);
  story.act('2025-03-17 11:00', 'record-signature', { where: 'paper' });
  story.act('2025-03-17 15:00', 'return-visit', { ok: true });
  story.act('2025-03-17 16:00', 'hand-over');
  story.act('2025-03-17 17:00', 'accept-hand-over');
  story.act('2025-03-17 18:00', 'leave-group');
  return story;
};

const range = (from: string, to: string) => ({ min: Date.parse(from), max: Date.parse(to) });

/** Any instant at which an order may be received. */
export const arbitraryInstant = fc
  .integer(range('2020-01-01T00:00:00Z', '2040-01-01T00:00:00Z'))
  .map((ms) => toInstant(ms));

const minutesOf = (days: number): number => days * 24 * 60;

/** Minutes, half of them round ones, so that two clocks often come to the same instant. */
const someMinutes = (within: { min: number; max: number }) =>
  fc.oneof(fc.integer(within), fc.constantFrom(0, 15, 30, 60, 90, 120, 240, 480));

/** What the CRM may send: any time of acceptance and of training, training not agreed yet, in the past, the same day. */
export const arbitraryOrderData: fc.Arbitrary<OrderData> = fc
  .record({
    orderId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/),
    system: fc.constantFrom(...currentPolicy.systems),
    exact: arbitraryInstant,
    onTheMinute: fc.boolean(),
    lead: fc.option(someMinutes({ min: -600, max: minutesOf(6) }), { freq: 6 }),
    minutes: fc.integer({ min: 1, max: 480 }),
  })
  .map(({ orderId, system, exact, onTheMinute, lead, minutes }) => {
    const acceptedAt = onTheMinute ? toInstant(`${exact.slice(0, 16)}:00.000Z`) : exact;
    const startsAt = lead === null ? null : plusMinutes(acceptedAt, lead);
    return buildOrderData({ orderId, system, acceptedAt, training: { startsAt, minutes } });
  });

/** Minutes from the moment at which the message is handled; the walk makes a time of them. */
type Relative = { inMinutes: number };

const soon = someMinutes({ min: -300, max: minutesOf(3) }).map((inMinutes): Relative => ({ inMinutes }));
const past = fc.integer({ min: -90, max: 0 }).map((inMinutes): Relative => ({ inMinutes }));
const note = fc.constantFrom('已沟通', '需要再讲一次报表', '稍后再打');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const nothing = fc.constant({});
const noted = { note: maybe(note) };
const someTrainer = fc.constantFrom({ id: 'T1', name: '张三' }, { id: 'T2', name: '赵六' });
/** Few ids, so that some come again. */
const recordingIds = fc.constantFrom('r1', 'r2', 'r3');
const messageIds = fc.constantFrom('m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8');

/** Every action with what people may send: mostly legal, now and then not yet possible. */
const bodies: Record<ActionName, fc.Arbitrary<object>> = {
  'join-group': nothing,
  'set-remark': nothing,
  'confirm-tools': fc.constant(ticks),
  'confirm-time': fc.oneof(
    fc.record({ outcome: fc.constant('confirmed'), ...noted }),
    fc.record({ outcome: fc.constant('moved'), startsAt: soon, ...noted }),
    fc.record({ outcome: fc.constant('not-reached'), ...noted }),
  ),
  'confirm-needs': fc.record({
    extraNeeds: fc.array(note, { maxLength: 2 }),
    understood: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean()),
    ...noted,
  }),
  'send-notice': nothing,
  'start-training': fc.record({ at: maybe(past), customerJoinedAt: maybe(past) }),
  'finish-training': fc.record({ at: maybe(past) }),
  'accept-recording': fc.record({ recordingId: recordingIds, reason: note }),
  'send-recording': nothing,
  'revoke-recording-link': fc.record({ recordingId: recordingIds, reason: note }),
  'renew-recording-link': fc.record({ recordingId: recordingIds }),
  'hold-recordings': fc.record({ because: fc.constantFrom('drawn', 'complaint') }),
  'lift-hold': fc.record({ holdId: fc.constantFrom('hold-1', 'hold-2'), reason: note }),
  'dismiss-message': fc.record({ messageId: messageIds, reason: note }),
  'record-call': fc.record({
    at: maybe(past),
    outcome: fc.constantFrom('resolved', 'not-reached', '客户改天再说'),
    note,
  }),
  'pause-clocks': fc.record({
    condition: fc.constantFrom('awaiting-customer', 'customer-asked-to-wait', 'system-outage'),
    note,
  }),
  'resume-clocks': nothing,
  'request-support': fc.record({ reason: note }),
  'take-over': nothing,
  'override-support-limit': fc.record({ reason: note }),
  'report-unavailable': fc.record({ reason: note }),
  reassign: fc.record({ trainer: someTrainer, reason: note, at: maybe(soon) }),
  'emergency-plan': fc.record({ on: fc.boolean(), reason: note }),
  'open-qa-group': nothing,
  'record-summary': fc.record({
    answered: fc.array(note, { maxLength: 2 }),
    open: fc.array(note, { maxLength: 2 }),
    lastTraining: maybe(fc.record({ startsAt: soon })),
  }),
  'record-signature': fc.record({ at: maybe(past), where: fc.constantFrom('paper', 'wecom'), ...noted }),
  'return-visit': fc.oneof(
    { weight: 3, arbitrary: fc.constant({ ok: true }) },
    fc.record({ ok: fc.constant(false), reason: note }),
  ),
  'hand-over': nothing,
  'accept-hand-over': nothing,
  'return-hand-over': fc.record({ reason: note }),
  'leave-group': nothing,
};

const isKnownAction = (name: string): name is ActionName => Object.hasOwn(actions, name);
export const actionNames: readonly ActionName[] = Object.keys(actions).filter(isKnownAction);

const pick = fc.nat({ max: 40 });
const act = fc
  .constantFrom(...actionNames)
  .chain((name) =>
    fc.record({ do: fc.constant('act' as const), name: fc.constant(name), body: bodies[name] }),
  );
const anybody = fc.record({
  do: fc.constant('act' as const),
  name: fc.constantFrom(...actionNames),
  body: nothing,
  role: fc.constantFrom(...roleSchema.options),
});
const task = fc.record({ do: fc.constant('task' as const), pick, bodies: fc.record(bodies) });

/** One thing that happens to an order. `task` does what one of the waiting tasks asks for, so that walks get to the end. */
export type Move =
  | { do: 'wait'; minutes: number }
  | { do: 'fire'; pick: number; lateSeconds: number }
  | { do: 'refire'; pick: number }
  | { do: 'task'; pick: number; bodies: Record<ActionName, object> }
  | { do: 'act'; name: ActionName; body: object; role?: Role }
  | { do: 'amend'; startsAt: Relative | null | undefined; trainer: OrderData['trainer'] | undefined }
  | { do: 'say'; messageId: string; role: SaidMessage['role']; at: Relative }
  | { do: 'recording'; id: string; event: RecordingEvent }
  | { do: 'cancel' };

const arbitraryMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 30, arbitrary: task },
  { weight: 24, arbitrary: fc.record({ do: fc.constant('fire' as const), pick, lateSeconds: fc.nat(7200) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      minutes: someMinutes({ min: 0, max: minutesOf(2) }),
    }),
  },
  { weight: 10, arbitrary: act },
  { weight: 4, arbitrary: anybody },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('refire' as const), pick }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('amend' as const),
      startsAt: fc.option(fc.option(soon, { nil: null }), { nil: undefined }),
      trainer: maybe(someTrainer),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      messageId: messageIds,
      role: fc.constantFrom('customer', 'customer', 'trainer', 'support'),
      at: past,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('recording' as const),
      id: recordingIds,
      event: arbitraryRecordingEvent,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'cancel' as const }) },
);

/** An order from the CRM and what then happens to it, sensible or not, in any order. */
export const arbitraryWalk = fc.record({
  data: arbitraryOrderData,
  /** How long the CRM's message was under way. */
  delay: someMinutes({ min: 0, max: minutesOf(1) }),
  moves: fc.array(arbitraryMove, { maxLength: 70, size: 'max' }),
});
export type Walk = typeof arbitraryWalk extends fc.Arbitrary<infer Value> ? Value : never;

/** What reached the product. */
export type Input =
  | { type: 'order.created'; data: OrderData }
  | { type: 'order.amended'; data: OrderAmendment }
  | { type: 'order.cancelled'; data: { orderId: string } }
  | { type: 'message'; said: SaidMessage }
  | { type: 'recording'; id: string; event: RecordingEvent }
  | { type: 'action'; name: ActionName; body: unknown; actor: StaffActor }
  | { type: 'timer'; timer: Timer };

/** One change of a walk: the record before and after, what caused it, and when. */
export type Step = { before: Order | null; change: Change; input: Input; now: Instant };

/** Who caused a change, as the history names it. */
export const actorOf = (input: Input): Actor => {
  if (input.type === 'action') return input.actor;
  if (input.type === 'message') return { type: 'chat' };
  if (input.type === 'recording') return actorOfRecording(input.event);
  if (input.type !== 'timer') return { type: 'crm' };
  const { step, version } = input.timer;
  return { type: 'timer', step, version };
};

/** The timer that caused a change, if it was one. */
export const firedBy = ({ input }: Step): Timer | null => (input.type === 'timer' ? input.timer : null);

const isRelative = (value: unknown): value is Relative =>
  typeof value === 'object' && value !== null && 'inMinutes' in value;

/** The body with times instead of minutes, and without what is undefined, as JSON has it. */
const bodyAt = (body: object, now: Instant): unknown =>
  JSON.parse(
    JSON.stringify(body, (_, value: unknown) =>
      isRelative(value) ? plusMinutes(now, value.inMinutes) : value,
    ),
  );

const taskActions: Record<Exclude<TaskKind, 'upload-recording'>, ActionName> = {
  'join-group': 'join-group',
  'set-remark': 'set-remark',
  'agree-time': 'confirm-time',
  'confirm-tools': 'confirm-tools',
  'call-customer': 'confirm-time',
  'confirm-needs': 'confirm-needs',
  'send-notice': 'send-notice',
  'start-training': 'start-training',
  'finish-training': 'finish-training',
  'send-recording': 'send-recording',
  'call-about-delay': 'record-call',
  'step-in': 'take-over',
  'arrange-cover': 'reassign',
  'open-qa-group': 'open-qa-group',
  'hold-summary': 'record-summary',
  'collect-signature': 'record-signature',
  'return-visit': 'return-visit',
  'hand-over': 'hand-over',
  'accept-hand-over': 'accept-hand-over',
  'leave-group': 'leave-group',
};

/**
 * Lives a walk through, and gives every change that was accepted. `look` sees each of them together with every timer that the order had set
 * up to then, whether it still wants it or not.
 */
export const walkThrough = (
  { data, delay, moves }: Walk,
  look: (step: Step, everSet: ReadonlyMap<string, Timer>) => void = () => {},
): readonly Step[] => {
  const steps: Step[] = [];
  const everSet = new Map<string, Timer>();
  let now = plusMinutes(data.acceptedAt, delay);

  const take = (before: Order | null, outcome: Outcome, input: Input): void => {
    if (isRefusal(outcome)) return;
    const step = { before, change: outcome, input, now };
    steps.push(step);
    for (const timer of outcome.order.timers) everSet.set(`${timer.step}.${timer.version}`, timer);
    look(step, everSet);
  };
  const current = (): Order => steps.at(-1)!.change.order;

  const actAs = (name: ActionName, body: object, actor: StaffActor): void => {
    const given = bodyAt(body, now);
    const prepared = actions[name].prepare(name, given);
    if ('issues' in prepared) return;
    const order = current();
    take(order, prepared.decide(order, buildFacts(now), actor), {
      type: 'action',
      name,
      body: given,
      actor,
    });
  };

  const fire = (timer: Timer): void => {
    const order = current();
    const fired = fireTimer(order, timer, buildFacts(now));
    if (fired.type === 'change') take(order, fired.change, { type: 'timer', timer });
  };

  const record = (id: string, event: RecordingEvent): void => {
    const order = current();
    const outcome = decideRecording(order, id, event, buildFacts(now));
    if (outcome !== null) take(order, outcome, { type: 'recording', id, event });
  };

  const happen = (move: Move): void => {
    const order = current();
    switch (move.do) {
      case 'wait':
        now = plusMinutes(now, move.minutes);
        return;
      case 'fire': {
        const timer = order.timers[move.pick % Math.max(order.timers.length, 1)];
        if (timer === undefined) return;
        now = later(now, plusMinutes(timer.at, move.lateSeconds / 60));
        return fire(timer);
      }
      case 'refire': {
        const timer = [...everSet.values()][move.pick % Math.max(everSet.size, 1)];
        return timer === undefined ? undefined : fire(timer);
      }
      case 'task': {
        const waiting = order.tasks.filter(isWaiting);
        const asked = waiting[move.pick % Math.max(waiting.length, 1)];
        if (asked === undefined) return;
        if (asked.kind === 'upload-recording') return wholeRecording.forEach((event) => record('r1', event));
        const name = taskActions[asked.kind];
        return actAs(name, move.bodies[name], whoMay(name, order));
      }
      case 'act':
        return actAs(
          move.name,
          move.body,
          move.role === undefined ? whoMay(move.name, order) : staff(move.role),
        );
      case 'amend': {
        const startsAt =
          move.startsAt === undefined || move.startsAt === null
            ? move.startsAt
            : plusMinutes(now, move.startsAt.inMinutes);
        const data = { orderId: order.orderId, training: { startsAt }, trainer: move.trainer };
        // The product answers a message that changes nothing without a decision.
        if (changesNothing(order, data)) return;
        return take(order, amendOrder(order, data, buildFacts(now)), { type: 'order.amended', data });
      }
      case 'say': {
        const author = { customer: 'customer-1', trainer: order.trainer.id, support: 'P1' }[move.role];
        const said = {
          messageId: move.messageId,
          role: move.role,
          author,
          at: plusMinutes(now, move.at.inMinutes),
        };
        // The product answers a message that it knows without a decision.
        if (order.facts.messages.some(({ id }) => id === said.messageId)) return;
        return take(order, recordMessage(order, said, buildFacts(now)), { type: 'message', said });
      }
      case 'recording':
        return record(move.id, move.event);
      case 'cancel':
        return take(order, cancelOrder(order, null, buildFacts(now)), {
          type: 'order.cancelled',
          data: { orderId: order.orderId },
        });
    }
  };

  take(null, receiveOrder(data, 'content', buildFacts(now)), { type: 'order.created', data });
  moves.forEach(happen);
  return steps;
};
