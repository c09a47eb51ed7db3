import { actions } from '../domain/actions/actions.ts';
import type { ActionName } from '../domain/actions/actions.ts';
import type { Change, Facts, Outcome } from '../domain/decision.ts';
import { effectsOf } from '../domain/effects.ts';
import { explanationsOf } from '../domain/explanations.ts';
import type { HistoryEntry } from '../domain/history.ts';
import { sealEntry, sha256Hex } from '../domain/history.ts';
import { plusMinutes, toInstant } from '../domain/instant.ts';
import { planOf } from '../domain/plan.ts';
import { currentPolicy } from '../domain/policies/policies.ts';
import { receiveOrder } from '../domain/receive-order.ts';
import { isRefusal } from '../domain/refusal.ts';
import { viewDryRun } from './action-call.ts';
import { orderDataSchema } from './crm-message.ts';
import { viewOrder } from './order-view.ts';

/** The rule book's own example: taken on 8 March, training on 9 March, deadline 17 March (R1.2). */
const created = {
  orderId: 'R20250308-001',
  kind: 'remote-7day',
  system: '芸苔系统',
  acceptedAt: '2025-03-08T10:00:00+08:00',
  shop: { name: '星星乐园', package: '旗舰版', businessType: '室内乐园', needs: ['会员管理', '次卡核销'] },
  customer: { name: '王小明', phone: '13800005678' },
  training: { startsAt: '2025-03-09T14:00:00+08:00', minutes: 90 },
  trainer: { id: 'zhangsan', name: '张三' },
  assistant: { id: 'lisi', name: '李四' },
  sales: { id: 'zhaoliu', name: '赵六' },
  group: { robotKey: '693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa' },
  fees: { training: 30000, maintenance: 10000 },
};

/** Messages of the CRM, by type. */
export const crmExamples = {
  'order.created': { type: 'order.created', data: created },
  'order.amended': {
    type: 'order.amended',
    data: { orderId: created.orderId, training: { startsAt: '2025-03-10T10:00:00+08:00' } },
  },
  'order.cancelled': {
    type: 'order.cancelled',
    data: { orderId: created.orderId, reason: '客户暂停开业' },
  },
};

/** Inputs of the actions. */
export const actionExamples: Readonly<Record<ActionName, object>> = {
  'join-group': {},
  'set-remark': {},
  'confirm-tools': { recorder: true, remoteControl: true, wecom: true },
  'confirm-time': { outcome: 'moved', startsAt: '2025-03-10T10:00:00+08:00', note: '店里临时盘点' },
  'confirm-needs': { extraNeeds: ['小程序储值'], understood: true },
  'send-notice': {},
  'start-training': { at: '2025-03-09T14:02:00+08:00', customerJoinedAt: '2025-03-09T14:00:00+08:00' },
  'finish-training': { at: '2025-03-09T15:35:00+08:00' },
  'record-summary': {
    answered: ['次卡怎样延期'],
    open: [],
    lastTraining: { startsAt: '2025-03-17T15:00:00+08:00' },
  },
  'record-signature': { where: 'wecom', at: '2025-03-17T11:00:00+08:00' },
  'return-visit': { ok: false, reason: '报表还不会看' },
  'hand-over': {},
  'accept-hand-over': {},
  'return-hand-over': { reason: '缺少遗留问题的说明' },
  'leave-group': {},
};

const now = toInstant(created.acceptedAt);
const facts: Facts = {
  now,
  policy: currentPolicy,
  desks: { manager: ['manager-1'], service: ['service-1'] },
};

/** Answers, made by the rules themselves from the example order, so that they can't say what the product would not. */
export const answerExamples = () => {
  const data = orderDataSchema.parse(created);
  const change = accepted(receiveOrder(data, sha256Hex(data), facts));
  const entry = entryOf(change);
  const { order } = change;
  const { orderId, stage, deadline, remark } = order;
  const until = plusMinutes(now, 24 * 60);
  const explanations = explanationsOf(order, [entry], facts.policy).map((item) => ({
    ...item,
    result: item.what === 'notice' ? { state: 'done', at: now, detail: null } : null,
  }));
  return {
    CrmAnswer: { orderId, stage, deadline, remark },
    Order: viewOrder(order, 'zhangsan'),
    DryRun: dryRunOf(change),
    Plan: { orderId, until, timers: planOf(order, facts, until) },
    History: { orderId, brokenAt: null, entries: [entry] },
    Reasons: { orderId, explanations },
  };
};

/** Answers that have an example, by the name of their schema. */
export type AnswerName = keyof ReturnType<typeof answerExamples>;

const accepted = (outcome: Outcome): Change => {
  if (isRefusal(outcome)) throw new Error(`the example is refused: ${outcome.refusal.type}`);
  return outcome;
};

const entryOf = ({ order, event, rules, facts: known, notices }: Change): HistoryEntry =>
  sealEntry({
    orderId: order.orderId,
    seq: order.version,
    at: now,
    event,
    actor: { type: 'crm' },
    cause: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
    rules: [...rules],
    facts: known,
    effects: effectsOf(null, order, notices),
    prevHash: '',
  });

const dryRunOf = ({ order }: Change) => {
  const prepared = actions['confirm-time'].prepare('confirm-time', actionExamples['confirm-time']);
  if ('issues' in prepared) throw new Error('the example of confirm-time is malformed');
  const trainer = { type: 'staff', id: 'zhangsan', roles: ['trainer'] } as const;
  return viewDryRun(order, accepted(prepared.decide(order, facts, trainer)));
};
