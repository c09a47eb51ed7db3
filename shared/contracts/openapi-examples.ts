import { recordFound } from '../domain/recordings/check.ts';
import { partsOf, startUpload } from '../domain/recordings/upload.ts';
import { uploadRequestSchema, viewRecording } from './recordings-view.ts';
import { actions } from '../domain/actions/actions.ts';
import type { ActionName } from '../domain/actions/actions.ts';
import type { Change, Facts, Outcome } from '../domain/decision.ts';
import { effectsOf } from '../domain/effects.ts';
import { explanationsOf } from '../domain/explanations.ts';
import { bookFees } from '../domain/fees.ts';
import type { HistoryEntry } from '../domain/history.ts';
import { sealEntry, sha256Hex } from '../domain/history.ts';
import { plusMinutes, toInstant } from '../domain/instant.ts';
import type { Order } from '../domain/order.ts';
import { planOf } from '../domain/plan.ts';
import { currentPolicy } from '../domain/policies/policies.ts';
import { receiveOrder } from '../domain/receive-order.ts';
import { isRefusal } from '../domain/refusal.ts';
import { viewDryRun } from './action-call.ts';
import { orderDataSchema } from './crm-message.ts';
import { viewLedger } from './ledger-view.ts';
import { viewOrder } from './order-view.ts';
import { viewSession } from './session-view.ts';
import { viewSettlement } from './settlement-view.ts';

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

/** Messages of an order's group. */
export const messageExamples = {
  'message.received': {
    type: 'message.received',
    data: {
      orderId: created.orderId,
      messageId: 'msg-20250310-07',
      at: '2025-03-10T10:00:00.000+08:00',
      author: { role: 'customer', id: 'wmAbc123' },
      text: '储值卡怎么退余额？',
    },
  },
  'message.sent': {
    type: 'message.sent',
    data: {
      orderId: created.orderId,
      messageId: 'msg-20250310-08',
      at: '2025-03-10T10:06:30.000+08:00',
      author: { role: 'trainer', id: 'zhangsan' },
      text: '在会员详情里点“退余额”，我截图发您。',
    },
  },
} as const;

/** What a policy is tried with. */
export const comparisonExample = {
  month: '2025-03',
  changes: { replies: { minutes: 15, remindMinutes: 5 } },
};

/** What a browser signs in with. */
export const sessionExample = { token: 'eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiI0ZjBjIn0.3q2-7w' };

/** A file to upload. */
export const uploadExample = {
  fileName: '3月9日 小树苗乐园 首次培训.mp4',
  size: 734_003_200,
  contentType: 'video/mp4',
  customerJoinedAt: '2025-03-09T14:00:00+08:00',
  recordingStartedAt: '2025-03-09T13:59:30+08:00',
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
  'accept-recording': {
    recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718',
    reason: '录屏软件崩溃，后半段没有录上',
  },
  'send-recording': {},
  'revoke-recording-link': {
    recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718',
    reason: '链接被转发到店外',
  },
  'renew-recording-link': { recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718' },
  'hold-recordings': { because: 'complaint', note: '客户投诉培训没有讲储值' },
  'lift-hold': { holdId: 'hold-1', reason: '投诉已结案' },
  'dismiss-message': { messageId: 'msg-20250310-07', reason: '客户只是道谢' },
  'record-call': { outcome: 'resolved', note: '已说明原因并远程处理好储值问题' },
  'pause-clocks': { condition: 'awaiting-customer', note: '等客户提供收银机型号' },
  'resume-clocks': {},
  'request-support': { reason: '正在给另一家门店直播' },
  'take-over': {},
  'override-support-limit': { reason: '客户当天开业，问题集中' },
  'report-unavailable': { reason: '明天起出差' },
  reassign: { trainer: { id: 'sunqi', name: '孙七' }, reason: '张三出差' },
  'emergency-plan': { on: true, reason: '十月订单集中' },
  'open-qa-group': {},
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
  desks: { manager: ['manager-1'], service: ['service-1'], support: ['support-1'] },
};

/** Answers, made by the rules themselves from the example order, so that they can't say what the product would not. */
export const answerExamples = () => {
  const data = orderDataSchema.parse(created);
  const change = accepted(receiveOrder(data, sha256Hex(data), facts));
  const entry = entryOf(change);
  const { order } = change;
  const { orderId, stage, deadline, remark } = order;
  const until = plusMinutes(now, 24 * 60);
  const { messageId, at, author, text } = messageExamples['message.received'].data;
  const said = { messageId, at: toInstant(at), role: 'customer', author: author.id, text } as const;
  const { ledger } = finished(order);
  const explanations = explanationsOf(order, [entry], facts.policy, now).map((item) => ({
    ...item,
    result: item.what === 'notice' ? { state: 'done', at: now, detail: null } : null,
  }));
  return {
    CrmAnswer: { orderId, stage, deadline, remark },
    Order: viewOrder(order, 'zhangsan', now),
    DryRun: dryRunOf(change),
    Plan: { orderId, until, timers: planOf(order, facts, until) },
    History: { orderId, brokenAt: null, entries: [entry] },
    Reasons: { orderId, explanations },
    MessageAnswer: { orderId, messageId, state: 'recorded' },
    Messages: { orderId, messages: [{ ...said, masked: false, dismissed: null }] },
    Ledger: viewLedger(order, ledger, null, now),
    Settlement: viewSettlement('2025-03', null, ledger),
    Session: viewSession({
      sessionId: '4f0c7f0e-6d1a-4c0b-9a59-5a0f7c1f2a11',
      staffId: 'zhangsan',
      roles: ['trainer'],
      expiresAt: until,
    }),
    ...recordingExamples(order),
    Comparison: {
      month: comparisonExample.month,
      orders: 1,
      breaches: { before: 0, after: 1 },
      pay: { before: 40_000, after: 40_000 },
      changed: [
        {
          orderId,
          clocks: [
            {
              clockId: 'q-0123456789-0',
              messageId,
              holder: 'zhangsan',
              before: 'met',
              after: 'breached',
              why: '客户 3月10日 10:00:00 提问，15 分钟内即 3月10日 10:15:00 前应答复，3月10日 10:16:30 由 zhangsan 答复，判定为超时，责任人张三',
            },
          ],
          pay: [],
        },
      ],
    },
  };
};

/** Answers that have an example, by the name of their schema. */
export type AnswerName = keyof ReturnType<typeof answerExamples>;

/** The example's training is over: what is then booked. */
const finished = (order: Order) => {
  const training = {
    ...order.training,
    startedAt: order.training.startsAt,
    finishedAt: order.training.startsAt,
  };
  return bookFees({ ...order, stage: 'maintenance', training }, facts);
};

const recordingId = 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718';
const address = (path: string) => `https://recordings.example.com/recordings/R20250308-001/${path}`;

/** A recording of the example that was found whole. */
const recordingExamples = (order: Order) => {
  const time = toInstant('2025-03-09T16:10:00+08:00');
  const at: Facts = { ...facts, now: time };
  const uploader = { type: 'staff', id: 'zhangsan', roles: ['trainer'] } as const;
  const stated = uploadRequestSchema.parse(uploadExample);
  const parts = partsOf(stated.size);
  const trained = { ...order, stage: 'maintenance' as const };
  const file = { ...stated, ...parts, id: recordingId, uploadId: 'upload' };
  const begun = accepted(startUpload(trained, file, uploader, at)).order;
  const video = { container: 'mp4', durationSeconds: 5640, playsInBrowser: true, versionId: 'v1' } as const;
  const checked = recordFound(begun, recordingId, { type: 'video', at: time, ...video }, at);
  const [recording] = (checked?.order ?? begun).facts.recordings;
  if (checked === null || recording === undefined) throw new Error('the example is no recording');
  const view = viewRecording(checked.order, recording, 'https://ninedays.example.com/r/eyJhbGciOi', time);
  const { minutes, startedAt, customerJoinedAt, finishedAt } = order.training;
  return {
    Upload: { recordingId, ...parts },
    SignedParts: { urls: { '1': address('part?partNumber=1') }, expiresAt: plusMinutes(time, 60) },
    Parts: { parts: [{ number: 1, size: parts.partSize, etag: '"9b2cf535f27731c974343645a3985328"' }] },
    UploadFinished: { recordingId, state: 'checking' },
    Recording: view,
    Recordings: {
      orderId: order.orderId,
      now: time,
      training: { minutes, startedAt, customerJoinedAt, finishedAt },
      limits: { maxBytes: 21_474_836_480, accepted: ['video/mp4', 'video/x-flv'] },
      recordings: [view],
      holds: [{ holdId: 'hold-1', reason: 'drawn', from: time, to: null, by: 'manager-1' }],
    },
    VideoAddress: { location: address('video?X-Amz-Expires=3600') },
  };
};

const accepted = (outcome: Outcome): Change => {
  if (isRefusal(outcome)) throw new Error(`the example is refused: ${outcome.refusal.type}`);
  return outcome;
};

const entryOf = (change: Change): HistoryEntry => {
  const { order, event, rules, facts: known } = change;
  return sealEntry({
    orderId: order.orderId,
    seq: order.version,
    at: now,
    event,
    actor: { type: 'crm' },
    cause: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
    rules: [...rules],
    facts: known,
    effects: effectsOf(null, change),
    prevHash: '',
  });
};

const dryRunOf = ({ order }: Change) => {
  const prepared = actions['confirm-time'].prepare('confirm-time', actionExamples['confirm-time']);
  if ('issues' in prepared) throw new Error('the example of confirm-time is malformed');
  const trainer = { type: 'staff', id: 'zhangsan', roles: ['trainer'] } as const;
  return viewDryRun(order, accepted(prepared.decide(order, facts, trainer)), now);
};
