import type { ActionName } from '../../shared/domain/actions/actions.ts';
import { actions } from '../../shared/domain/actions/actions.ts';
import type { Change, Facts, Outcome } from '../../shared/domain/decision.ts';
import { effectsOf } from '../../shared/domain/effects.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import type { OrderAmendment, OrderData } from '../../shared/domain/receive-order.ts';
import { amendOrder, cancelOrder, receiveOrder } from '../../shared/domain/receive-order.ts';
import type { SaidMessage } from '../../shared/domain/record-message.ts';
import { recordMessage } from '../../shared/domain/record-message.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import type { RecordingEvent } from '../support/recording-events.ts';
import { decideRecording } from '../support/recording-events.ts';

/** Every effect that an event was seen to have: moves between stages, tasks by the state they went to, timers set, `notice → party`. */
export type EventRow = Record<
  'rules' | 'moves' | 'open' | 'done' | 'dropped' | 'timers' | 'notices',
  Set<string>
>;

type Step =
  | { turnTo: string }
  | { act: ActionName; body: object }
  | { say: SaidMessage['role']; id: string }
  | { record: RecordingEvent }
  | { amend: Omit<OrderAmendment, 'orderId'> }
  | { cancel: true };

const policy = currentPolicy;
const shanghai = (time: string) => toInstant(`${time}:00+08:00`);
const turnTo = (time: string): Step => ({ turnTo: time });
const act = (name: ActionName, body: object = {}): Step => ({ act: name, body });
const say = (role: SaidMessage['role'], id: string): Step => ({ say: role, id });
const record = (what: RecordingEvent): Step => ({ record: what });
const file = { what: 'started', size: 300_000_000, joinedAfter: 0, startsAfter: 0 } as const;
const recordingId = 'r1';

const data: OrderData = {
  orderId: 'A-1',
  kind: 'remote-7day',
  system: '芸苔系统',
  acceptedAt: shanghai('2025-03-08T09:00'),
  shop: { name: '小树苗乐园', package: '旗舰版', businessType: '亲子乐园', needs: ['会员'] },
  customer: { name: '王女士', phone: '13800000000' },
  training: { startsAt: shanghai('2025-03-09T14:00'), minutes: 120 },
  trainer: { id: 'T-1', name: '张三' },
  assistant: { id: 'A-1', name: '李四' },
  sales: { id: 'S-1', name: '赵六' },
  group: { robotKey: 'r-1' },
  fees: { training: 20_000, maintenance: 14_000 },
};
const training = (startsAt: string | null) => ({
  ...data,
  training: { startsAt: startsAt === null ? null : shanghai(startsAt), minutes: 120 },
});

const tools = { recorder: true, remoteControl: true, wecom: true };
const needs = (understood: boolean) => ({ extraNeeds: [], understood });
const summary = { answered: ['退款'], open: ['发票'] };
const prepared = [
  act('join-group'),
  act('set-remark'),
  act('confirm-tools', tools),
  act('confirm-time', { outcome: 'confirmed' }),
  act('confirm-needs', needs(true)),
  act('send-notice'),
];
const accepted = [
  act('record-signature', { where: 'wecom' }),
  act('return-visit', { ok: true }),
  act('hand-over'),
  act('accept-hand-over'),
];

/** Orders whose lives show every event: in time, late in everything, without a time, moved, amended, cancelled, sent back. */
const journeys: readonly { data: OrderData; steps: readonly Step[] }[] = [
  {
    data,
    steps: [
      turnTo('2025-03-09T13:50'),
      ...prepared,
      turnTo('2025-03-09T14:00'),
      act('start-training'),
      turnTo('2025-03-09T16:00'),
      act('finish-training'),
      record(file),
      turnTo('2025-03-09T20:00'),
      record({ what: 'finished' }),
      record({ what: 'incomplete' }),
      record({ what: 'finished' }),
      record({ what: 'checked', minutes: 40 }),
      act('accept-recording', { recordingId, reason: '录屏软件崩溃' }),
      turnTo('2025-03-10T08:00'),
      act('send-recording'),
      record({ what: 'accessed', access: { type: 'opened' } }),
      act('revoke-recording-link', { recordingId, reason: '被转发' }),
      act('renew-recording-link', { recordingId }),
      act('send-recording'),
      act('hold-recordings', { because: 'complaint' }),
      turnTo('2025-04-20T10:00'),
      act('lift-hold', { holdId: 'hold-1', reason: '已结案' }),
      record({ what: 'deleted', deletion: { what: 'hidden', reason: 'expired' } }),
      { cancel: true },
    ],
  },
  {
    data,
    steps: [
      turnTo('2025-03-09T13:50'),
      ...prepared,
      turnTo('2025-03-09T14:00'),
      act('start-training'),
      turnTo('2025-03-09T16:00'),
      act('finish-training'),
      turnTo('2025-03-17T10:00'),
      act('record-summary', { ...summary, lastTraining: { startsAt: '2025-03-17T15:00:00+08:00' } }),
      turnTo('2025-03-17T16:00'),
      ...accepted,
      act('leave-group'),
    ],
  },
  {
    data,
    steps: [
      turnTo('2025-03-12T10:00'),
      ...prepared,
      act('start-training'),
      turnTo('2025-03-15T10:00'),
      act('finish-training'),
      turnTo('2025-03-24T10:00'),
      act('record-summary', summary),
      turnTo('2025-03-28T10:00'),
      act('record-signature', { where: 'paper' }),
      act('return-visit', { ok: false, reason: '会员还不会设置' }),
      act('record-summary', summary),
      turnTo('2025-03-31T10:00'),
      act('return-visit', { ok: true }),
      turnTo('2025-04-03T10:00'),
      act('hand-over'),
      turnTo('2025-04-06T10:00'),
      act('return-hand-over', { reason: '缺录屏' }),
      act('hand-over'),
      act('accept-hand-over'),
      turnTo('2025-04-09T10:00'),
      act('leave-group'),
    ],
  },
  {
    data: training(null),
    steps: [
      turnTo('2025-03-09T10:00'),
      act('set-remark'),
      act('confirm-time', { outcome: 'moved', startsAt: '2025-03-10T14:00:00+08:00' }),
      act('confirm-time', { outcome: 'not-reached' }),
      act('confirm-time', { outcome: 'not-reached' }),
      act('confirm-time', { outcome: 'not-reached' }),
      act('confirm-time', { outcome: 'confirmed' }),
      act('confirm-needs', needs(false)),
      act('confirm-time', { outcome: 'moved', startsAt: '2025-03-11T14:00:00+08:00' }),
      {
        amend: { training: { startsAt: shanghai('2025-03-12T14:00') }, trainer: { id: 'T-2', name: '陈七' } },
      },
      { amend: { training: { startsAt: null } } },
      { cancel: true },
    ],
  },
  { data: training('2025-03-08T09:30'), steps: [act('set-remark'), { cancel: true }] },
  {
    data,
    steps: [
      ...prepared,
      turnTo('2025-03-09T14:00'),
      act('start-training'),
      record(file),
      record({ what: 'ended', how: 'aborted' }),
      { cancel: true },
    ],
  },
  {
    data,
    steps: [
      ...prepared,
      turnTo('2025-03-09T14:00'),
      act('start-training'),
      act('finish-training'),
      turnTo('2025-03-10T10:00'),
      say('customer', 'm1'),
      turnTo('2025-03-10T10:05'),
      say('trainer', 'm2'),
      say('customer', 'm3'),
      act('dismiss-message', { messageId: 'm3', reason: '只是道谢' }),
      turnTo('2025-03-10T11:00'),
      say('customer', 'm4'),
      act('pause-clocks', { condition: 'awaiting-customer', note: '等型号' }),
      act('resume-clocks'),
      act('request-support', { reason: '正在直播' }),
      act('take-over'),
      say('support', 'm5'),
      act('request-support', { reason: '正在直播' }),
      act('take-over'),
      say('support', 'm6'),
      act('request-support', { reason: '正在直播' }),
      act('take-over'),
      act('override-support-limit', { reason: '客户开业' }),
      turnTo('2025-03-10T12:00'),
      say('customer', 'm7'),
      turnTo('2025-03-10T13:10'),
      act('record-call', { outcome: 'resolved', note: '已处理' }),
      say('customer', 'm8'),
      turnTo('2025-03-10T14:30'),
      act('report-unavailable', { reason: '出差' }),
      act('emergency-plan', { on: true, reason: '高峰' }),
      act('open-qa-group'),
      turnTo('2025-03-10T15:30'),
      act('emergency-plan', { on: false, reason: '恢复' }),
      act('report-unavailable', { reason: '出差' }),
      act('reassign', {
        trainer: { id: 'T-2', name: '陈七' },
        reason: '出差',
        at: '2025-03-11T10:00:00+08:00',
      }),
      turnTo('2025-03-11T12:00'),
      act('reassign', { trainer: { id: 'T-3', name: '吴八' }, reason: '换人' }),
      turnTo('2025-03-17T00:30'),
    ],
  },
  {
    data,
    steps: [
      ...prepared,
      turnTo('2025-03-09T14:00'),
      act('start-training'),
      act('finish-training'),
      { amend: { trainer: { id: 'T-2', name: '陈七' } } },
      { cancel: true },
    ],
  },
  {
    data,
    steps: [
      ...prepared,
      turnTo('2025-03-09T14:00'),
      act('start-training'),
      act('finish-training'),
      turnTo('2025-03-17T10:00'),
      act('record-summary', summary),
      ...accepted,
      { cancel: true },
    ],
  },
];

/** What each event of a recording is called in the history. */
const recordingEvents: Record<RecordingEvent['what'], string> = {
  started: 'upload-started',
  finished: 'upload-finished',
  incomplete: 'upload-incomplete',
  ended: 'upload-aborted',
  checked: 'recording-checked',
  unusable: 'recording-checked',
  deleted: 'recording-expired',
  accessed: 'recording-opened',
};

type Apply = (event: string, before: Order | null, outcome: Outcome) => Order;

const factsAt = (now: Instant): Facts => ({
  now,
  policy,
  desks: { manager: ['M-1'], service: ['S-1'], support: ['support-1'] },
});

const play = (rows: Map<string, EventRow>, { data: created, steps }: (typeof journeys)[number]): void => {
  const apply: Apply = (event, before, outcome) => {
    if (isRefusal(outcome)) throw new Error(`${event} was refused: ${JSON.stringify(outcome.refusal)}`);
    note(rows, event, before, outcome);
    return outcome.order;
  };
  let now = shanghai('2025-03-08T09:00');
  let order = apply('order.created', null, receiveOrder(created, 'hash', factsAt(now)));
  for (const step of steps) {
    if ('turnTo' in step) {
      now = shanghai(step.turnTo);
      order = fireUntil(order, now, apply);
    } else order = apply(eventOf(step), order, outcomeOf(order, step, factsAt(now)));
  }
};

/** Fires every timer until a time, each at its own. */
const fireUntil = (order: Order, until: Instant, apply: Apply): Order => {
  const [timer] = order.timers;
  if (timer === undefined || timer.at > until) return order;
  const fired = fireTimer(order, timer, factsAt(timer.at));
  if (fired.type !== 'change') throw new Error(`${timer.step} is ${fired.type}`);
  return fireUntil(apply(kindOf(timer.step), order, fired.change), until, apply);
};

type Message = Exclude<Step, { turnTo: string }>;

const eventOf = (step: Message): string =>
  'record' in step
    ? recordingEvents[step.record.what]
    : 'act' in step
      ? step.act
      : 'say' in step
        ? step.say === 'customer'
          ? 'message.received'
          : 'message.sent'
        : 'amend' in step
          ? 'order.amended'
          : 'order.cancelled';

const outcomeOf = (order: Order, step: Message, facts: Facts): Outcome => {
  if ('cancel' in step) return cancelOrder(order, '客户取消', facts);
  if ('amend' in step) return amendOrder(order, { orderId: order.orderId, ...step.amend }, facts);
  if ('record' in step) {
    const outcome = decideRecording(order, recordingId, step.record, facts);
    if (outcome === null) throw new Error(`nothing is to be ${step.record.what}`);
    return outcome;
  }
  if ('say' in step) {
    const said = { messageId: step.id, role: step.say, author: 'X-1', at: facts.now };
    return recordMessage(order, said, facts);
  }
  const prepared = actions[step.act].prepare(step.act, step.body);
  if ('issues' in prepared) throw new Error(`${step.act}: ${JSON.stringify(prepared.issues)}`);
  return prepared.decide(order, facts, { type: 'staff', id: 'X-1', roles: actions[step.act].roles });
};

/** A task or step without its number: `call-customer-2.rung` → `call-customer.rung`; of a clock `question.breach`. */
const kindOf = (name: string): string =>
  name.replace(/^q-[0-9a-f]+-\d+/, 'question').replace(/-\d+(?=\.|$)/, '');

/** Notes what a change did, in kinds; the steps that are alike for all tasks are one row, with `<task>` for the task. */
const note = (rows: Map<string, EventRow>, event: string, before: Order | null, change: Change): void => {
  const { rules, notices } = change;
  const [task = '', step] = event.split('.');
  const ofTask = step === 'rung' || step === 'tell';
  const named = (name: string) => (ofTask ? name.replace(task, '<task>') : name);
  const row = rows.get(named(event)) ?? emptyRow();
  rows.set(named(event), row);
  const { tasks, timersSet, stage } = effectsOf(before, change);
  for (const rule of rules) row.rules.add(ofTask ? 'the task’s' : rule);
  if (stage.from !== stage.to) row.moves.add(`${stage.from ?? 'none'} → ${stage.to}`);
  for (const { id, to } of tasks)
    if (to === 'open' || to === 'done' || to === 'dropped') row[to].add(named(kindOf(id)));
  for (const timer of timersSet) row.timers.add(named(kindOf(timer.step)));
  for (const { kind, tell } of notices) row.notices.add(`${named(kind)} → ${tell}`);
};

const emptyRow = (): EventRow => ({
  rules: new Set(),
  moves: new Set(),
  open: new Set(),
  done: new Set(),
  dropped: new Set(),
  timers: new Set(),
  notices: new Set(),
});

/** What every event was seen to lead to, by the event's name. */
export const eventRows = (): ReadonlyMap<string, EventRow> => {
  const rows = new Map<string, EventRow>();
  for (const journey of journeys) play(rows, journey);
  return rows;
};
