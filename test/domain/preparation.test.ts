import { describe, expect, it } from 'vitest';
import { isWaiting } from '../../shared/domain/timers.ts';
import { refuseOutOfScope } from '../../shared/domain/receive-order.ts';
import { receiveOrder } from '../../shared/domain/receive-order.ts';
import { currentPolicy, policyOf } from '../../shared/domain/policies/policies.ts';
import {
  accepted,
  at,
  buildFacts,
  buildOrder,
  buildOrderData,
  makeStory,
  makeStoryIn,
  refused,
  ticks,
  understood,
} from '../support/build-order.ts';

describe('taking an order', () => {
  it.each(['芸苔系统', '游乐宝系统', '娱乐管家系统'])('R0.1 accepts remote 7-day orders of %s', (system) => {
    const order = buildOrder({ system });
    expect(order).toMatchObject({ stage: 'preparation', system, policy: '2025-03-24', version: 1 });
    expect(policyOf(order.policy)).toBe(currentPolicy);
  });

  it('R0.1 refuses another system or another kind, and names what is accepted', () => {
    const facts = buildFacts('2025-03-08 10:00');
    const of = (overrides: object) => refused(receiveOrder(buildOrderData(overrides), '', facts));
    expect(of({ system: '其他系统' })).toEqual({
      type: 'out-of-scope',
      field: 'system',
      value: '其他系统',
      accepted: ['芸苔系统', '游乐宝系统', '娱乐管家系统'],
    });
    expect(of({ kind: 'on-site' })).toEqual({
      type: 'out-of-scope',
      field: 'kind',
      value: 'on-site',
      accepted: ['remote-7day'],
    });
    expect(refuseOutOfScope({ kind: 'remote-7day', system: '芸苔系统' }, currentPolicy)).toBeNull();
  });

  it('keeps what the CRM said, and records what was decided from it by number of rule', () => {
    const data = buildOrderData();
    const change = accepted(receiveOrder(data, 'hash-of-content', buildFacts('2025-03-08 10:00:30')));
    expect(change).toMatchObject({
      event: 'order-created',
      rules: ['R0.1', 'R0.2', 'R1.2'],
      facts: {
        contentHash: 'hash-of-content',
        system: '芸苔系统',
        startsAt: data.training.startsAt,
        trainer: 'T1',
      },
    });
    expect(change.order).toMatchObject({
      ...data,
      training: { ...data.training, startedAt: null, customerJoinedAt: null, finishedAt: null },
      contentHash: 'hash-of-content',
      createdAt: at('2025-03-08 10:00:30'),
      endedAt: null,
      cancelReason: null,
      head: { seq: 0, hash: '' },
    });
  });

  it('does not know a policy of another version', () => {
    expect(() => policyOf('2031-01-01')).toThrow('unknown policy version 2031-01-01');
  });

  it('R1.1 asks the assistant to pull the trainer in, within 30 minutes of acceptance', () => {
    const story = makeStory({}, '2025-03-08 10:05');
    expect(story.task('join-group')).toMatchObject({
      rule: 'R1.1',
      state: 'open',
      dueAt: at('2025-03-08 10:30'),
      toldAt: at('2025-03-08 10:05'),
    });
    expect(story.saidAt('2025-03-08 10:05')).toEqual(['join-group → assistant', 'set-remark → trainer']);
    story.act('2025-03-08 10:20', 'join-group');
    expect(story.order.facts.joinedGroup).toEqual({ at: at('2025-03-08 10:20'), by: 'A1' });
    expect(story.task('join-group')).toMatchObject({
      state: 'done',
      doneAt: at('2025-03-08 10:20'),
      doneBy: 'A1',
      outcome: {},
    });
  });

  it('R1.1 is due now when the order reaches us more than 30 minutes after acceptance', () => {
    expect(makeStory({}, '2025-03-08 12:00').task('join-group')?.dueAt).toBe(at('2025-03-08 12:00'));
  });

  it('R1.2 asks the trainer at once for the remark, with the exact text, due in 30 minutes', () => {
    const story = makeStory();
    expect(story.task('set-remark')).toMatchObject({
      rule: 'R1.2',
      subject: '截止3/17 张三',
      dueAt: at('2025-03-08 10:30'),
    });
    story.act('2025-03-08 10:10', 'set-remark');
    expect(story.order.facts.remark).toEqual({ text: '截止3/17 张三', at: at('2025-03-08 10:10') });
    expect(story.task('set-remark')?.state).toBe('done');
  });

  it('R1.2 asks a new trainer for a remark with the own name', () => {
    const story = makeStory();
    story.act('2025-03-08 10:10', 'set-remark');
    const { facts } = story.amend('2025-03-08 11:00', { trainer: { id: 'T2', name: '赵六' } });
    expect(story.order.remark).toBe('截止3/17 赵六');
    expect(story.task('set-remark')).toMatchObject({ state: 'open', subject: '截止3/17 赵六' });
    expect(story.told.at(-1)).toMatchObject({ kind: 'set-remark', mention: ['T2'] });
    expect(facts).toEqual({
      fields: ['trainer'],
      startsAt: at('2025-03-09 14:00'),
      trainer: 'T2',
      fees: { training: 20_000, maintenance: 7_000 },
    });
  });

  it('R1.1 a new trainer gets every task of the own, and the one before hears that it is another’s', () => {
    const story = makeStory();
    story.act('2025-03-08 10:05', 'join-group');
    story.act('2025-03-08 20:10', 'confirm-tools', ticks);
    story.until('2025-03-09 13:00');
    story.amend('2025-03-09 13:02', { trainer: { id: 'T2', name: '赵六' } });
    const told = story.told.filter((notice) => notice.at === at('2025-03-09 13:02'));
    expect(told.map(({ kind, mention }) => `${kind} → ${mention.join()}`).toSorted()).toEqual([
      'briefing → T2',
      'call-customer → T2',
      'join-group → A1',
      'set-remark → T2',
      'trainer-replaced → T1',
    ]);
    expect(story.order.tasks.filter(isWaiting).map(({ kind, holder }) => `${kind} ${holder}`)).toEqual(
      expect.arrayContaining(['join-group A1', 'confirm-tools T2', 'call-customer T2', 'confirm-needs T2']),
    );
    expect(story.order.tasks.filter((task) => isWaiting(task) && task.holder === 'T1')).toEqual([]);
  });

  it('R1.1 what is due now is told, and chased only later', () => {
    const story = makeStory({}, '2025-03-08 12:00');
    expect(story.saidAt('2025-03-08 12:00')).toEqual(['join-group → assistant', 'set-remark → trainer']);
    story.until('2025-03-08 13:00');
    expect(story.saidAt('2025-03-08 13:00')).toContain('join-group-overdue → manager');
  });
});

describe('a briefing', () => {
  it('R1.6 comes again when the training moves back to a time whose briefing may have been void', () => {
    const story = makeStory();
    story.until('2025-03-08 20:30');
    story.act('2025-03-08 20:31', 'confirm-time', {
      outcome: 'moved',
      startsAt: '2025-03-12T10:00:00+08:00',
    });
    story.act('2025-03-08 20:32', 'confirm-time', {
      outcome: 'moved',
      startsAt: '2025-03-09T14:00:00+08:00',
    });
    expect(story.saidAt('2025-03-08 20:32')).toContain('briefing → trainer');
  });
});

describe('tools and briefing', () => {
  it('R1.0 wants three ticks, due with the briefing on the evening before', () => {
    const story = makeStory();
    expect(story.task('confirm-tools')).toMatchObject({
      rule: 'R1.0',
      dueAt: at('2025-03-08 20:00'),
      toldAt: null,
    });
    expect(() => story.act('2025-03-08 20:10', 'confirm-tools', { ...ticks, wecom: false })).toThrow(
      'malformed',
    );
    story.act('2025-03-08 20:10', 'confirm-tools', ticks);
    expect(story.task('confirm-tools')).toMatchObject({ state: 'done', outcome: ticks });
    expect(story.order.facts.tools).toEqual({ at: at('2025-03-08 20:10'), by: 'T1' });
  });

  it('R1.6 briefs the trainer at 20:00 on the evening before, once', () => {
    const story = makeStory();
    expect(story.timerAt('briefing')).toBe(at('2025-03-08 20:00'));
    story.until('2025-03-09 14:00');
    expect(story.told.filter(({ kind }) => kind === 'briefing')).toHaveLength(1);
    expect(story.saidAt('2025-03-08 20:00')).toEqual(['briefing → trainer']);
    expect(story.textOf('briefing')).toContain('旗舰版');
  });

  it('R1.6 briefs at once for a same-day training, and R1.3 asks for the call now when T−60 is past', () => {
    const training = { startsAt: at('2025-03-08 10:40') };
    const story = makeStory({ training });
    expect(story.saidAt('2025-03-08 10:00')).toContain('briefing → trainer');
    expect(story.saidAt('2025-03-08 10:00')).toContain('call-customer → trainer');
    expect(story.task('call-customer')).toMatchObject({
      dueAt: at('2025-03-08 10:00'),
      toldAt: at('2025-03-08 10:00'),
    });
    expect(story.timerAt('briefing')).toBeUndefined();
    // T−45 is past as well; T−30 is the next to chase.
    expect(story.timerAt('call-customer-1.rung')).toBe(at('2025-03-08 10:10'));
  });

  it('R1.6 briefs at once when the order comes at 20:00 on the evening before', () => {
    const story = makeStory({}, '2025-03-08 20:00');
    expect(story.saidAt('2025-03-08 20:00')).toContain('briefing → trainer');
    expect(story.timerAt('briefing')).toBeUndefined();
  });

  it('R1.6 briefs again for a time that has moved to another day', () => {
    const story = makeStory();
    story.amend('2025-03-08 21:00', { training: { startsAt: at('2025-03-12 10:00') } });
    expect(story.timerAt('briefing')).toBe(at('2025-03-11 20:00'));
    story.until('2025-03-11 20:00');
    expect(story.told.filter(({ kind }) => kind === 'briefing').map((notice) => notice.at)).toEqual([
      at('2025-03-08 20:00'),
      at('2025-03-11 20:00'),
    ]);
  });
});

describe('the call one hour before', () => {
  it('R1.3 is asked for at T−60, and not before', () => {
    const story = makeStory();
    expect(story.timerAt('call-customer-1.tell')).toBe(at('2025-03-09 13:00'));
    story.until('2025-03-09 12:59:59');
    expect(story.told.some(({ kind }) => kind === 'call-customer')).toBe(false);
    story.until('2025-03-09 13:00');
    expect(story.saidAt('2025-03-09 13:00')).toContain('call-customer → trainer');
  });

  it('R1.3 is asked for at T−60 on the dot when the order comes at that very moment', () => {
    const story = makeStory({ training: { startsAt: at('2025-03-08 11:00') } });
    expect(story.task('call-customer')?.dueAt).toBe(at('2025-03-08 10:00'));
    expect(story.saidAt('2025-03-08 10:00')).toContain('call-customer → trainer');
  });

  it('R1.3 is done when the customer has confirmed', () => {
    const story = makeStory();
    story.act('2025-03-09 13:02', 'confirm-time', { outcome: 'confirmed', note: '没问题' });
    expect(story.task('call-customer')).toMatchObject({
      state: 'done',
      outcome: { outcome: 'confirmed', note: '没问题' },
    });
    expect(story.order.facts.confirmedTime).toBe(at('2025-03-09 14:00'));
    expect(
      story.saidBetween('2025-03-09 13:02', '2025-03-09 13:59').filter((said) => said.startsWith('call')),
    ).toEqual([]);
  });

  it('R1.3 comes again at T−45 and T−30, then goes to the assistant, then to the manager', () => {
    const story = makeStoryIn('preparation');
    story.until('2025-03-09 13:00');
    const call = story
      .saidBetween('2025-03-09 13:00', '2025-03-09 14:00')
      .filter((said) => said.startsWith('call'));
    expect(call).toEqual([]);
    story.until('2025-03-09 14:00');
    expect(story.saidAt('2025-03-09 13:15')).toEqual(['call-customer-overdue → trainer']);
    expect(story.saidAt('2025-03-09 13:30')).toEqual(['call-customer-overdue → trainer']);
    expect(story.saidAt('2025-03-09 13:40')).toEqual(['call-customer-overdue → assistant']);
    expect(story.saidAt('2025-03-09 13:55')).toEqual(['call-customer-overdue → manager']);
  });

  it('R1.3 tells the assistant after the third call that did not reach the customer, and leaves the task open', () => {
    const story = makeStory();
    const miss = (time: string) => story.act(time, 'confirm-time', { outcome: 'not-reached' });
    expect(miss('2025-03-09 13:01').notices).toEqual([]);
    expect(miss('2025-03-09 13:16').notices).toEqual([]);
    const { notices } = miss('2025-03-09 13:31');
    expect(notices).toMatchObject([
      { kind: 'customer-not-reached', rule: 'R1.3', tell: 'assistant', mention: ['A1'] },
    ]);
    expect(notices[0]?.text).toContain('致电 3 次，均未接通');
    expect(notices[0]?.guard).toMatchObject({ training: at('2025-03-09 14:00'), live: true });
    expect(story.waiting()).toContain('call-customer');
    expect(story.order.facts.missedCalls).toEqual({ training: at('2025-03-09 14:00'), count: 3 });
  });

  it('R1.3 counts missed calls anew for a new time', () => {
    const story = makeStory();
    story.act('2025-03-09 13:01', 'confirm-time', { outcome: 'not-reached' });
    story.act('2025-03-09 13:16', 'confirm-time', { outcome: 'not-reached' });
    story.amend('2025-03-09 13:20', { training: { startsAt: at('2025-03-10 10:00') } });
    const { notices } = story.act('2025-03-10 09:01', 'confirm-time', { outcome: 'not-reached' });
    expect(notices).toEqual([]);
    expect(story.order.facts.missedCalls).toEqual({ training: at('2025-03-10 10:00'), count: 1 });
  });

  it('R1.3 cannot be confirmed while no time is known, nor twice', () => {
    const unknown = makeStory({ training: { startsAt: null } });
    expect(unknown.refused('2025-03-08 11:00', 'confirm-time', { outcome: 'confirmed' })).toEqual({
      type: 'not-yet',
      action: 'confirm-time',
      missing: ['training.startsAt'],
    });
    const story = makeStory();
    story.act('2025-03-08 11:00', 'confirm-time', { outcome: 'confirmed' });
    expect(story.refused('2025-03-08 11:01', 'confirm-time', { outcome: 'confirmed' })).toEqual({
      type: 'already-done',
      action: 'confirm-time',
      at: null,
    });
  });
});

describe('an order without a training time', () => {
  const open = () => makeStory({ training: { startsAt: null } });

  it('R1.3 asks the trainer for a time, due two hours after acceptance, and for nothing that needs one', () => {
    const story = open();
    expect(story.waiting().toSorted()).toEqual(['agree-time', 'join-group', 'set-remark']);
    expect(story.task('agree-time')).toMatchObject({ rule: 'R1.3', dueAt: at('2025-03-08 12:00') });
    expect(story.saidAt('2025-03-08 10:00')).toContain('agree-time → trainer');
    expect(story.timerAt('briefing')).toBeUndefined();
  });

  it('R1.3 gets its time by the call: agreed, told to trainer and assistant, and everything else is raised', () => {
    const story = open();
    const startsAt = '2025-03-11T14:00:00+08:00';
    story.act('2025-03-08 11:00', 'confirm-time', { outcome: 'moved', startsAt });
    expect(story.task('agree-time')?.state).toBe('done');
    expect(story.order).toMatchObject({ deadline: '2025-03-19', remark: '截止3/19 张三' });
    expect(story.saidAt('2025-03-08 11:00')).toEqual([
      'set-remark → trainer',
      'training-moved → assistant',
      'training-moved → trainer',
    ]);
    expect(story.waiting()).toContain('start-training');
    expect(story.timerAt('call-customer-1.tell')).toBe(at('2025-03-11 13:00'));
  });

  it('R1.3 gets its time from the CRM: then nobody has to ask for it any more', () => {
    const story = open();
    story.amend('2025-03-08 11:00', { training: { startsAt: at('2025-03-11 14:00') } });
    expect(story.task('agree-time')?.state).toBe('dropped');
    story.amend('2025-03-08 13:00', { training: { startsAt: null } });
    expect(story.task('agree-time')).toMatchObject({
      id: 'agree-time-1',
      state: 'open',
      dueAt: at('2025-03-08 13:00'),
    });
    expect(story.waiting()).not.toContain('start-training');
    expect(story.saidAt('2025-03-08 13:00')).toEqual(['agree-time → trainer', 'set-remark → trainer']);
  });
});

describe('needs and notice', () => {
  it('R1.4 records both answers; not understood keeps the task open', () => {
    const story = makeStory();
    const unclear = { extraNeeds: ['排队叫号'], understood: false, note: '再问一次' };
    story.act('2025-03-09 13:40', 'confirm-needs', unclear);
    expect(story.waiting()).toContain('confirm-needs');
    expect(story.order.facts.needs).toEqual({ ...unclear, at: at('2025-03-09 13:40') });
    story.act('2025-03-09 13:50', 'confirm-needs', understood);
    expect(story.task('confirm-needs')).toMatchObject({ state: 'done', outcome: understood });
    expect(story.order.facts.needs).toMatchObject({ understood: true, note: null });
  });

  it('R1.4 is open again when the trainer finds that something was not understood after all', () => {
    const story = makeStory();
    story.act('2025-03-09 13:40', 'confirm-needs', understood);
    story.act('2025-03-09 13:45', 'confirm-needs', { ...understood, understood: false });
    expect(story.task('confirm-needs')).toMatchObject({ id: 'confirm-needs-2', state: 'open' });
    expect(story.refused('2025-03-09 14:00', 'start-training')).toMatchObject({ missing: ['confirm-needs'] });
  });

  it('R1.5 records that the rules of the maintenance period were sent, also after the start', () => {
    const story = makeStory();
    expect(story.task('send-notice')).toMatchObject({ rule: 'R1.5', dueAt: at('2025-03-09 14:00') });
    story.act('2025-03-09 13:50', 'confirm-needs', understood);
    story.act('2025-03-09 14:00', 'start-training');
    expect(story.waiting()).toContain('send-notice');
    story.act('2025-03-09 14:05', 'send-notice');
    expect(story.order.facts.noticeSent).toEqual({
      at: at('2025-03-09 14:05'),
      by: 'T1',
      deadline: '2025-03-17',
    });
    expect(story.task('send-notice')?.state).toBe('done');
  });
});
