import { describe, expect, it } from 'vitest';
import { viewOrder } from '../../shared/contracts/order-view.ts';
import type { StaffActor } from '../../shared/domain/actions/action.ts';
import { supportLeft } from '../../shared/domain/support.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { responderOf } from '../../shared/domain/people.ts';
import { seasonAt } from '../../shared/domain/seasons.ts';
import { taskText } from '../../shared/domain/wording.ts';
import type { Story } from '../support/build-order.ts';
import { at, makeStory, makeStoryIn, staff, understood } from '../support/build-order.ts';

/** A time of day 2 of the order, the first whole day of its maintenance. */
const day2 = (time: string): string => `2025-03-10 ${time}`;
const p2: StaffActor = { ...staff('support'), id: 'P2' };
const busy = { reason: '正在直播' };
const planOn = { on: true, reason: '高峰' };
const planOff = { on: false, reason: '高峰已过' };

/** An order that is trained on a day, so that its maintenance lies in the season of that day. */
const trainedOn = (day: string): Story => {
  const acceptedAt = `${day} 08:00`;
  const story = makeStory(
    { acceptedAt: at(acceptedAt), training: { startsAt: at(`${day} 14:00`) } },
    acceptedAt,
  );
  story.act(`${day} 13:55`, 'confirm-needs', understood);
  story.act(`${day} 14:00`, 'start-training');
  story.act(`${day} 16:00`, 'finish-training');
  return story;
};

/** Asked for and taken at one time; the customer is answered a minute later. */
const stepIn = (story: Story, day: string, hour: number): void => {
  story.act(`${day} ${hour}:00`, 'request-support', busy);
  story.act(`${day} ${hour}:01`, 'take-over');
  story.say(`${day} ${hour}:02`, 'support', `${day}-${hour}`);
};

const spent = (): Story => {
  const story = makeStoryIn('maintenance');
  for (const hour of [10, 11, 12]) stepIn(story, '2025-03-10', hour);
  return story;
};

const supportOf = (story: Story, now: string) => viewOrder(story.order, 'A1', at(now)).support;
const scriptOf = (story: Story): string =>
  taskText(story.order, story.task('step-in')!, currentPolicy).script;

describe('a request for support', () => {
  it('R3.2 is a task for the support desk, with the reason and what is left', () => {
    const story = makeStoryIn('maintenance');
    const change = story.act(day2('10:00'), 'request-support', busy);
    expect(change.rules).toEqual(['R3.2']);
    expect(story.order.facts.support).toEqual({
      requests: 1,
      request: {
        at: at(day2('10:00')),
        by: 'T1',
        reason: '正在直播',
        granted: false,
        seq: change.order.version,
      },
      used: 0,
      granted: 0,
      steps: [],
    });
    expect(story.task('step-in')).toMatchObject({
      rule: 'R3.2',
      subject: '1',
      holder: '',
      dueAt: at(day2('10:05')),
    });
    expect(story.saidAt(day2('10:00'))).toEqual(['step-in → support']);
    expect(story.told.at(-1)).toMatchObject({ mention: ['P1', 'P2'] });
    expect(story.textOf('step-in')).toContain('张三请客成组支援「星空乐园」的客户答疑');
    expect(scriptOf(story)).toContain('原因：正在直播');
    expect(scriptOf(story)).toContain('本单已用 0 次，还可支援 3 次');
    expect(supportOf(story, day2('10:01'))).toEqual({
      used: 0,
      left: 3,
      requestedAt: at(day2('10:00')),
      asksBeforeLast: false,
    });
  });

  it('R3.2 chases the desk when it is due and tells the assistant five minutes later', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'request-support', busy);
    story.until(day2('12:00'));
    expect(story.saidBetween(day2('10:00'), day2('12:00'))).toEqual([
      'step-in-overdue → support',
      'step-in-overdue → assistant',
    ]);
    expect(story.saidAt(day2('10:05'))).toEqual(['step-in-overdue → support']);
    expect(story.saidAt(day2('10:10'))).toEqual(['step-in-overdue → assistant']);
    story.until('2025-03-11 09:30');
    expect(story.textOf('digest')).toContain('请客成组支援');
  });

  it('R3.2 stands once: a second one is refused until somebody has taken it', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'request-support', busy, staff('assistant'));
    expect(story.refused(day2('10:01'), 'request-support', busy)).toEqual({
      type: 'already-done',
      action: 'request-support',
      at: at(day2('10:00')),
    });
    story.act(day2('10:02'), 'take-over');
    story.act(day2('10:03'), 'request-support', busy);
    expect(story.task('step-in')).toMatchObject({ id: 'step-in-2', subject: '2', state: 'open' });
  });

  it('R3.2 ends with the maintenance', () => {
    const story = makeStoryIn('maintenance');
    story.act('2025-03-16 23:58', 'request-support', busy);
    story.until('2025-03-17 00:00');
    expect(story.task('step-in')?.state).toBe('dropped');
    expect(story.refused('2025-03-17 00:01', 'take-over').type).toBe('wrong-stage');
  });
});

describe('a step of support', () => {
  it('R3.2 does the task, uses up one of three, and tells trainer and assistant who it is', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'request-support', busy);
    const change = story.act(day2('10:03'), 'take-over', {}, p2);
    expect(story.task('step-in')).toMatchObject({ state: 'done', doneBy: 'P2' });
    expect(story.order.facts.support).toMatchObject({
      request: null,
      used: 1,
      steps: [{ at: at(day2('10:03')), by: 'P2', counted: true, seq: change.order.version }],
    });
    expect(story.saidAt(day2('10:03'))).toEqual([
      'support-stepped-in → assistant',
      'support-stepped-in → trainer',
    ]);
    expect(story.textOf('support-stepped-in')).toContain(
      '客成组 P2 已接手支援「星空乐园」。已用 1 次，还剩 2 次。',
    );
    story.until(day2('12:00'));
    expect(story.saidBetween(day2('10:03'), day2('12:00'))).toEqual([]);
  });

  it('R3.2 is one supporter’s: the second one who takes the same request is refused, and uses up nothing', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'request-support', busy);
    story.act(day2('10:01'), 'take-over');
    expect(story.refused(day2('10:01'), 'take-over', {}, p2)).toEqual({
      type: 'already-taken',
      by: 'P1',
      at: at(day2('10:01')),
    });
    expect(story.refused(day2('10:02'), 'take-over').type).toBe('already-taken');
    expect(story.order.facts.support.used).toBe(1);
  });

  it('R3.2 is refused to the second one also when the first one has answered meanwhile', () => {
    const story = makeStoryIn('maintenance');
    story.say(day2('09:59'), 'customer', 'm1');
    story.act(day2('10:00'), 'request-support', busy);
    story.act(day2('10:01'), 'take-over');
    story.say(day2('10:01:30'), 'support', 'a1');
    // The card is still on P2’s screen; no request stands and no question waits.
    expect(['already-taken', 'not-yet']).toContain(story.refused(day2('10:02'), 'take-over', {}, p2).type);
    expect(story.order.facts.support.used).toBe(1);
  });

  it('R3.2 may be taken without a request while a question waits', () => {
    const story = makeStoryIn('maintenance');
    story.say(day2('10:00'), 'customer', 'm1');
    story.act(day2('10:05'), 'take-over');
    expect(story.order.facts.support).toMatchObject({ requests: 0, used: 1 });
    story.say(day2('10:06'), 'support', 'a1');
    story.say(day2('11:00'), 'customer', 'm2');
    story.act(day2('11:01'), 'take-over', {}, p2);
    expect(story.order.facts.support.used).toBe(2);
  });

  it('R3.2 may be asked for again while the last one goes on', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'request-support', busy);
    story.act(day2('10:01'), 'take-over');
    story.act(day2('10:02'), 'request-support', busy);
    story.act(day2('10:03'), 'take-over', {}, p2);
    expect(story.order.facts.support.steps.map(({ by }) => by)).toEqual(['P1', 'P2']);
  });

  it('R3.2 goes on until somebody answers, be it in its very millisecond, and no longer than until a call is owed', () => {
    const waiting = (): Story => {
      const story = makeStoryIn('maintenance');
      story.say(day2('10:00'), 'customer', 'm1');
      story.act(day2('10:01'), 'take-over');
      return story;
    };
    const answered = waiting();
    answered.say(day2('10:01'), 'support', 'a1');
    answered.say(day2('10:02'), 'customer', 'm2');
    answered.act(day2('10:03'), 'take-over', {}, p2);
    const silent = waiting();
    expect(silent.refused(day2('11:00:59.999'), 'take-over', {}, p2).type).toBe('already-taken');
    silent.act(day2('11:01'), 'take-over', {}, p2);
    expect([answered, silent].map((story) => story.order.facts.support.used)).toEqual([2, 2]);
  });

  it('R3.1, R3.2 reminds support of what is asked while it goes on, and once alone under the emergency plan', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'request-support', busy);
    story.act(day2('10:01'), 'take-over');
    story.say(day2('10:10'), 'customer', 'm1');
    story.until(day2('10:20'));
    expect(story.saidAt(day2('10:20'))).toEqual(['reply-reminder → responder', 'reply-reminder → support']);
    const planned = makeStoryIn('maintenance');
    planned.act(day2('09:00'), 'emergency-plan', planOn);
    planned.act(day2('10:00'), 'request-support', busy);
    planned.act(day2('10:01'), 'take-over');
    planned.say(day2('10:10'), 'customer', 'm1');
    planned.until(day2('10:20'));
    expect(planned.saidAt(day2('10:20'))).toEqual(['reply-reminder → responder']);
  });
});

describe('the budget of support', () => {
  it('R3.2 asks before the last step', () => {
    const story = makeStoryIn('maintenance');
    stepIn(story, '2025-03-10', 10);
    expect(supportOf(story, day2('10:30'))).toMatchObject({ left: 2, asksBeforeLast: false });
    stepIn(story, '2025-03-10', 11);
    expect(supportOf(story, day2('11:30'))).toMatchObject({ used: 2, left: 1, asksBeforeLast: true });
    expect(story.textOf('step-in')).not.toContain('最后一次');
    story.act(day2('12:00'), 'request-support', busy);
    expect(story.textOf('step-in')).toContain('这是本单最后一次支援，请先与派单助理确认确有必要');
    story.act(day2('12:01'), 'take-over');
    expect(story.textOf('support-stepped-in')).toContain('已用 3 次，还剩 0 次');
  });

  it('R3.2 is spent after three: a fourth request and a fourth step are refused', () => {
    const story = spent();
    const refusal = { type: 'budget-spent', limit: 3, used: 3 };
    story.say(day2('13:00'), 'customer', 'm1');
    expect(story.refused(day2('13:00'), 'request-support', busy)).toEqual(refusal);
    expect(story.refused(day2('13:00'), 'take-over')).toEqual(refusal);
    expect(supportOf(story, day2('13:00'))).toMatchObject({ used: 3, left: 0, asksBeforeLast: false });
  });

  it('R3.2 is widened by a manager’s reason, one step at a time and only once it is spent', () => {
    const story = spent();
    const grant = { reason: '客户今天开业' };
    expect(story.refused(day2('13:00'), 'override-support-limit', grant, staff('assistant')).type).toBe(
      'wrong-role',
    );
    const change = story.act(day2('13:00'), 'override-support-limit', grant);
    expect(change.facts).toEqual({ reason: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(story.saidAt(day2('13:00'))).toEqual(['step-in → support', 'support-granted → trainer']);
    expect(story.textOf('support-granted')).toContain(
      '主管已批准「星空乐园」追加一次客成组支援。原因：客户今天开业',
    );
    expect(supportOf(story, day2('13:00'))).toMatchObject({ used: 3, left: 1, asksBeforeLast: true });
    expect(story.refused(day2('13:01'), 'override-support-limit', grant)).toEqual({
      type: 'budget-left',
      left: 1,
    });
    stepIn(story, '2025-03-10', 14);
    expect(story.refused(day2('14:30'), 'request-support', busy)).toEqual({
      type: 'budget-spent',
      limit: 4,
      used: 4,
    });
    story.act(day2('14:31'), 'override-support-limit', grant);
    expect(supportLeft(story.order, currentPolicy)).toBe(1);
  });

  it('R3.2 once widened is taken at once, or after the trainer has asked again', () => {
    const direct = spent();
    direct.act(day2('13:00'), 'override-support-limit', { reason: '客户今天开业' });
    direct.act(day2('13:01'), 'take-over', {}, staff('support'));
    expect(direct.order.facts.support).toMatchObject({ used: 4, request: null });
    const again = spent();
    again.act(day2('13:00'), 'override-support-limit', { reason: '客户今天开业' });
    again.act(day2('13:01'), 'request-support', busy);
    expect(again.refused(day2('13:02'), 'request-support', busy).type).toBe('already-done');
    again.act(day2('13:03'), 'take-over', {}, staff('support'));
    expect(again.order.facts.support).toMatchObject({ used: 4, request: null });
  });

  it('R3.2 is not widened while anything is left of it', () => {
    const story = makeStoryIn('maintenance');
    expect(story.refused(day2('10:00'), 'override-support-limit', busy).type).toBe('budget-left');
    stepIn(story, '2025-03-10', 10);
    stepIn(story, '2025-03-10', 11);
    expect(story.refused(day2('12:00'), 'override-support-limit', busy).type).toBe('budget-left');
  });
});

describe('the emergency plan', () => {
  it('R3.3 in season leaves the budget alone while it is on, however often support steps in', () => {
    const story = trainedOn('2025-10-09');
    story.act('2025-10-10 09:00', 'emergency-plan', planOn);
    for (const hour of [10, 11, 12, 13]) stepIn(story, '2025-10-10', hour);
    expect(story.order.facts.support.used).toBe(0);
    expect(story.order.facts.support.steps.map(({ counted }) => counted)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(story.textOf('support-stepped-in')).toContain('应急方案期间不计次数');
    story.act('2025-10-10 15:00', 'emergency-plan', planOff);
    stepIn(story, '2025-10-10', 16);
    expect(story.order.facts.support.used).toBe(1);
  });

  it('R3.3 in season lets support step in although the budget is spent', () => {
    const story = trainedOn('2025-10-09');
    for (const hour of [10, 11, 12]) stepIn(story, '2025-10-10', hour);
    expect(story.refused('2025-10-10 13:00', 'request-support', busy).type).toBe('budget-spent');
    story.act('2025-10-10 13:01', 'emergency-plan', planOn);
    stepIn(story, '2025-10-10', 14);
    expect(story.order.facts.support).toMatchObject({ used: 3, granted: 0 });
  });

  it('R3.3 out of season uses up the budget, and so does the season without it', () => {
    const planned = makeStoryIn('maintenance');
    planned.act(day2('09:00'), 'emergency-plan', planOn);
    for (const hour of [10, 11, 12]) stepIn(planned, '2025-03-10', hour);
    expect(planned.refused(day2('13:00'), 'request-support', busy).type).toBe('budget-spent');
    const inSeason = trainedOn('2025-10-09');
    stepIn(inSeason, '2025-10-10', 10);
    expect(inSeason.order.facts.support.used).toBe(1);
  });

  it('R3.3 counts by the day of the step, not by that of the request', () => {
    const story = trainedOn('2025-10-28');
    story.act('2025-10-31 09:00', 'emergency-plan', planOn);
    story.act('2025-10-31 23:58', 'request-support', busy);
    story.act('2025-10-31 23:59:59.999', 'take-over');
    expect(story.order.facts.support.used).toBe(0);
    story.act('2025-10-31 23:59:59.999', 'request-support', busy);
    story.act('2025-11-01 00:00', 'take-over');
    expect(story.order.facts.support.used).toBe(1);
  });

  it('R3.3 in season does not ask before a step that uses up nothing', () => {
    const story = trainedOn('2025-10-09');
    stepIn(story, '2025-10-10', 10);
    stepIn(story, '2025-10-10', 11);
    story.act('2025-10-10 12:00', 'emergency-plan', planOn);
    story.act('2025-10-10 12:01', 'request-support', busy);
    expect(story.textOf('step-in')).not.toContain('最后一次');
    expect(supportOf(story, '2025-10-10 12:02').asksBeforeLast).toBe(false);
  });

  it('R3.3 makes support the one who answers, tells them what is open, and pulls the customer into the Q&A group', () => {
    const story = makeStoryIn('maintenance');
    story.say(day2('10:00'), 'customer', 'm1');
    expect(responderOf(story.order)).toBe('trainer');
    const change = story.act(day2('10:05'), 'emergency-plan', planOn);
    expect(change.rules).toEqual(['R3.3']);
    expect(responderOf(story.order)).toBe('support');
    expect(story.saidAt(day2('10:05'))).toEqual([
      'emergency-on → support',
      'emergency-on → trainer',
      'open-qa-group → assistant',
      'questions-taken-over → responder',
    ]);
    expect(story.textOf('emergency-on')).toContain('「星空乐园」已启用应急方案：由客成组在答疑群答复客户');
    expect(story.textOf('emergency-on')).toContain('启用期间开始的维护日不计维护费');
    const taken = story.told.findLast(({ kind }) => kind === 'questions-taken-over')!;
    expect(taken.mention).toEqual(['P1', 'P2']);
    expect(taken.text).toContain('从现在起由客成组答复客户');
    expect(taken.text).toContain('· 3月10日 10:00 的提问，最晚 3月10日 10:25:00 答复');
    expect(story.task('open-qa-group')).toMatchObject({ holder: 'A1', dueAt: at(day2('10:35')) });
    story.until(day2('11:35'));
    expect(story.saidAt(day2('10:35'))).toContain('open-qa-group-overdue → assistant');
    expect(story.saidAt(day2('11:35'))).toContain('open-qa-group-overdue → manager');
    story.act(day2('11:36'), 'open-qa-group');
    expect(story.task('open-qa-group')?.state).toBe('done');
    expect(story.refused(day2('11:37'), 'open-qa-group')).toEqual({
      type: 'already-done',
      action: 'open-qa-group',
      at: at(day2('11:36')),
    });
    expect(viewOrder(story.order, 'A1', at(day2('11:37'))).emergency).toEqual({
      from: at(day2('10:05')),
      qaGroup: true,
    });
  });

  it('R3.3 names the season in which it is switched on', () => {
    const story = trainedOn('2025-10-09');
    story.act('2025-10-10 09:00', 'emergency-plan', planOn);
    expect(story.textOf('emergency-on')).toContain('已启用应急方案（十月高峰）');
    expect(viewOrder(story.order, 'A1', at('2025-10-10 09:00')).season).toBe('十月高峰');
    expect(viewOrder(story.order, 'A1', at('2025-11-10 09:00')).season).toBeNull();
  });

  it('R3.3 gives the questions back to the trainer when it goes off', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('09:00'), 'emergency-plan', planOn);
    story.say(day2('10:00'), 'customer', 'm1');
    story.act(day2('10:05'), 'emergency-plan', planOff);
    expect(responderOf(story.order)).toBe('trainer');
    expect(story.saidAt(day2('10:05'))).toEqual([
      'emergency-off → support',
      'emergency-off → trainer',
      'questions-taken-over → responder',
    ]);
    expect(story.textOf('emergency-off')).toContain('应急方案已停用，恢复由张三维护。原因：高峰已过');
    expect(story.told.findLast(({ kind }) => kind === 'questions-taken-over')?.mention).toEqual(['T1']);
    expect(story.task('open-qa-group')?.state).toBe('dropped');
    expect(story.order.facts.emergencies).toMatchObject([{ from: at(day2('09:00')), to: at(day2('10:05')) }]);
  });

  it('R3.3 is on once and off once, by assistant or manager; the Q&A group needs it', () => {
    const story = makeStoryIn('maintenance');
    expect(story.refused(day2('10:00'), 'open-qa-group')).toEqual({
      type: 'not-yet',
      action: 'open-qa-group',
      missing: ['emergency-plan'],
    });
    expect(story.refused(day2('10:00'), 'emergency-plan', planOff).type).toBe('not-on');
    expect(story.refused(day2('10:00'), 'emergency-plan', planOn, staff('trainer')).type).toBe('wrong-role');
    story.act(day2('10:01'), 'emergency-plan', planOn, staff('manager'));
    expect(story.refused(day2('10:02'), 'emergency-plan', planOn)).toEqual({
      type: 'already-done',
      action: 'emergency-plan',
      at: at(day2('10:01')),
    });
  });

  it('R3.3 that goes off in the millisecond in which it went on never was', () => {
    const story = makeStoryIn('maintenance');
    story.say(day2('10:00'), 'customer', 'm1');
    story.act(day2('10:05'), 'emergency-plan', planOn);
    story.act(day2('10:05'), 'emergency-plan', planOff);
    expect(story.order.facts.emergencies).toEqual([]);
    expect(viewOrder(story.order, 'A1', at(day2('10:06'))).clocks).toMatchObject([
      { holder: 'T1', startedAt: at(day2('10:00')), dueAt: at(day2('10:20')) },
    ]);
  });

  it('R3.3 can be prepared before the training; then there is nothing to take over yet', () => {
    const story = makeStory();
    story.act('2025-03-08 12:00', 'emergency-plan', planOn);
    expect(story.saidAt('2025-03-08 12:00')).toEqual([
      'emergency-on → support',
      'emergency-on → trainer',
      'open-qa-group → assistant',
    ]);
    story.act('2025-03-09 13:55', 'confirm-needs', understood);
    story.act('2025-03-09 14:00', 'start-training');
    story.act('2025-03-09 16:00', 'finish-training');
    story.say('2025-03-09 17:00', 'customer', 'm1');
    expect(viewOrder(story.order, 'A1', at('2025-03-09 17:00')).clocks).toMatchObject([
      { holder: 'support' },
    ]);
  });
});

describe('the peak seasons', () => {
  it.each([
    ['2025-04-30 23:59:59.999', null],
    ['2025-05-01 00:00', '五月高峰'],
    ['2025-05-31 23:59:59.999', '五月高峰'],
    ['2025-06-01 00:00', null],
    ['2025-09-30 23:59:59.999', null],
    ['2025-10-01 00:00', '十月高峰'],
    ['2025-10-31 23:59:59.999', '十月高峰'],
    ['2025-11-01 00:00', null],
    ['2024-12-31 23:59:59.999', null],
    ['2025-01-01 00:00', '元旦高峰'],
    ['2025-01-02 00:00', null],
    ['2026-01-03 23:59:59.999', '元旦高峰'],
    ['2026-01-04 00:00', null],
    // No notice is known of that year: the day itself is a holiday by law.
    ['2039-01-01 12:00', '元旦高峰'],
    ['2039-01-02 00:00', null],
    // Other statutory holidays are none.
    ['2025-01-29 12:00', null],
  ])('R3.3 %s: %s', (time, name) => {
    expect(seasonAt(at(time), currentPolicy)?.name ?? null).toBe(name);
  });
});

describe('a question while support has stepped in', () => {
  it('R3.1 R3.2 reminds trainer and support, until somebody has answered', () => {
    const story = makeStoryIn('maintenance');
    story.act('2025-03-10 10:00', 'request-support', { reason: '正在直播' });
    story.act('2025-03-10 10:01', 'take-over');
    story.say('2025-03-10 10:02', 'customer', 'm1');
    story.until('2025-03-10 10:12');
    expect(story.saidAt('2025-03-10 10:12')).toEqual([
      'reply-reminder → responder',
      'reply-reminder → support',
    ]);
    story.say('2025-03-10 10:15', 'support', 'a1');
    story.say('2025-03-10 11:00', 'customer', 'm2');
    story.until('2025-03-10 11:10');
    expect(story.saidAt('2025-03-10 11:10')).toEqual(['reply-reminder → responder']);
  });
});
