import { sealEntry } from '../../../shared/domain/history.ts';
import type { Instant } from '../../../shared/domain/instant.ts';
import { monthOf, plusMinutes, toInstant } from '../../../shared/domain/instant.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger.ts';
import type { Order } from '../../../shared/domain/order.ts';
import type { GroupMessage } from '../../../shared/ports/group-messages.ts';
import type { Commit, Mark } from '../../../shared/ports/order-store.ts';
import type { NoticeItem, RecordingItem } from '../../../shared/ports/outbox.ts';

export const start = toInstant('2025-03-08T02:00:00.000Z');

/** So many minutes after the start. */
export const minute = (minutes: number): Instant => plusMinutes(start, minutes);

/** What is written when an order goes from one record to the next: a whole history entry, and the order that names it as its newest. */
export const buildCommit = (before: Order | null, order: Order, overrides: Partial<Commit> = {}): Commit => {
  const entry = sealEntry({
    orderId: order.orderId,
    seq: order.version,
    at: start,
    event: 'changed',
    actor: { type: 'crm' },
    cause: 'message-1',
    rules: ['R0.2'],
    facts: {},
    effects: {
      stage: { from: before?.stage ?? null, to: order.stage },
      deadline: order.deadline,
      tasks: [],
      timersSet: [],
      timersDropped: [],
      notices: [],
      recordings: [],
      ledger: [],
    },
    prevHash: before?.head.hash ?? '',
  });
  const head = { seq: entry.seq, hash: entry.hash };
  return {
    before,
    order: { ...order, head },
    entry,
    outbox: [],
    mark: null,
    ledger: [],
    message: null,
    ...overrides,
  };
};

/** The order one version on, changed as told. */
export const nextVersion = (order: Order, changes: Partial<Order> = {}): Order => ({
  ...order,
  version: order.version + 1,
  ...changes,
});

export const buildMark = (overrides: Partial<Mark> = {}): Mark => ({
  id: 'crm.message-1',
  contentHash: 'hash-1',
  orderId: 'A-1001',
  expiresAt: minute(7 * 24 * 60 + 0.5),
  ...overrides,
});

export const buildNotice = (id: string, overrides: Partial<NoticeItem> = {}): NoticeItem => ({
  id,
  orderId: 'A-1001',
  createdAt: start,
  kind: 'notice',
  notice: {
    kind: 'task-raised',
    rule: 'R1.3',
    tell: 'trainer',
    mention: ['T1'],
    text: '请在 13:00 前致电客户。',
    guard: { taskIds: [], rung: null, training: null, clock: null, live: true },
  },
  ...overrides,
});

export const buildWork = (id: string, overrides: Partial<RecordingItem> = {}): RecordingItem => ({
  id,
  orderId: 'A-1001',
  createdAt: start,
  kind: 'recording',
  recordingId: 'R-1',
  work: 'check',
  ...overrides,
});

export const buildMessage = (overrides: Partial<GroupMessage> = {}): GroupMessage => ({
  orderId: 'A-1001',
  messageId: 'said-1',
  at: minute(-1),
  role: 'customer',
  author: 'wm-1',
  text: '次卡怎么延期？\n在线等',
  contentHash: 'hash-1',
  receivedAt: start,
  expiresAt: minute(400 * 24 * 60 + 0.5),
  ...overrides,
});

export const buildLedgerEntry = (entryId: string, overrides: Partial<LedgerEntry> = {}): LedgerEntry => ({
  entryId,
  orderId: 'A-1001',
  at: start,
  month: monthOf(start),
  kind: 'training',
  rule: 'R3.4',
  trainerId: 'T1',
  trainerName: '张三',
  amount: 20_000,
  days: [],
  reverses: null,
  why: '培训已完成。',
  evidence: [1],
  ...overrides,
});

/** Everything that an iteration gives. */
export const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};
