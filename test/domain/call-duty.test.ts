import { describe, expect, it } from 'vitest';
import { viewOrder } from '../../shared/contracts/order-view.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { owedCalls } from '../../shared/domain/questions.ts';
import { taskText } from '../../shared/domain/wording.ts';
import type { Story } from '../support/build-order.ts';
import { at, makeStoryIn, staff } from '../support/build-order.ts';

/** A time of day 2 of the order, the first whole day of its maintenance. */
const day2 = (time: string): string => `2025-03-10 ${time}`;

/** An order in maintenance whose customer asks `m1` at 10:00 on day 2. */
const asked = (): Story => {
  const story = makeStoryIn('maintenance');
  story.say(day2('10:00'), 'customer', 'm1');
  return story;
};

const called = { outcome: 'resolved', note: '已致歉并讲解' };
const notReached = { outcome: 'not-reached', note: '无人接听' };

/** What each duty is about, and how it stands. */
const duties = (story: Story): string[] =>
  story.order.tasks
    .filter(({ kind }) => kind === 'call-about-delay')
    .map(({ subject, state }) => `${subject} ${state}`);

const heardOfCall = (story: Story, after: string, end: string): string[] =>
  story.saidBetween(after, end).filter((saying) => saying.startsWith('call-about-delay'));

describe('the call about a delay', () => {
  it('R3.5 is owed from one hour after the question on, due 15 minutes later, by whoever answers', () => {
    const story = asked();
    story.until(day2('10:59:59'));
    expect(duties(story)).toEqual([]);
    story.until(day2('11:00'));
    expect(story.task('call-about-delay')).toMatchObject({
      rule: 'R3.5',
      subject: 'm1',
      holder: 'T1',
      state: 'open',
      raisedAt: at(day2('11:00')),
      dueAt: at(day2('11:15')),
      toldAt: at(day2('11:00')),
    });
    expect(story.saidAt(day2('11:00'))).toEqual(['call-about-delay → responder']);
    const notice = story.told.findLast(({ kind }) => kind === 'call-about-delay');
    expect(notice?.mention).toEqual(['T1']);
    expect(notice?.text).toContain('客户 3月10日 10:00 的提问超过 60 分钟未答复，请致电客户');
    expect(notice?.text).toContain('请在 3月10日 11:15 前完成');
  });

  it('R3.5 goes from the responder to the assistant, then to the manager, then to the daily list', () => {
    const story = asked();
    story.until('2025-03-11 09:30');
    expect(heardOfCall(story, day2('11:00'), '2025-03-11 09:30')).toEqual([
      'call-about-delay-overdue → responder',
      'call-about-delay-overdue → assistant',
      'call-about-delay-overdue → manager',
    ]);
    for (const [time, party] of [
      ['11:15', 'responder'],
      ['11:30', 'assistant'],
      ['11:45', 'manager'],
    ] as const)
      expect(story.saidAt(day2(time))).toEqual([`call-about-delay-overdue → ${party}`]);
    expect(story.saidAt('2025-03-11 09:30')).toContain('digest → manager');
    expect(story.textOf('digest')).toContain('请致电客户');
  });

  it('R3.5 is not closed by a chat answer that comes late, only by a call', () => {
    const story = asked();
    story.say(day2('11:05'), 'trainer', 'a1');
    story.until(day2('11:15'));
    expect(duties(story)).toEqual(['m1 overdue']);
    const change = story.act(day2('11:20'), 'record-call', called);
    expect(change.rules).toEqual(['R3.5']);
    expect(duties(story)).toEqual(['m1 done']);
    expect(story.task('call-about-delay')).toMatchObject({
      doneAt: at(day2('11:20')),
      doneBy: 'T1',
      outcome: called,
    });
    expect(story.order.facts.calls).toEqual([
      { at: at(day2('11:20')), by: 'T1', ...called, reached: true, seq: change.order.version },
    ]);
    story.until('2025-03-11 12:00');
    expect(heardOfCall(story, day2('11:20'), '2025-03-11 12:00')).toEqual([]);
  });

  it.each([
    ['10:59', false],
    ['10:59:59.999', false],
    ['11:00', false],
    ['11:00:00.001', true],
  ])('R3.5 with an answer at %s: owed is %s', (time, owed) => {
    const story = asked();
    story.until(day2('10:58'));
    story.say(day2(time), 'trainer', 'a1');
    story.until(day2('11:30'));
    expect(story.waiting().includes('call-about-delay')).toBe(owed);
  });

  it('R3.5 is dropped when a late message shows an answer within the hour, and stays when it shows a later one', () => {
    const late = asked();
    late.until(day2('11:10'));
    late.say(day2('11:00:00.001'), 'trainer', 'a1', day2('11:10'));
    expect(duties(late)).toEqual(['m1 open']);
    late.say(day2('11:00'), 'trainer', 'a2', day2('11:11'));
    expect(duties(late)).toEqual(['m1 dropped']);
    late.until('2025-03-11 12:00');
    expect(heardOfCall(late, day2('11:11'), '2025-03-11 12:00')).toEqual([]);
  });

  it('R3.5 is dropped when the assistant judges that the message needs no answer', () => {
    const story = asked();
    story.act(
      day2('11:05'),
      'dismiss-message',
      { messageId: 'm1', reason: '客户只是道谢' },
      staff('assistant'),
    );
    expect(duties(story)).toEqual(['m1 dropped']);
  });

  it('R3.5 stays open while the customer is not reached, and its ladder goes on', () => {
    const story = asked();
    const change = story.act(day2('11:05'), 'record-call', notReached);
    expect(change.order.facts.calls[0]).toMatchObject({ reached: false });
    expect(duties(story)).toEqual(['m1 open']);
    story.until(day2('11:30'));
    expect(heardOfCall(story, day2('11:05'), day2('11:30'))).toEqual([
      'call-about-delay-overdue → responder',
      'call-about-delay-overdue → assistant',
    ]);
    story.act(day2('11:31'), 'record-call', called, staff('assistant'));
    expect(duties(story)).toEqual(['m1 done']);
    expect(story.task('call-about-delay')?.doneBy).toBe('A1');
  });

  it('R3.5 is recorded with the time of the call, not before the question and not ahead', () => {
    const story = asked();
    const impossible = (value: string, why: string) => ({
      type: 'impossible-time',
      field: 'at',
      value: at(day2(value)),
      why,
    });
    const callAt = (time: string) => ({ ...called, at: at(day2(time)) });
    expect(story.refused(day2('11:05'), 'record-call', callAt('09:59:59.999'))).toEqual(
      impossible('09:59:59.999', 'before-question'),
    );
    expect(story.refused(day2('11:05'), 'record-call', callAt('11:05:00.001'))).toEqual(
      impossible('11:05:00.001', 'in-the-future'),
    );
    story.act(day2('11:05'), 'record-call', callAt('10:00'));
    expect(duties(story)).toEqual(['m1 done']);
    expect(story.order.facts.calls[0]?.at).toBe(at(day2('10:00')));
  });

  it('R3.5 needs a question that waits or has waited too long', () => {
    const story = makeStoryIn('maintenance');
    const refusal = { type: 'not-yet', action: 'record-call', missing: ['message.received'] };
    expect(story.refused(day2('09:00'), 'record-call', called)).toEqual(refusal);
    story.say(day2('10:00'), 'customer', 'm1');
    story.say(day2('10:10'), 'trainer', 'a1');
    expect(story.refused(day2('10:11'), 'record-call', called)).toEqual(refusal);
    story.say(day2('10:20'), 'customer', 'm2');
    story.say(day2('10:41'), 'trainer', 'a2');
    expect(story.act(day2('10:42'), 'record-call', called).order.facts.calls).toHaveLength(1);
  });

  it('R3.5 does not arise when the customer was phoned within the hour, and nothing is planned for it', () => {
    const story = asked();
    story.act(day2('10:40'), 'record-call', called);
    // A timer that would do nothing is no next step of the order.
    expect(story.order.timers.filter(({ step }) => step.endsWith('.call'))).toEqual([]);
    story.until(day2('12:00'));
    expect(duties(story)).toEqual([]);
  });

  it('R3.5 is owed for each late question; one call after both closes both', () => {
    const story = asked();
    story.say(day2('11:10'), 'trainer', 'a1');
    story.say(day2('11:20'), 'customer', 'm2');
    story.until(day2('12:30'));
    expect(duties(story)).toEqual(['m1 overdue', 'm2 open']);
    expect(story.order.tasks.filter(({ kind }) => kind === 'call-about-delay').map(({ id }) => id)).toEqual([
      'call-about-delay-1',
      'call-about-delay-2',
    ]);
    story.act(day2('12:31'), 'record-call', called);
    expect(duties(story)).toEqual(['m1 done', 'm2 done']);
    story.until('2025-03-11 12:00');
    expect(heardOfCall(story, day2('12:31'), '2025-03-11 12:00')).toEqual([]);
  });

  it('R3.5 a call between two late questions closes the first one alone', () => {
    const story = asked();
    story.say(day2('11:10'), 'trainer', 'a1');
    story.say(day2('11:20'), 'customer', 'm2');
    story.until(day2('12:30'));
    story.act(day2('12:31'), 'record-call', { ...called, at: at(day2('11:19:59.999')) });
    expect(duties(story)).toEqual(['m1 done', 'm2 open']);
    story.act(day2('12:32'), 'record-call', { ...called, at: at(day2('11:20')) });
    expect(duties(story)).toEqual(['m1 done', 'm2 done']);
  });

  it('R3.5 stays closed, however often others are phoned in vain afterwards', () => {
    const story = asked();
    story.act(day2('11:05'), 'record-call', called);
    story.say('2025-03-11 10:00', 'customer', 'm2');
    for (let hour = 0; hour < 20; hour += 1) story.act('2025-03-11 11:30', 'record-call', notReached);
    expect(duties(story)[0]).toBe('m1 done');
    expect(duties(story).filter((duty) => duty.startsWith('m1'))).toEqual(['m1 done']);
  });

  it('R3.5 can be closed by a call even where each holder of the question was in time', () => {
    // Four trainers one after the other, each within the 20 minutes: no breach, but the customer has waited 65 minutes.
    const story = asked();
    for (const [time, id] of [
      ['10:19', 'T2'],
      ['10:38', 'T3'],
      ['10:57', 'T4'],
    ] as const)
      story.act(day2(time), 'reassign', { trainer: { id, name: '赵六' }, reason: '出差' });
    story.say(day2('11:05'), 'trainer', 'a1');
    expect(duties(story).at(-1)).toBe('m1 open');
    story.act(day2('11:10'), 'record-call', called);
    expect(duties(story).at(-1)).toBe('m1 done');
  });

  it('R3.5 writes nothing that people have written freely into the history', () => {
    const story = asked();
    const change = story.act(day2('11:05'), 'record-call', {
      outcome: '欧阳先生改天再说',
      note: '欧阳先生在开会',
    });
    expect(JSON.stringify(change.facts)).not.toContain('开会');
    expect(JSON.stringify(change.facts)).not.toContain('改天');
  });
});

describe('whose call it is', () => {
  it('R3.5 is support’s under the emergency plan', () => {
    const story = asked();
    story.act(day2('10:30'), 'emergency-plan', { on: true, reason: '高峰' });
    story.until(day2('11:15'));
    expect(story.task('call-about-delay')).toMatchObject({ subject: 'm1', holder: '' });
    expect(story.told.findLast(({ kind }) => kind === 'call-about-delay')?.mention).toEqual(['P1', 'P2']);
    expect(story.told.findLast(({ kind }) => kind === 'call-about-delay-overdue')?.mention).toEqual([
      'P1',
      'P2',
    ]);
    expect(viewOrder(story.order, 'A1', at(day2('11:15'))).duties).toEqual([
      {
        id: 'call-about-delay-1',
        kind: 'call-about-delay',
        rule: 'R3.5',
        messageId: 'm1',
        startedAt: at(day2('11:00')),
        dueAt: at(day2('11:15')),
        state: 'overdue',
        holder: 'support',
      },
    ]);
    story.act(day2('11:16'), 'record-call', called, staff('support'));
    expect(duties(story)).toEqual(['m1 done']);
  });

  it('R3.5 goes to the next trainer with the order, counted from the question, and is told anew', () => {
    const story = asked();
    story.act(day2('10:30'), 'reassign', { trainer: { id: 'T2', name: '赵六' }, reason: '出差' });
    story.until(day2('11:05'));
    expect(story.task('call-about-delay')).toMatchObject({ holder: 'T2', raisedAt: at(day2('11:00')) });
    story.act(day2('11:05'), 'reassign', { trainer: { id: 'T3', name: '钱七' }, reason: '出差' });
    expect(
      story.order.tasks
        .filter(({ kind }) => kind === 'call-about-delay')
        .map(({ holder, state, dueAt }) => [holder, state, dueAt]),
    ).toEqual([
      ['T2', 'dropped', at(day2('11:15'))],
      ['T3', 'open', at(day2('11:15'))],
    ]);
    expect(story.saidAt(day2('11:05'))).toContain('call-about-delay → responder');
    story.act(day2('11:20'), 'reassign', { trainer: { id: 'T4', name: '孙八' }, reason: '出差' });
    // What would be due in the past is due now.
    expect(story.task('call-about-delay')).toMatchObject({ holder: 'T4', dueAt: at(day2('11:20')) });
  });

  it('R3.5 goes back to the one who had it when the plan goes off, as the same duty', () => {
    const story = asked();
    story.until(day2('11:02'));
    story.act(day2('11:03'), 'emergency-plan', { on: true, reason: '高峰' });
    story.act(day2('11:04'), 'emergency-plan', { on: false, reason: '高峰已过' });
    expect(
      story.order.tasks
        .filter(({ kind }) => kind === 'call-about-delay')
        .map(({ id, holder, state }) => [id, holder, state]),
    ).toEqual([
      ['call-about-delay-1', 'T1', 'open'],
      ['call-about-delay-2', '', 'dropped'],
    ]);
  });
});

describe('what the hour leaves out', () => {
  it('R3.5 is a pause, and nothing is owed while it lasts', () => {
    const story = asked();
    story.act(day2('10:30'), 'pause-clocks', { condition: 'system-outage', note: '平台维护' });
    story.until(day2('12:30'));
    expect(duties(story)).toEqual([]);
    story.act(day2('12:30'), 'resume-clocks');
    story.until(day2('12:59:59'));
    expect(duties(story)).toEqual([]);
    story.until(day2('13:00'));
    expect(duties(story)).toEqual(['m1 open']);
  });

  it('R3.5 is what lies after the maintenance: a duty that arose before stays on day 9, none arises then', () => {
    const story = makeStoryIn('maintenance');
    story.say('2025-03-16 22:30', 'customer', 'm1');
    story.until('2025-03-17 10:00');
    expect(duties(story)).toEqual(['m1 overdue']);
    story.act('2025-03-17 10:00', 'record-call', called);
    expect(duties(story)).toEqual(['m1 done']);
    const young = makeStoryIn('maintenance');
    young.say('2025-03-16 23:00', 'customer', 'm1');
    young.until('2025-03-17 10:00');
    expect(duties(young)).toEqual([]);
    expect(owedCalls(young.order, currentPolicy, at('2025-03-17 10:00'))).toEqual([]);
    const justOld = makeStoryIn('maintenance');
    justOld.say('2025-03-16 22:59:59.999', 'customer', 'm1');
    justOld.until('2025-03-17 10:00');
    expect(duties(justOld)).toEqual(['m1 overdue']);
  });

  it('R3.5 is the time after a cancelled order’s end', () => {
    const story = asked();
    story.until(day2('11:05'));
    story.cancel(day2('11:06'));
    expect(duties(story)).toEqual(['m1 dropped']);
    expect(story.order.timers.map(({ step }) => step)).toEqual(['release-recordings']);
  });

  it('R3.5 keeps the order open: nobody leaves the group while a call is owed', () => {
    const story = makeStoryIn('maintenance');
    story.say('2025-03-16 22:00', 'customer', 'm1');
    story.until('2025-03-17 00:00');
    story.act('2025-03-17 10:00', 'record-summary', { answered: [], open: [] });
    story.act('2025-03-17 11:00', 'record-signature', { where: 'paper' });
    story.act('2025-03-17 15:00', 'return-visit', { ok: true });
    story.act('2025-03-17 16:00', 'hand-over');
    story.act('2025-03-17 17:00', 'accept-hand-over');
    expect(story.refused('2025-03-17 17:30', 'leave-group')).toEqual({
      type: 'not-yet',
      action: 'leave-group',
      missing: ['record-call'],
    });
    story.act('2025-03-17 17:40', 'record-call', {
      at: '2025-03-17T17:35:00+08:00',
      outcome: '已说明',
      note: '已向客户说明情况',
    });
    story.act('2025-03-17 17:50', 'leave-group');
    expect(story.order.stage).toBe('closed');
  });

  it('R3.5 is due at once where the question is heard of later than that', () => {
    const story = makeStoryIn('maintenance');
    story.say(day2('10:00'), 'customer', 'm1', day2('11:05'));
    expect(story.task('call-about-delay')).toMatchObject({
      raisedAt: at(day2('11:00')),
      dueAt: at(day2('11:15')),
    });
    const late = makeStoryIn('maintenance');
    late.say(day2('10:00'), 'customer', 'm1', day2('11:30'));
    expect(late.task('call-about-delay')).toMatchObject({
      raisedAt: at(day2('11:30')),
      dueAt: at(day2('11:30')),
    });
    expect(late.textOf('call-about-delay')).toContain('请现在完成');
    late.until(day2('11:45'));
    // Nobody is told and chased at once.
    expect(heardOfCall(late, day2('11:30'), day2('11:45'))).toEqual(['call-about-delay-overdue → assistant']);
  });
});

describe('the script of the call', () => {
  it('R3.5 names the question, and says what alone completes the task', () => {
    const story = asked();
    story.until(day2('11:00'));
    const { title, script } = taskText(story.order, story.task('call-about-delay')!, currentPolicy);
    expect(title).toContain('3月10日 10:00');
    expect(script).toContain('只在群里答复不算完成');
  });
});
