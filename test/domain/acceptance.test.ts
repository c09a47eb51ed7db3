import { describe, expect, it } from 'vitest';
import { at, makeStoryIn, noneOpen } from '../support/build-order.ts';

const iso = (shanghai: string): string => `${shanghai.replace(' ', 'T')}:00+08:00`;

/** Day 9, the summary held at 10:00. */
const afterSummary = () => {
  const story = makeStoryIn('acceptance');
  story.act('2025-03-17 10:00', 'record-summary', noneOpen);
  return story;
};

/** Day 9, customer service has been offered the order at 16:00. */
const offered = () => {
  const story = afterSummary();
  story.act('2025-03-17 15:00', 'return-visit', { ok: true });
  story.act('2025-03-17 16:00', 'hand-over');
  return story;
};

describe('day 9', () => {
  it('R0.2 begins at midnight in Shanghai: maintenance ends, acceptance begins', () => {
    const story = makeStoryIn('maintenance');
    expect(story.timerAt('begin-acceptance')).toBe(at('2025-03-17 00:00'));
    story.until('2025-03-16 23:59:59');
    expect(story.order.stage).toBe('maintenance');
    story.until('2025-03-17 00:00');
    expect(story.order.stage).toBe('acceptance');
  });

  it('R4.1 reminds the trainer at 20:00 on the evening before, and asks for the summary at 09:00', () => {
    const story = makeStoryIn('maintenance');
    // The task can be seen from the start of the maintenance period on.
    expect(story.waiting()).toEqual(['hold-summary']);
    story.until('2025-03-17 13:59');
    const eve = story.told.find(({ kind }) => kind === 'summary-eve');
    expect(eve?.guard.training).toBeNull();
    expect(story.saidBetween('2025-03-09 16:20', '2025-03-17 13:59')).toEqual([
      'summary-eve → trainer',
      'hold-summary → trainer',
    ]);
    expect(story.saidAt('2025-03-16 20:00')).toEqual(['summary-eve → trainer']);
    expect(story.saidAt('2025-03-17 09:00')).toEqual(['hold-summary → trainer']);
    expect(story.task('hold-summary')).toMatchObject({
      rule: 'R4.1',
      dueAt: at('2025-03-17 09:00'),
      state: 'open',
    });
  });

  it('R4.1 chases a summary that is not held: trainer, assistant, manager', () => {
    const story = makeStoryIn('acceptance');
    story.until('2025-03-17 23:00');
    expect(story.saidAt('2025-03-17 14:00')).toEqual(['hold-summary-overdue → trainer']);
    expect(story.saidAt('2025-03-17 18:00')).toEqual(['hold-summary-overdue → assistant']);
    expect(story.saidAt('2025-03-17 21:00')).toEqual(['hold-summary-overdue → manager']);
  });

  it('R4.1 records what was answered and what is open, and asks for signature and return visit at once', () => {
    const story = makeStoryIn('acceptance');
    const summary = { answered: ['如何退款'], open: ['打印机'] };
    story.act('2025-03-17 10:00', 'record-summary', summary);
    expect(story.order.facts.summary).toEqual({
      ...summary,
      at: at('2025-03-17 10:00'),
      round: 0,
      lastTraining: null,
    });
    expect(story.task('hold-summary')?.state).toBe('done');
    expect(story.saidAt('2025-03-17 10:00')).toEqual(['collect-signature → trainer', 'return-visit → sales']);
  });

  it('R4.1 reminds of a last training one hour before, without moving the deadline', () => {
    const story = makeStoryIn('acceptance');
    const lastTraining = { startsAt: iso('2025-03-17 19:00') };
    story.act('2025-03-17 10:00', 'record-summary', { ...noneOpen, lastTraining });
    expect(story.timerAt('last-training')).toBe(at('2025-03-17 18:00'));
    story.until('2025-03-17 20:00');
    expect(story.saidAt('2025-03-17 18:00')).toEqual(['last-training → trainer']);
    expect(story.textOf('last-training')).toContain('3月17日 19:00');
    expect(story.told.filter(({ kind }) => kind === 'last-training')).toHaveLength(1);
    expect(story.order.deadline).toBe('2025-03-17');
  });

  it('R4.1 tells of a last training at once when it is less than an hour away, and refuses one that is past', () => {
    const story = makeStoryIn('acceptance');
    const at10 = { ...noneOpen, lastTraining: { startsAt: iso('2025-03-17 10:00') } };
    expect(story.refused('2025-03-17 10:00', 'record-summary', at10)).toEqual({
      type: 'impossible-time',
      field: 'lastTraining.startsAt',
      value: at('2025-03-17 10:00'),
      why: 'in-the-past',
    });
    const soon = { ...noneOpen, lastTraining: { startsAt: iso('2025-03-17 10:30') } };
    story.act('2025-03-17 10:00', 'record-summary', soon);
    expect(story.saidAt('2025-03-17 10:00')).toContain('last-training → trainer');
  });

  it('R4.1 is recorded once a round', () => {
    expect(afterSummary().refused('2025-03-17 11:00', 'record-summary', noneOpen)).toEqual({
      type: 'already-done',
      action: 'record-summary',
      at: at('2025-03-17 10:00'),
    });
  });
});

describe('the signature', () => {
  it('R4.2 is recorded with where and when, after the summary and not ahead of time', () => {
    const story = makeStoryIn('acceptance');
    expect(story.refused('2025-03-17 09:30', 'record-signature', { where: 'paper' })).toEqual({
      type: 'not-yet',
      action: 'record-signature',
      missing: ['record-summary'],
    });
    story.act('2025-03-17 10:00', 'record-summary', noneOpen);
    const ahead = { where: 'wecom', at: iso('2025-03-17 12:01') };
    expect(story.refused('2025-03-17 12:00', 'record-signature', ahead)).toMatchObject({
      field: 'at',
      why: 'in-the-future',
    });
    story.act('2025-03-17 12:00', 'record-signature', {
      where: 'wecom',
      at: iso('2025-03-17 11:30'),
      note: '已签',
    });
    expect(story.order.facts.signature).toEqual({ at: at('2025-03-17 11:30'), where: 'wecom', note: '已签' });
    expect(story.task('collect-signature')?.state).toBe('done');
    expect(story.refused('2025-03-17 12:30', 'record-signature', { where: 'paper' })).toEqual({
      type: 'already-done',
      action: 'record-signature',
      at: at('2025-03-17 11:30'),
    });
  });

  it('R4.2 is due in a day; the trainer is reminded after one day and two, then sales calls', () => {
    const story = afterSummary();
    expect(story.task('collect-signature')).toMatchObject({ rule: 'R4.2', dueAt: at('2025-03-18 10:00') });
    story.until('2025-03-20 12:00');
    expect(story.saidAt('2025-03-18 10:00')).toContain('collect-signature-overdue → trainer');
    expect(story.saidAt('2025-03-19 10:00')).toContain('collect-signature-overdue → trainer');
    expect(story.saidAt('2025-03-20 10:00')).toContain('collect-signature-overdue → sales');
  });
});

describe('the return visit', () => {
  it('R4.3 is due in 24 hours, then chased: sales, manager', () => {
    const story = afterSummary();
    expect(story.task('return-visit')).toMatchObject({ rule: 'R4.3', dueAt: at('2025-03-18 10:00') });
    story.until('2025-03-19 12:00');
    expect(story.saidAt('2025-03-18 10:00')).toContain('return-visit-overdue → sales');
    expect(story.saidAt('2025-03-19 10:00')).toContain('return-visit-overdue → manager');
  });

  it('R4.3 comes after the summary, and once', () => {
    const early = makeStoryIn('acceptance');
    expect(early.refused('2025-03-17 09:30', 'return-visit', { ok: true })).toEqual({
      type: 'not-yet',
      action: 'return-visit',
      missing: ['record-summary'],
    });
    const story = offered();
    expect(story.refused('2025-03-17 17:00', 'return-visit', { ok: false, reason: '还有问题' })).toEqual({
      type: 'already-done',
      action: 'return-visit',
      at: at('2025-03-17 15:00'),
    });
  });

  it('R4.3 that is not OK needs a reason, tells the trainer and re-opens the order: one more summary, one more visit', () => {
    const story = afterSummary();
    expect(() => story.act('2025-03-17 15:00', 'return-visit', { ok: false })).toThrow('malformed');
    const { notices } = story.act('2025-03-17 15:00', 'return-visit', { ok: false, reason: '报表还不会用' });
    expect(notices.map(({ kind, tell }) => `${kind} → ${tell}`)).toEqual([
      'order-reopened → trainer',
      'hold-summary → trainer',
    ]);
    expect(notices[0]?.text).toContain('报表还不会用');
    expect(story.order.facts).toMatchObject({
      reopened: 1,
      returnVisit: { ok: false, reason: '报表还不会用', at: at('2025-03-17 15:00') },
    });
    expect(story.task('return-visit')).toMatchObject({
      state: 'done',
      outcome: { ok: false, reason: '报表还不会用' },
    });
    expect(story.waiting().toSorted()).toEqual(['collect-signature', 'hold-summary']);
    expect(story.refused('2025-03-17 15:30', 'return-visit', { ok: true })).toMatchObject({
      type: 'not-yet',
    });
    story.act('2025-03-17 16:00', 'record-summary', noneOpen);
    expect(story.order.facts.summary?.round).toBe(1);
    expect(story.task('return-visit')).toMatchObject({ id: 'return-visit-2', state: 'open' });
    story.act('2025-03-17 17:00', 'return-visit', { ok: true });
    expect(story.task('return-visit')).toMatchObject({ state: 'done', outcome: { ok: true } });
    expect(story.waiting()).toContain('hand-over');
  });
});

describe('the hand-over', () => {
  it('R4.4 follows the return visit, and is told step by step to whom it concerns', () => {
    const story = afterSummary();
    const notYet = { type: 'not-yet', missing: ['hand-over'] };
    expect(story.refused('2025-03-17 11:00', 'hand-over')).toEqual({
      type: 'not-yet',
      action: 'hand-over',
      missing: ['return-visit'],
    });
    expect(story.refused('2025-03-17 11:00', 'accept-hand-over')).toEqual({
      ...notYet,
      action: 'accept-hand-over',
    });
    expect(story.refused('2025-03-17 11:00', 'return-hand-over', { reason: '缺' })).toEqual({
      ...notYet,
      action: 'return-hand-over',
    });
    story.act('2025-03-17 15:00', 'return-visit', { ok: true });
    expect(story.saidAt('2025-03-17 15:00')).toEqual(['hand-over → trainer']);
    expect(story.task('hand-over')).toMatchObject({ rule: 'R4.4', dueAt: at('2025-03-18 15:00') });
    story.act('2025-03-17 16:00', 'hand-over');
    expect(story.saidAt('2025-03-17 16:00')).toEqual(['accept-hand-over → service']);
    expect(story.told.at(-1)?.mention).toEqual(['C1']);
    expect(story.task('hand-over')?.state).toBe('done');
    expect(story.task('accept-hand-over')?.dueAt).toBe(at('2025-03-18 16:00'));
    expect(story.refused('2025-03-17 16:30', 'hand-over')).toEqual({
      type: 'already-done',
      action: 'hand-over',
      at: null,
    });
    story.act('2025-03-17 17:00', 'accept-hand-over');
    expect(story.task('accept-hand-over')?.state).toBe('done');
    expect(story.saidAt('2025-03-17 17:00')).toEqual(['leave-group → trainer']);
    expect(story.task('leave-group')?.dueAt).toBe(at('2025-03-17 21:00'));
    expect(story.textOf('leave-group')).toContain('发送“人工”转人工');
  });

  it('R4.4 that customer service sends back has to be offered again', () => {
    const story = offered();
    const { notices } = story.act('2025-03-17 17:00', 'return-hand-over', { reason: '缺少未决问题' });
    expect(notices.map(({ kind, tell }) => `${kind} → ${tell}`)).toEqual([
      'hand-over-returned → trainer',
      'hand-over → trainer',
    ]);
    expect(notices[0]?.text).toContain('缺少未决问题');
    expect(story.order.facts).toMatchObject({ handOver: 'returned', handOverRound: 1 });
    expect(story.task('hand-over')).toMatchObject({ id: 'hand-over-2', state: 'open', subject: '1' });
    expect(story.task('accept-hand-over')?.state).toBe('done');
    expect(story.refused('2025-03-17 17:10', 'accept-hand-over')).toMatchObject({ missing: ['hand-over'] });
    expect(story.refused('2025-03-17 17:10', 'return-hand-over', { reason: '缺' })).toMatchObject({
      type: 'not-yet',
    });
    story.act('2025-03-17 18:00', 'hand-over');
    story.act('2025-03-17 18:30', 'accept-hand-over');
    expect(story.waiting()).toContain('leave-group');
  });

  it('R4.4 is accepted by customer service before the trainer leaves; then the order is closed', () => {
    const story = offered();
    expect(story.refused('2025-03-17 16:30', 'leave-group')).toEqual({
      type: 'not-yet',
      action: 'leave-group',
      missing: ['accept-hand-over'],
    });
    story.act('2025-03-17 17:00', 'accept-hand-over');
    expect(story.refused('2025-03-17 17:10', 'accept-hand-over')).toEqual({
      type: 'already-done',
      action: 'accept-hand-over',
      at: null,
    });
    expect(story.refused('2025-03-17 17:10', 'hand-over')).toMatchObject({ type: 'already-done' });
    story.act('2025-03-17 18:00', 'leave-group');
    expect(story.order).toMatchObject({
      stage: 'closed',
      endedAt: at('2025-03-17 18:00'),
      timers: [{ step: 'release-recordings' }],
      facts: { leftGroup: { at: at('2025-03-17 18:00'), by: 'T1' }, handOver: 'accepted' },
    });
    expect(story.task('leave-group')?.state).toBe('done');
  });
});

describe('cancelling', () => {
  it.each(['preparation', 'training', 'maintenance', 'acceptance'] as const)(
    'R0.2 ends an order in %s: every task and timer but that of its recordings is dropped, trainer and assistant are told, nothing is told later',
    (stage) => {
      const story = makeStoryIn(stage);
      const { notices, rules, event, facts } = story.cancel('2025-03-17 08:00');
      expect({ rules, event, facts }).toEqual({ rules: ['R0.2'], event: 'order-cancelled', facts: {} });
      expect(notices.map(({ kind, tell }) => `${kind} → ${tell}`)).toEqual([
        'order-cancelled → trainer',
        'order-cancelled → assistant',
      ]);
      expect(story.order).toMatchObject({ stage: 'cancelled', endedAt: at('2025-03-17 08:00') });
      expect(story.order.timers.filter(({ rule }) => rule !== 'R5.3')).toEqual([]);
      expect(story.waiting()).toEqual([]);
      const before = story.told.length;
      story.until('2025-06-01 00:00');
      expect(story.told).toHaveLength(before);
    },
  );

  it.each(['closed', 'cancelled'] as const)(
    'R0.2 is not possible for an order that is %s, nor is any change',
    (stage) => {
      const story = makeStoryIn(stage);
      const refusal = `"type":"wrong-stage","action":"order.cancelled","stage":"${stage}","accepted":["preparation","training","maintenance","acceptance"]`;
      expect(() => story.cancel('2025-04-01 08:00')).toThrow(refusal);
      expect(() => story.amend('2025-04-01 08:00', {})).toThrow(refusal.replace('cancelled', 'amended'));
    },
  );
});
