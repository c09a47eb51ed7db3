import { describe, expect, it } from 'vitest';
import { viewOrder } from '../../shared/contracts/order-view.ts';
import type { StaffActor } from '../../shared/domain/actions/action.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import { holderRecords } from '../../shared/domain/holders.ts';
import { holdingsOf } from '../../shared/domain/holdings.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { clocksOf } from '../../shared/domain/questions.ts';
import { recordMessage } from '../../shared/domain/record-message.ts';
import type { Story } from '../support/build-order.ts';
import { accepted, at, buildFacts, makeStory, makeStoryIn, staff } from '../support/build-order.ts';

/** A time of day 2 of the order, the first whole day of its maintenance. */
const day2 = (time: string): string => `2025-03-10 ${time}`;
const zhao = { id: 'T2', name: '赵六' };
const qian = { id: 'T3', name: '钱七' };
const toZhao = { trainer: zhao, reason: '张三出差' };
const formerTrainer: StaffActor = staff('trainer');

/** An order in maintenance whose customer asks `m1` at 10:00 on day 2. */
const asked = (): Story => {
  const story = makeStoryIn('maintenance');
  story.say(day2('10:00'), 'customer', 'm1');
  return story;
};

const clocksAt = (story: Story, now: string) =>
  clocksOf(story.order, currentPolicy, at(now)).map(
    ({ messageId, holder, startedAt, dueAt, endedAt, state }) => ({
      messageId,
      holder,
      startedAt,
      dueAt,
      endedAt,
      state,
    }),
  );
const verdictsAt = (story: Story, now: string): string[] =>
  clocksAt(story, now).map(({ messageId, holder, state }) => `${messageId} ${holder} ${state}`);
/** The staff ids of those who hear of a plan at this time, in the order in which they are told. */
const hearers = (story: Story, time: string): string[] =>
  story.told
    .filter((told) => told.at === at(time) && told.kind === 'hand-over-planned')
    .flatMap(({ mention }) => mention);
const recordsAt = (story: Story, now: string) => holderRecords(story.order, currentPolicy, at(now));

describe('an order that is reassigned at once', () => {
  it('R3.4 closes the old trainer’s clock and opens one for the new trainer, from the hand-over on', () => {
    const story = asked();
    const change = story.act(day2('10:15'), 'reassign', toZhao);
    expect(change).toMatchObject({
      rules: ['R3.4'],
      facts: { trainer: 'T2', reason: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect(clocksAt(story, day2('10:16'))).toEqual([
      {
        messageId: 'm1',
        holder: 'T1',
        startedAt: at(day2('10:00')),
        dueAt: at(day2('10:20')),
        endedAt: at(day2('10:15')),
        state: 'superseded',
      },
      {
        messageId: 'm1',
        holder: 'T2',
        startedAt: at(day2('10:15')),
        dueAt: at(day2('10:35')),
        endedAt: null,
        state: 'running',
      },
    ]);
    expect(story.order.openQuestions).toEqual({ since: at(day2('10:00')), count: 1 });
    story.say(day2('10:35'), 'trainer', 'a1');
    expect(verdictsAt(story, day2('11:00'))).toEqual(['m1 T1 superseded', 'm1 T2 met']);
  });

  it('R3.4 leaves a breach with whoever held the clock, and does not give it to the next one', () => {
    const story = asked();
    story.until(day2('10:25'));
    story.act(day2('10:25'), 'reassign', toZhao);
    story.say(day2('10:30'), 'trainer', 'a1');
    expect(verdictsAt(story, day2('11:00'))).toEqual(['m1 T1 breached', 'm1 T2 met']);
    story.until(day2('12:00'));
    expect(
      story.saidBetween(day2('10:25'), day2('12:00')).filter((saying) => saying.startsWith('reply')),
    ).toEqual([]);
  });

  it('R3.4 tells the breach of the new trainer’s own clock to them, with their name', () => {
    const story = asked();
    story.act(day2('10:15'), 'reassign', toZhao);
    story.until(day2('10:40'));
    expect(story.saidAt(day2('10:25'))).toEqual(['reply-reminder → responder']);
    expect(story.saidAt(day2('10:35:01'))).toEqual([
      'reply-breached → assistant',
      'reply-breached → responder',
    ]);
    const breach = story.told.findLast(
      ({ kind, tell }) => kind === 'reply-breached' && tell === 'responder',
    )!;
    expect(breach.mention).toEqual(['T2']);
    expect(breach.text).toContain('最晚 3月10日 10:35:00');
    expect(breach.text).toContain('责任人：赵六');
  });

  it('R3.4 reminds the new trainer without saying of the question what is not so', () => {
    const story = asked();
    story.act(day2('10:15'), 'reassign', toZhao);
    story.until(day2('10:25'));
    // The customer has waited since 10:00, so 25 minutes by now.
    expect(story.textOf('reply-reminder')).not.toContain(
      '客户 3月10日 10:00 的提问还没有答复，已等待 10 分钟',
    );
  });

  it('R3.4 tells a breach that the hand-over uncovers to the assistant alone, as its holder no longer answers', () => {
    const story = asked();
    // Between the limit and the whole second at which the timer fires.
    story.act(day2('10:20:00.500'), 'reassign', toZhao);
    expect(story.saidAt(day2('10:20:00.500'))).toContain('reply-breached → assistant');
    expect(story.saidAt(day2('10:20:00.500'))).not.toContain('reply-breached → responder');
    expect(verdictsAt(story, day2('10:21'))).toEqual(['m1 T1 breached', 'm1 T2 running']);
  });

  it.each([
    ['10:15', 'm1 T1 met'],
    ['10:14:59.999', 'm1 T1 met'],
  ])(
    'R3.4 in the millisecond of the answer, or after it, is answered by the old trainer (%s)',
    (time, verdict) => {
      const story = asked();
      story.say(day2(time), 'trainer', 'a1');
      story.act(day2('10:15'), 'reassign', toZhao);
      expect(verdictsAt(story, day2('10:16'))).toEqual([verdict]);
    },
  );

  it('R3.4 in the millisecond of the question is the new trainer’s from the beginning', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'reassign', toZhao);
    story.say(day2('10:00'), 'customer', 'm1');
    story.say(day2('09:59:59.999'), 'customer', 'm0', day2('10:01'));
    expect(clocksAt(story, day2('10:01'))).toMatchObject([
      { messageId: 'm0', holder: 'T1', startedAt: at(day2('09:59:59.999')), state: 'superseded' },
      { messageId: 'm0', holder: 'T2', startedAt: at(day2('10:00')), state: 'running' },
    ]);
    story.say(day2('09:59:59.999'), 'trainer', 'a0', day2('10:02'));
    expect(verdictsAt(story, day2('10:02'))).toEqual(['m0 T1 met', 'm1 T2 running']);
  });

  it('R3.4 twice within a millisecond leaves nothing with the one between', () => {
    const story = asked();
    story.act(day2('10:15'), 'reassign', toZhao);
    story.act(day2('10:15'), 'reassign', { ...toZhao, trainer: qian });
    expect(verdictsAt(story, day2('10:16'))).toEqual(['m1 T1 superseded', 'm1 T3 running']);
  });

  it('R3.4 and back leaves each their own time', () => {
    const story = asked();
    story.act(day2('10:10'), 'reassign', toZhao);
    story.act(day2('10:18'), 'reassign', { trainer: { id: 'T1', name: '张三' }, reason: '张三回来了' });
    expect(
      clocksAt(story, day2('10:19')).map(({ holder, startedAt, state }) => [holder, startedAt, state]),
    ).toEqual([
      ['T1', at(day2('10:00')), 'superseded'],
      ['T2', at(day2('10:10')), 'superseded'],
      ['T1', at(day2('10:18')), 'running'],
    ]);
    expect(new Set(clocksOf(story.order, currentPolicy, at(day2('10:19'))).map(({ id }) => id)).size).toBe(3);
  });

  it('R3.4 gives the new trainer the open questions, the remark and the way into the group; both trainers hear of it', () => {
    const story = asked();
    expect(story.waiting()).toEqual(['hold-summary']);
    story.act(day2('10:15'), 'reassign', toZhao);
    expect(story.order.trainer).toEqual(zhao);
    expect(story.order.remark).toBe('截止3/17 赵六');
    expect(story.saidAt(day2('10:15'))).toEqual([
      'join-group → assistant',
      'questions-taken-over → responder',
      'set-remark → trainer',
      'trainer-replaced → trainer',
    ]);
    const notice = (kind: string) => story.told.findLast((told) => told.kind === kind)!;
    expect(notice('trainer-replaced').mention).toEqual(['T1']);
    expect(notice('trainer-replaced').text).toContain('接单人由张三改为赵六');
    expect(notice('questions-taken-over')).toMatchObject({ rule: 'R3.4', mention: ['T2'] });
    expect(notice('questions-taken-over').text).toContain(
      '从现在起由赵六答复客户。\n未答复的提问：\n· 3月10日 10:00 的提问，最晚 3月10日 10:35:00 答复',
    );
    expect(notice('set-remark').text).toContain('请把群备注改为：截止3/17 赵六');
    expect(notice('join-group').text).toContain('请把接单人赵六拉进「星空乐园」的对接群');
    expect(story.task('set-remark')).toMatchObject({ holder: 'T2', subject: '截止3/17 赵六', state: 'open' });
    expect(story.task('hold-summary')).toMatchObject({ holder: 'T2', state: 'open' });
    expect(
      story.order.tasks
        .filter(({ kind }) => kind === 'hold-summary')
        .map(({ holder, state }) => [holder, state]),
    ).toEqual([
      ['T1', 'dropped'],
      ['T2', 'open'],
    ]);
  });

  it('R3.4 says so when nothing is open, and that the clock of what is open stands still', () => {
    const quiet = makeStoryIn('maintenance');
    quiet.act(day2('10:15'), 'reassign', toZhao);
    expect(quiet.textOf('questions-taken-over')).toContain('目前没有未答复的提问');
    const paused = asked();
    paused.act(day2('10:05'), 'pause-clocks', { condition: 'system-outage', note: '平台维护' });
    paused.act(day2('10:15'), 'reassign', toZhao);
    expect(paused.textOf('questions-taken-over')).toContain('· 3月10日 10:00 的提问，计时已暂停');
    paused.act(day2('10:30'), 'resume-clocks');
    // The new trainer has had none of their 20 minutes.
    expect(clocksAt(paused, day2('10:30'))[1]?.dueAt).toBe(at(day2('10:50')));
  });

  it('R3.4 takes the buttons from the old trainer, and gives them to the new one', () => {
    const story = asked();
    story.act(day2('10:15'), 'reassign', toZhao);
    for (const [name, body] of [
      ['set-remark', {}],
      ['request-support', { reason: '忙' }],
      ['report-unavailable', { reason: '忙' }],
      ['dismiss-message', { messageId: 'm1', reason: '道谢' }],
      ['record-call', { outcome: 'resolved', note: '已处理' }],
      ['resume-clocks', {}],
    ] as const)
      expect(story.refused(day2('10:16'), name, body, formerTrainer)).toEqual({
        type: 'former-trainer',
        action: name,
      });
    story.act(
      day2('10:16'),
      'dismiss-message',
      { messageId: 'm1', reason: '道谢' },
      { ...formerTrainer, id: 'T2' },
    );
    // Who is something else as well may still act as that.
    const alsoSupport: StaffActor = { ...formerTrainer, roles: ['trainer', 'support'] };
    story.say(day2('10:20'), 'customer', 'm2');
    story.act(day2('10:21'), 'dismiss-message', { messageId: 'm2', reason: '道谢' }, alsoSupport);
    story.act(day2('10:30'), 'reassign', { trainer: { id: 'T1', name: '张三' }, reason: '张三回来了' });
    story.act(day2('10:31'), 'request-support', { reason: '正在直播' }, formerTrainer);
    expect(story.refused(day2('10:32'), 'set-remark', {}, { ...formerTrainer, id: 'T2' }).type).toBe(
      'former-trainer',
    );
  });

  it('R3.4 is for assistant and manager, to another trainer than the one who has it', () => {
    const story = makeStoryIn('maintenance');
    expect(story.refused(day2('10:00'), 'reassign', toZhao, staff('trainer')).type).toBe('wrong-role');
    expect(
      story.refused(day2('10:00'), 'reassign', { ...toZhao, trainer: { id: 'T1', name: '张三' } }),
    ).toEqual({
      type: 'already-done',
      action: 'reassign',
      at: null,
    });
    story.act(day2('10:00'), 'reassign', toZhao, staff('manager'));
    expect(story.order.trainer.id).toBe('T2');
  });

  it('R3.4 in acceptance hands over the tasks; there are no questions any more', () => {
    const story = makeStoryIn('acceptance');
    story.act('2025-03-17 08:00', 'reassign', toZhao);
    expect(story.saidAt('2025-03-17 08:00')).toEqual([
      'join-group → assistant',
      'set-remark → trainer',
      'trainer-replaced → trainer',
    ]);
    expect(story.task('hold-summary')).toMatchObject({ holder: 'T2' });
  });

  it('R1.1, R3.4 by the CRM is the same: clocks, questions and tasks go along', () => {
    const story = asked();
    story.amend(day2('10:15'), { trainer: zhao });
    expect(verdictsAt(story, day2('10:16'))).toEqual(['m1 T1 superseded', 'm1 T2 running']);
    expect(story.saidAt(day2('10:15'))).toContain('questions-taken-over → responder');
    expect(story.refused(day2('10:16'), 'set-remark', {}, formerTrainer).type).toBe('former-trainer');
    // Only the name is corrected: nobody takes over.
    story.amend(day2('10:17'), { trainer: { id: 'T2', name: '赵小六' } });
    expect(story.order.remark).toBe('截止3/17 赵小六');
    expect(story.saidAt(day2('10:17'))).toEqual(['set-remark → trainer']);
    expect(clocksAt(story, day2('10:18'))).toHaveLength(2);
  });

  it('R3.4 drops a request for support that the old trainer has made', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'request-support', { reason: '正在直播' });
    story.act(day2('10:01'), 'reassign', toZhao);
    expect(story.task('step-in')?.state).toBe('dropped');
    expect(story.order.facts.support).toMatchObject({ requests: 1, request: null, used: 0 });
  });
});

describe('an order that is to be reassigned later', () => {
  const planned = (): Story => {
    const story = makeStoryIn('maintenance');
    story.act(day2('09:00'), 'reassign', { ...toZhao, at: at('2025-03-12 12:00') });
    return story;
  };

  it('R3.4 stays with its trainer until then, and changes hands by its timer', () => {
    const story = planned();
    expect(story.timerAt('reassign')).toBe(at('2025-03-12 12:00'));
    expect(viewOrder(story.order, 'A1', at(day2('09:01'))).plannedTrainer).toEqual({
      at: at('2025-03-12 12:00'),
      trainer: zhao,
    });
    expect(hearers(story, day2('09:00'))).toEqual(['T1', 'T2']);
    expect(story.textOf('hand-over-planned')).toContain(
      '「星空乐园」计划于 3月12日 12:00 由张三改派给赵六，在此之前仍由张三负责',
    );
    story.say('2025-03-12 11:50', 'customer', 'm1');
    story.until('2025-03-12 11:59:59');
    expect(story.order.trainer.id).toBe('T1');
    story.act('2025-03-12 11:59:59', 'request-support', { reason: '正在直播' }, formerTrainer);
    story.until('2025-03-12 12:00');
    expect(story.order).toMatchObject({ trainer: zhao, remark: '截止3/17 赵六' });
    expect(story.order.facts.plannedTrainer).toBeNull();
    expect(story.timerAt('reassign')).toBeUndefined();
    expect(story.saidAt('2025-03-12 12:00')).toEqual([
      'join-group → assistant',
      'questions-taken-over → responder',
      'reply-reminder → responder',
      'set-remark → trainer',
      'trainer-replaced → trainer',
    ]);
    expect(clocksAt(story, '2025-03-12 12:00')).toMatchObject([
      { holder: 'T1', endedAt: at('2025-03-12 12:00'), state: 'superseded' },
      { holder: 'T2', startedAt: at('2025-03-12 12:00'), dueAt: at('2025-03-12 12:20'), state: 'running' },
    ]);
    expect(story.refused('2025-03-12 12:01', 'set-remark', {}, formerTrainer).type).toBe('former-trainer');
  });

  it('R3.4 names in the history who has the order by the timer, and the holding its entry', () => {
    const { order } = planned();
    const timer = order.timers.find(({ step }) => step === 'reassign')!;
    const fired = fireTimer(order, timer, buildFacts('2025-03-12 12:00'));
    expect(fired).toMatchObject({
      type: 'change',
      change: {
        event: 'timer-fired',
        rules: ['R3.4'],
        facts: { step: 'reassign', at: timer.at, trainer: 'T2' },
      },
    });
    const after = fired.type === 'change' ? fired.change.order : order;
    expect(after.facts.trainers).toEqual([
      { from: at('2025-03-08 10:00'), id: 'T1', name: '张三', seq: 1 },
      { from: at('2025-03-12 12:00'), id: 'T2', name: '赵六', seq: after.version },
    ]);
  });

  it('R3.4 is not planned for the past or for now, and a new plan takes the place of the old one', () => {
    const story = planned();
    for (const time of ['10:00', '09:59:59.999'])
      expect(story.refused(day2('10:00'), 'reassign', { ...toZhao, at: at(day2(time)) })).toEqual({
        type: 'impossible-time',
        field: 'at',
        value: at(day2(time)),
        why: 'in-the-past',
      });
    story.act(day2('11:00'), 'reassign', { trainer: qian, reason: '赵六没空', at: at(day2('12:00')) });
    expect(story.timerAt('reassign')).toBe(at(day2('12:00')));
    // The old plan is off for the first two, the new one is told to the last two.
    expect(hearers(story, day2('11:00'))).toEqual(['T1', 'T2', 'T1', 'T3']);
    story.until('2025-03-13 00:00');
    expect(holdingsOf(story.order.facts).map(({ from, holder }) => [from, holder])).toEqual([
      [at('2025-03-08 10:00'), 'T1'],
      [at(day2('12:00')), 'T3'],
    ]);
  });

  it('R3.4 is withdrawn by naming the trainer who has the order', () => {
    const story = planned();
    const stay = { trainer: { id: 'T1', name: '张三' }, reason: '张三能来' };
    story.act(day2('10:00'), 'reassign', stay);
    expect(hearers(story, day2('10:00'))).toEqual(['T1', 'T2']);
    expect(story.textOf('hand-over-planned')).toContain('改派给赵六的安排已取消');
    expect(story.timerAt('reassign')).toBeUndefined();
    expect(story.refused(day2('10:01'), 'reassign', stay).type).toBe('already-done');
    story.until('2025-03-12 13:00');
    expect(story.order.trainer.id).toBe('T1');
  });

  it('R3.4 is void when somebody else has taken the order before', () => {
    const story = planned();
    story.act('2025-03-11 10:00', 'reassign', { trainer: qian, reason: '张三生病' });
    expect(hearers(story, '2025-03-11 10:00')).toEqual(['T2']);
    expect(story.timerAt('reassign')).toBeUndefined();
    story.until('2025-03-12 13:00');
    expect(story.order.trainer).toEqual(qian);
  });

  it('R3.4 is from the planned time on, should its timer be late', () => {
    const story = planned();
    story.say('2025-03-12 11:58', 'customer', 'm1');
    story.say('2025-03-12 11:59', 'trainer', 'a1');
    story.until('2025-03-12 11:59:59');
    const timer = story.order.timers.find(({ step }) => step === 'reassign')!;
    const said = { messageId: 'm2', role: 'customer', author: 'c', at: at('2025-03-12 12:00') } as const;
    const asking = accepted(recordMessage(story.order, said, buildFacts('2025-03-12 12:01')));
    const fired = fireTimer(asking.order, timer, buildFacts('2025-03-12 12:07'));
    const after = fired.type === 'change' ? fired.change.order : asking.order;
    expect(holdingsOf(after.facts).at(-1)).toEqual({
      from: at('2025-03-12 12:00'),
      holder: 'T2',
      name: '赵六',
    });
    expect(
      clocksOf(after, currentPolicy, at('2025-03-12 12:07')).map(({ messageId, holder, state }) => [
        messageId,
        holder,
        state,
      ]),
    ).toEqual([
      ['m1', 'T1', 'met'],
      ['m2', 'T2', 'running'],
    ]);
  });

  it('R3.4 withdraws, when its timer is late, the breach that was told of the old trainer, for the reason that holds', () => {
    const story = planned();
    story.say('2025-03-12 11:50', 'customer', 'm1');
    story.until('2025-03-12 11:59');
    let { order } = story;
    const fire = (name: string, time: string) => {
      const timer = order.timers.find(({ step }) => step.endsWith(name))!;
      const fired = fireTimer(order, timer, buildFacts(time));
      if (fired.type !== 'change') throw new Error(`${name} is ${fired.type}`);
      ({ order } = fired.change);
      return fired.change.notices;
    };
    fire('.remind', '2025-03-12 12:00');
    expect(fire('.breach', '2025-03-12 12:10:01').map(({ mention }) => mention)).toEqual([['T1'], ['A1']]);
    // By the plan the question was the new trainer's since 12:00.
    const notices = fire('reassign', '2025-03-12 12:11');
    const withdrawn = notices.find(({ kind }) => kind === 'breach-withdrawn');
    expect(withdrawn?.mention).toEqual(['A1']);
    // No message has come late: the timer has.
    expect(withdrawn?.text).not.toContain('迟到的群消息');
  });

  it('R3.4 is forgotten by an order that has ended', () => {
    const story = planned();
    story.cancel('2025-03-11 10:00');
    story.until('2025-03-12 13:00');
    expect(story.order.trainer.id).toBe('T1');
  });
});

describe('a trainer who can not maintain', () => {
  it('R3.4 says so, and the assistant arranges cover, chased after half an hour and then the manager', () => {
    const story = makeStoryIn('maintenance');
    const change = story.act(day2('10:00'), 'report-unavailable', { reason: '家里有急事' });
    expect(change.rules).toEqual(['R3.4']);
    expect(story.task('arrange-cover')).toMatchObject({
      rule: 'R3.4',
      holder: 'A1',
      state: 'open',
      dueAt: at(day2('10:30')),
    });
    expect(story.saidAt(day2('10:00'))).toEqual(['arrange-cover → assistant']);
    expect(story.textOf('arrange-cover')).toContain('张三无法继续维护「星空乐园」');
    expect(story.textOf('arrange-cover')).toContain('原因：家里有急事');
    story.until(day2('12:00'));
    expect(story.saidAt(day2('10:30'))).toEqual(['arrange-cover-overdue → assistant']);
    expect(story.saidAt(day2('11:30'))).toEqual(['arrange-cover-overdue → manager']);
    expect(story.refused(day2('12:00'), 'report-unavailable', { reason: '还在忙' })).toEqual({
      type: 'already-done',
      action: 'report-unavailable',
      at: at(day2('10:00')),
    });
  });

  it.each([
    ['by another trainer', 'reassign', toZhao],
    ['by another trainer later on', 'reassign', { ...toZhao, at: at('2025-03-11 09:00') }],
    ['by the emergency plan', 'emergency-plan', { on: true, reason: '无人可派' }],
  ] as const)('R3.4 is covered %s', (_, name, body) => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'report-unavailable', { reason: '家里有急事' });
    story.act(day2('10:10'), name, body);
    expect(story.task('arrange-cover')).toMatchObject({ state: 'done', doneBy: 'A1' });
    expect(story.order.facts.unavailable).toEqual({ count: 1, open: null });
    story.until(day2('12:00'));
    expect(
      story.saidBetween(day2('10:10'), day2('12:00')).filter((saying) => saying.startsWith('arrange')),
    ).toEqual([]);
  });

  it('R3.4 may be so again, which is another task', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'report-unavailable', { reason: '家里有急事' });
    story.act(day2('10:10'), 'reassign', toZhao);
    story.act(day2('11:00'), 'report-unavailable', { reason: '生病' });
    expect(story.task('arrange-cover')).toMatchObject({ id: 'arrange-cover-2', subject: '2', state: 'open' });
    // Switching a plan off covers nobody.
    story.act(day2('11:01'), 'emergency-plan', { on: true, reason: '无人可派' });
    story.act(day2('11:02'), 'report-unavailable', { reason: '生病' });
    story.act(day2('11:03'), 'emergency-plan', { on: false, reason: '试错' });
    expect(story.task('arrange-cover')).toMatchObject({ id: 'arrange-cover-3', state: 'open' });
  });

  it('R3.4 by the CRM’s new trainer is settled as well', () => {
    const story = makeStory();
    story.act('2025-03-08 11:00', 'report-unavailable', { reason: '生病' });
    story.amend('2025-03-08 11:30', { trainer: zhao });
    expect(story.task('arrange-cover')?.state).toBe('dropped');
    expect(story.order.facts.unavailable.open).toBeNull();
  });
});

describe('the maintenance by holder', () => {
  it('R3.4 is minutes held, questions answered, breaches and what is open, of each', () => {
    const story = makeStoryIn('maintenance');
    story.say(day2('10:00'), 'customer', 'm1');
    story.say(day2('10:05'), 'trainer', 'a1');
    story.say(day2('11:00'), 'customer', 'm2');
    story.say(day2('11:30'), 'trainer', 'a2');
    story.say('2025-03-13 11:30', 'customer', 'm3');
    story.act('2025-03-13 12:00', 'reassign', toZhao);
    story.say('2025-03-13 12:10', 'support', 'a3');
    story.say('2025-03-13 13:00', 'customer', 'm4');
    expect(recordsAt(story, '2025-03-13 13:30:59.999')).toEqual([
      // From the training's end on 9 March at 16:00.
      { holder: 'T1', name: '张三', minutesHeld: (3 * 24 + 20) * 60, answered: 2, breaches: 2, open: 0 },
      { holder: 'T2', name: '赵六', minutesHeld: 90, answered: 1, breaches: 1, open: 1 },
    ]);
    expect(viewOrder(story.order, 'A1', at('2025-03-13 13:30:59.999')).holders).toHaveLength(2);
  });

  it('R3.3, R3.4 has support’s time under the emergency plan, and a trainer’s before and after it as one', () => {
    const story = makeStoryIn('maintenance');
    story.act(day2('10:00'), 'emergency-plan', { on: true, reason: '高峰' });
    story.say(day2('10:30'), 'customer', 'm1');
    story.say(day2('10:45'), 'support', 'a1');
    story.act(day2('11:00'), 'emergency-plan', { on: false, reason: '高峰已过' });
    expect(recordsAt(story, day2('12:00'))).toEqual([
      { holder: 'T1', name: '张三', minutesHeld: 18 * 60 + 60, answered: 0, breaches: 0, open: 0 },
      { holder: 'support', name: '客成组', minutesHeld: 60, answered: 1, breaches: 0, open: 0 },
    ]);
  });

  it('R3.4 leaves a trainer out who has given the order away before the maintenance, and ends with day 9', () => {
    const story = makeStory();
    story.act('2025-03-08 11:00', 'reassign', toZhao);
    expect(recordsAt(story, '2025-03-08 12:00')).toEqual([]);
    story.act('2025-03-09 13:55', 'confirm-needs', { extraNeeds: [], understood: true });
    story.act('2025-03-09 14:00', 'start-training');
    story.act('2025-03-09 16:00', 'finish-training');
    expect(recordsAt(story, '2025-03-20 12:00')).toEqual([
      { holder: 'T2', name: '赵六', minutesHeld: (7 * 24 + 8) * 60, answered: 0, breaches: 0, open: 0 },
    ]);
  });

  it('R3.4 under the plan hands the order over behind it: support goes on answering, then the new trainer does', () => {
    const story = asked();
    story.act(day2('10:05'), 'emergency-plan', { on: true, reason: '高峰' });
    story.act(day2('10:08'), 'reassign', toZhao);
    expect(verdictsAt(story, day2('10:09'))).toEqual(['m1 T1 superseded', 'm1 support running']);
    expect(story.saidAt(day2('10:08'))).not.toContain('questions-taken-over → responder');
    story.act(day2('10:12'), 'emergency-plan', { on: false, reason: '高峰已过' });
    expect(verdictsAt(story, day2('10:13'))).toEqual([
      'm1 T1 superseded',
      'm1 support superseded',
      'm1 T2 running',
    ]);
    expect(story.told.findLast(({ kind }) => kind === 'questions-taken-over')).toMatchObject({
      mention: ['T2'],
    });
  });
});
