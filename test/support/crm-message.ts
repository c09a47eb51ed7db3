import { Webhook } from 'standardwebhooks';
import type { Instant } from '../../shared/domain/instant.ts';
import { epochMs } from '../../shared/domain/instant.ts';

/** The secret that the contract names as the local default. */
export const crmSecret = 'whsec_bG9jYWwtZGV2ZWxvcG1lbnQtc2VjcmV0LTAx';

/** An order as a CRM sends it: the rule book's own example, taken on 8 March 2025 with training on 9 March. */
export const makeOrderData = (overrides: Readonly<Record<string, unknown>> = {}) => ({
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
  ...overrides,
});

/** Texts of that order that must not be seen in logs. */
export const personalTexts = ['王小明', '13800005678', '张三', '李四', '赵六', '693a91f6', '星星乐园'];

export const makeCreated = (overrides: Readonly<Record<string, unknown>> = {}) => ({
  type: 'order.created',
  data: makeOrderData(overrides),
});

export const makeAmended = (changes: Readonly<Record<string, unknown>>, orderId = 'R20250308-001') => ({
  type: 'order.amended',
  data: { orderId, ...changes },
});

export const makeCancelled = (reason = '客户暂停开业', orderId = 'R20250308-001') => ({
  type: 'order.cancelled',
  data: { orderId, reason },
});

/** How a message is signed: its id, when, with which secrets (one signature each). */
export type Signing = { id: string; at: Instant; secrets?: readonly string[] };

/** The headers of Standard Webhooks for a body, made with the reference library. */
export const signedHeaders = (
  body: string,
  { id, at, secrets = [crmSecret] }: Signing,
): Record<string, string> => ({
  'content-type': 'application/json',
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(epochMs(at) / 1000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body)).join(' '),
});
