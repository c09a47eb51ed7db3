import { describe, expect, it } from 'vitest';
import { effectId, effectsOf, timerChanges } from '../../shared/domain/effects.ts';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import { explanationsOf } from '../../shared/domain/explanations.ts';
import type { HistoryEntry } from '../../shared/domain/history.ts';
import { findBrokenLink, historyEntrySchema, sealEntry, sha256Hex } from '../../shared/domain/history.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { ruleIdSchema } from '../../shared/domain/rules.ts';
import { commit } from '../../shared/runtime/commit.ts';
import { accepted, at, buildFacts, buildOrderData, decide, makeStory } from '../support/build-order.ts';
import { receiveOrder } from '../../shared/domain/receive-order.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import { memoryOrderStore } from '../support/memory/order-store.ts';

/** The example with three entries: created by the CRM, joined by the assistant, moved by the trainer, chased by a timer. */
const lived = async () => {
  const store = memoryOrderStore();
  const crm = { actor: { type: 'crm' }, id: 'msg-1', now: at('2025-03-08 10:00') } as const;
  const created = await commit(
    store,
    null,
    accepted(receiveOrder(buildOrderData(), 'content', buildFacts(crm.now))),
    crm,
  );
  if (created === 'stale') throw new Error(created);
  const actor = { type: 'staff', id: 'A1', roles: ['assistant'] } as const;
  const now = at('2025-03-08 10:05');
  const joined = await commit(store, created, accepted(decide(created, 'join-group', {}, now)), {
    actor,
    id: null,
    now,
  });
  if (joined === 'stale') throw new Error(joined);
  const timer = { step: 'set-remark-1.rung', version: 1 };
  const due = at('2025-03-08 10:30');
  const fired = fireTimer(joined, timer, buildFacts(due));
  if (fired.type !== 'change') throw new Error(fired.type);
  const chased = await commit(store, joined, fired.change, {
    actor: { type: 'timer', ...timer },
    id: 'sqs-1',
    now: due,
  });
  if (chased === 'stale') throw new Error(chased);
  const startsAt = '2025-03-12T14:00:00+08:00';
  const trainer = { type: 'staff', id: 'T1', roles: ['trainer'] } as const;
  const later = at('2025-03-08 11:00');
  const moved = await commit(
    store,
    chased,
    accepted(decide(chased, 'confirm-time', { outcome: 'moved', startsAt }, later)),
    { actor: trainer, id: null, now: later },
  );
  if (moved === 'stale') throw new Error(moved);
  return { order: moved, entries: await store.history('A-1001'), commits: store.committed };
};

describe('an entry of the history', () => {
  it('says who did what when, by which rules, because of which message, and what followed', async () => {
    const { entries } = await lived();
    expect(entries[1]).toEqual({
      orderId: 'A-1001',
      seq: 2,
      at: at('2025-03-08 10:05'),
      event: 'join-group',
      actor: { type: 'staff', id: 'A1', roles: ['assistant'] },
      cause: null,
      rules: ['R1.1'],
      facts: {},
      effects: {
        stage: { from: 'preparation', to: 'preparation' },
        recordings: [],
        ledger: [],
        deadline: '2025-03-17',
        tasks: [{ id: 'join-group-1', from: 'open', to: 'done' }],
        timersSet: [],
        timersDropped: ['join-group-1.rung'],
        notices: [],
      },
      prevHash: entries[0]!.hash,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(entries[0]).toMatchObject({
      seq: 1,
      actor: { type: 'crm' },
      cause: 'msg-1',
      prevHash: '',
      effects: {
        stage: { from: null, to: 'preparation' },
        notices: [
          { id: 'A-1001.1.0', kind: 'join-group', rule: 'R1.1', tell: 'assistant' },
          { id: 'A-1001.1.1', kind: 'set-remark', rule: 'R1.2', tell: 'trainer' },
        ],
      },
    });
    expect(entries[0]!.effects.tasks).toContainEqual({ id: 'join-group-1', from: null, to: 'open' });
    expect(entries[0]!.effects.timersSet).toContainEqual({
      step: 'briefing',
      at: at('2025-03-08 20:00'),
      rule: 'R1.6',
    });
    expect(entries[2]).toMatchObject({
      event: 'timer-fired',
      rules: ['R1.2'],
      actor: { type: 'timer', step: 'set-remark-1.rung', version: 1 },
      facts: { step: 'set-remark-1.rung', at: at('2025-03-08 10:30') },
      effects: { tasks: [{ id: 'set-remark-1', from: 'open', to: 'overdue' }] },
    });
    for (const entry of entries)
      expect(historyEntrySchema.parse(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
  });

  it('is chained to the one before; the first that does not follow is found', async () => {
    const { entries } = await lived();
    expect(findBrokenLink(entries)).toBeNull();
    expect(findBrokenLink([])).toBeNull();
    const forge = (index: number, patch: Partial<HistoryEntry>) =>
      entries.with(index, { ...entries[index]!, ...patch });
    expect(findBrokenLink(forge(1, { at: at('2025-03-08 10:04') }))).toBe(2);
    expect(findBrokenLink(forge(0, { hash: 'x' }))).toBe(1);
    expect(findBrokenLink(forge(2, { seq: 4 }))).toBe(3);
    expect(findBrokenLink(entries.slice(1))).toBe(1);
    // Sealed again by someone who knows how: the next one does not follow any more.
    const { hash: _, ...content } = entries[1]!;
    expect(findBrokenLink(entries.with(1, sealEntry({ ...content, event: 'leave-group' })))).toBe(3);
    expect(findBrokenLink(entries.with(1, sealEntry({ ...content, prevHash: '' })))).toBe(2);
    const { hash: _last, ...last } = entries[3]!;
    expect(findBrokenLink(entries.with(3, sealEntry(last)))).toBeNull();
    expect(findBrokenLink(entries.with(3, sealEntry({ ...last, seq: 5 })))).toBe(4);
  });

  it('is missed when it was the last: the record names the head that the chain has to reach', async () => {
    const { entries } = await lived();
    const { seq, hash } = entries.at(-1)!;
    expect(findBrokenLink(entries, { seq, hash })).toBeNull();
    expect(findBrokenLink(entries.slice(0, -1), { seq, hash })).toBe(seq);
    expect(findBrokenLink(entries, { seq: 1, hash: entries[0]!.hash })).toBeNull();
    expect(findBrokenLink(entries, { seq, hash: 'another' })).toBe(seq);
  });

  it('is written with sorted keys and without blanks, as RFC 8785 wants it', () => {
    const value = { '€': 1, a: [1, { c: 'x', b: null }], Z: true, '\u{1f600}': 2, undef: undefined };
    expect(canonicalJson(value)).toBe('{"Z":true,"a":[1,{"b":null,"c":"x"}],"€":1,"😀":2}');
    expect(canonicalJson([undefined])).toBe('[null]');
  });

  it('is hashed with SHA-256 over canonical JSON', () => {
    expect(sha256Hex({ b: 1, a: '单' })).toBe(
      'd193d2d751129c3ba2fa1440fa998f93c355a975a61f8816b517513f5459da11',
    );
    expect(sha256Hex('')).toBe('12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126');
  });
});

describe('the effects of a change', () => {
  it('have ids that follow from order, version and number, so that a repetition is recognised', () => {
    const { order } = makeStory();
    expect(effectId(order, 'timers')).toBe('A-1001.1.timers');
    expect(effectId({ ...order, version: 12 }, 3)).toBe('A-1001.12.3');
  });

  it('set what is new, drop what is gone, and leave alone what stands', () => {
    const story = makeStory();
    const before = story.order;
    expect(timerChanges(null, before)).toEqual({ set: before.timers, drop: [] });
    expect(timerChanges(before, before)).toEqual({ set: [], drop: [] });
    const change = story.cancel('2025-03-08 10:05');
    expect(timerChanges(before, story.order)).toEqual({ set: [], drop: before.timers });
    const effects = effectsOf(before, change);
    expect(effects.stage).toEqual({ from: 'preparation', to: 'cancelled' });
    expect(effects.tasks).toHaveLength(before.tasks.length);
    expect(new Set(effects.tasks.map(({ to }) => to))).toEqual(new Set(['dropped']));
    expect(effects.timersDropped).toEqual(before.timers.map(({ step }) => step));
  });

  it('know a timer that was set anew for the same step as another one', () => {
    const story = makeStory();
    const before = story.order;
    const timers = before.timers.map((timer, index) => (index === 0 ? { ...timer, version: 2 } : timer));
    const { set, drop } = timerChanges(before, { ...before, timers });
    expect(set).toEqual([timers[0]]);
    expect(drop).toEqual([before.timers[0]]);
  });
});

describe('the explanation', () => {
  it('R1.2 gives for deadline, tasks, notices and timers the rule, a sentence and the entries that show it', async () => {
    const { order, entries } = await lived();
    const explained = explanationsOf(order, entries, currentPolicy, at('2025-04-01 12:00'));
    const find = (what: string, id: string) => explained.find((item) => item.what === what && item.id === id);
    expect(explained[0]).toEqual({
      what: 'deadline',
      id: '2025-03-20',
      rule: 'R1.2',
      ruleText: '第一时间修改群备注：截止日期 姓名',
      why: '培训日（3月12日 14:00）为第 1 天，第 9 天 2025-03-20 截止（规则 R1.2：第一时间修改群备注：截止日期 姓名）。',
      at: null,
      evidence: [4],
    });
    expect(find('task', 'join-group-1')).toMatchObject({
      rule: 'R1.1',
      why: '请把接单人张三拉进「星空乐园」的对接群：3月8日 10:00 产生，应于 3月8日 10:30 前完成，已完成（规则 R1.1：接单后由助理拉入企微对接群）。',
      at: at('2025-03-08 10:30'),
      evidence: [1, 2],
    });
    expect(find('task', 'set-remark-1')).toMatchObject({ evidence: [1, 3, 4] });
    expect(find('task', 'set-remark-1')?.why).toContain('已作废');
    expect(find('task', 'set-remark-2')?.why).toContain('待完成');
    const why = (id: string) => find('notice', id)?.why;
    expect(why('A-1001.1.0')).toContain('3月8日 10:00 CRM 创建了工单，因此通知');
    expect(why('A-1001.3.0')).toContain('到了规定的时间');
    expect(why('A-1001.4.0')).toContain('T1 登记了“电话确认时间的结果”');
    expect(find('notice', 'A-1001.4.0')).toMatchObject({
      at: at('2025-03-08 11:00'),
      evidence: [4],
      rule: 'R1.3',
    });
    expect(find('timer', 'briefing')).toMatchObject({
      rule: 'R1.6',
      at: at('2025-03-11 20:00'),
      evidence: [4],
    });
    expect(find('timer', 'briefing')?.why).toContain('3月11日 20:00 发送培训简报');
    expect(explained.filter(({ what }) => what === 'timer')).toHaveLength(order.timers.length);
    expect(explained.filter(({ what }) => what === 'task')).toHaveLength(order.tasks.length);
  });

  it('R1.2 says so when the training time is only assumed, and cites the entry that set the deadline', () => {
    const story = makeStory({ training: { startsAt: null } });
    const [deadline] = explanationsOf(story.order, [], currentPolicy, at('2025-04-01 12:00'));
    expect(deadline?.why).toContain(
      '尚未约定培训时间，按 3月8日 10:00 接单、次日培训计算，第 9 天 2025-03-17 截止',
    );
    expect(deadline?.evidence).toEqual([]);
    story.until('2025-03-08 12:00');
    const overdue = explanationsOf(story.order, [], currentPolicy, at('2025-04-01 12:00')).find(
      ({ id }) => id === 'agree-time-1',
    );
    expect(overdue?.why).toContain('已逾期');
  });

  it('R1.2 keeps citing the creation while the deadline has not changed', async () => {
    const { entries, order } = await lived();
    const [deadline] = explanationsOf(order, entries.slice(0, 3), currentPolicy, at('2025-04-01 12:00'));
    expect(deadline?.evidence).toEqual([1]);
  });
});

describe('the rule numbers', () => {
  it('are known by the list alone', () => {
    expect(ruleIdSchema.safeParse('R1.2').success).toBe(true);
    for (const unknown of ['R9.9', 'toString', 1, null])
      expect(ruleIdSchema.safeParse(unknown).success).toBe(false);
  });
});
