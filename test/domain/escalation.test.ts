import { describe, expect, it } from 'vitest';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { policySchema } from '../../shared/domain/policy.ts';
import { at, buildFacts, buildOrder, makeStory, makeStoryIn, ticks } from '../support/build-order.ts';

describe('a ladder', () => {
  it('R1.1 goes from the assistant to the manager', () => {
    const story = makeStory();
    story.until('2025-03-08 12:00');
    expect(story.saidAt('2025-03-08 10:30')).toContain('join-group-overdue → assistant');
    expect(story.saidAt('2025-03-08 11:30')).toContain('join-group-overdue → manager');
    expect(story.told.findLast(({ kind }) => kind === 'join-group-overdue')?.mention).toEqual(['M1', 'M2']);
  });

  it('R1.2 goes from the trainer to the assistant, then to the manager, and leaves its trace on the task', () => {
    const story = makeStory();
    story.until('2025-03-08 14:29');
    expect(story.saidAt('2025-03-08 10:30')).toContain('set-remark-overdue → trainer');
    expect(story.saidAt('2025-03-08 11:30')).toContain('set-remark-overdue → assistant');
    expect(story.task('set-remark')).toMatchObject({
      state: 'overdue',
      rung: 2,
      chasedAt: at('2025-03-08 11:30'),
    });
    story.until('2025-03-08 14:30');
    expect(story.saidAt('2025-03-08 14:30')).toEqual(['set-remark-overdue → manager']);
  });

  it('R1.0 reminds of the tools one hour after they were due, and tells the assistant one hour before the training', () => {
    const story = makeStory();
    story.until('2025-03-09 13:00');
    expect(story.saidAt('2025-03-08 21:00')).toEqual(['confirm-tools-overdue → trainer']);
    expect(story.saidAt('2025-03-09 13:00')).toContain('confirm-tools-overdue → assistant');
  });

  it('R1.4, R1.5 chase needs and notice at the training’s time and 15 minutes later', () => {
    const story = makeStory();
    story.until('2025-03-09 14:15');
    for (const kind of ['confirm-needs', 'send-notice']) {
      expect(story.saidAt('2025-03-09 14:00')).toContain(`${kind}-overdue → trainer`);
      expect(story.saidAt('2025-03-09 14:15')).toContain(`${kind}-overdue → assistant`);
    }
  });

  it('R1.3 asks for a training time until there is one', () => {
    const story = makeStory({ training: { startsAt: null } });
    story.until('2025-03-08 20:00');
    expect(story.saidAt('2025-03-08 12:00')).toEqual(['agree-time-overdue → trainer']);
    expect(story.saidAt('2025-03-08 14:00')).toEqual(['agree-time-overdue → assistant']);
    expect(story.saidAt('2025-03-08 20:00')).toEqual(['agree-time-overdue → manager']);
  });

  it('R4.4 chases hand-over, acceptance and leaving', () => {
    const story = makeStoryIn('acceptance');
    story.act('2025-03-17 10:00', 'record-summary', { answered: [], open: [] });
    story.act('2025-03-17 10:00', 'return-visit', { ok: true });
    story.act('2025-03-18 14:30', 'hand-over');
    expect(story.saidAt('2025-03-18 10:00')).toContain('hand-over-overdue → trainer');
    expect(story.saidAt('2025-03-18 14:00')).toContain('hand-over-overdue → assistant');
    story.act('2025-03-19 19:00', 'accept-hand-over');
    expect(story.saidAt('2025-03-19 14:30')).toContain('accept-hand-over-overdue → service');
    expect(story.saidAt('2025-03-19 18:30')).toContain('accept-hand-over-overdue → manager');
    story.until('2025-03-20 04:00');
    expect(story.saidAt('2025-03-19 23:00')).toContain('leave-group-overdue → trainer');
    expect(story.saidAt('2025-03-20 03:00')).toContain('leave-group-overdue → assistant');
  });

  it('stops the moment the task is done', () => {
    const story = makeStory();
    story.act('2025-03-08 10:29', 'join-group');
    story.act('2025-03-08 11:00', 'set-remark');
    story.until('2025-03-08 19:59');
    expect(story.saidBetween('2025-03-08 10:00', '2025-03-08 19:59')).toEqual([
      'set-remark-overdue → trainer',
    ]);
  });

  it('passes over rungs that lay before the task was due, and climbs two that fall on the same instant', () => {
    // Taken two hours before the training: "an hour after due" and "an hour before the training" are both 11:00.
    const story = makeStory({ training: { startsAt: at('2025-03-08 12:00') } });
    story.until('2025-03-08 11:00');
    expect(story.saidAt('2025-03-08 11:00').filter((said) => said.startsWith('confirm-tools'))).toEqual([
      'confirm-tools-overdue → assistant',
      'confirm-tools-overdue → trainer',
    ]);
    // The second rung is a timer of its own: the double of the first must not climb it.
    const early = makeStory({ training: { startsAt: at('2025-03-08 12:00') } });
    early.until('2025-03-08 10:59');
    const first = early.order.timers.find(({ step }) => step === 'confirm-tools-1.rung')!;
    const once = fireTimer(early.order, first, buildFacts('2025-03-08 11:00'));
    if (once.type !== 'change') throw new Error(once.type);
    expect(once.change.order.timers).toContainEqual({ ...first, version: once.change.order.version });
    expect(fireTimer(once.change.order, first, buildFacts('2025-03-08 11:00'))).toEqual({ type: 'stale' });
  });

  it('R1.3 does not chase a call in the minute in which it is asked for', () => {
    // Taken 45 minutes before: the rung of T−45 is this very moment, so T−30 is the next.
    const story = makeStory({ training: { startsAt: at('2025-03-08 10:45') } });
    expect(story.timerAt('call-customer-1.rung')).toBe(at('2025-03-08 10:15'));
  });

  it('R1.3 has no rung left for a call that is asked for three minutes before the training: it goes to the daily list', () => {
    const story = makeStory({ training: { startsAt: at('2025-03-08 10:03') } });
    expect(story.timerAt('call-customer-1.rung')).toBeUndefined();
    expect(story.timerAt('digest')).toBe(at('2025-03-09 09:30'));
  });
});

describe('the daily list', () => {
  it('R0.2 names to the manager at 09:30 what nobody has done, every day until it is done', () => {
    const story = makeStory({ training: { startsAt: null } });
    story.act('2025-03-08 10:10', 'set-remark');
    story.until('2025-03-10 12:00');
    const lists = story.told.filter(({ kind }) => kind === 'digest');
    expect(lists.map((list) => [list.at, list.tell, list.rule])).toEqual([
      [at('2025-03-09 09:30'), 'manager', 'R0.2'],
      [at('2025-03-10 09:30'), 'manager', 'R0.2'],
    ]);
    expect(lists[0]?.mention).toEqual(['M1', 'M2']);
    expect(lists[0]?.text).toContain('有 2 项待办逾期未完成');
    story.act('2025-03-10 12:30', 'join-group');
    story.until('2025-03-11 09:30');
    expect(story.told.at(-1)?.text).toContain('有 1 项待办逾期未完成');
    story.act('2025-03-11 10:00', 'confirm-time', {
      outcome: 'moved',
      startsAt: '2025-03-20T14:00:00+08:00',
    });
    story.act('2025-03-11 10:00', 'set-remark');
    expect(story.timerAt('digest')).toBeUndefined();
  });

  it('R0.2 comes on the next morning when the ladder ends after 09:30, and today when it ends before', () => {
    const story = makeStory({ acceptedAt: at('2025-03-08 07:00') }, '2025-03-08 07:00');
    story.until('2025-03-08 08:30');
    // The assistant's task is chased to its end at 08:30.
    expect(story.timerAt('digest')).toBe(at('2025-03-08 09:30'));
    story.until('2025-03-08 09:30');
    expect(story.order.digestedAt).toBe(at('2025-03-08 09:30'));
    expect(story.timerAt('digest')).toBe(at('2025-03-09 09:30'));
  });

  it('R0.2 does not list a task that is not due yet', () => {
    const story = makeStoryIn('maintenance');
    story.until('2025-03-16 12:00');
    expect(story.timerAt('digest')).toBeUndefined();
    expect(story.told.some(({ kind }) => kind === 'digest')).toBe(false);
  });
});

describe('a timer', () => {
  const timer = { step: 'join-group-1.rung', version: 1 };

  it('waits until its full second has come', () => {
    const order = buildOrder({ acceptedAt: at('2025-03-08 10:00:00.250') }, '2025-03-08 10:00:00.250');
    expect(order.timers[0]).toMatchObject({ at: at('2025-03-08 10:30:01'), version: 1, rule: 'R1.1' });
    expect(fireTimer(order, timer, buildFacts('2025-03-08 10:30:00.999'))).toEqual({
      type: 'early',
      dueAt: at('2025-03-08 10:30:01'),
    });
    expect(fireTimer(order, timer, buildFacts('2025-03-08 10:30:01')).type).toBe('change');
  });

  it('is stale when its task is done, when it has fired, and when another version set it', () => {
    const story = makeStory();
    story.act('2025-03-08 10:10', 'join-group');
    expect(fireTimer(story.order, timer, buildFacts('2025-03-08 10:30'))).toEqual({ type: 'stale' });
    const order = buildOrder();
    expect(fireTimer(order, { ...timer, version: 2 }, buildFacts('2025-03-08 10:30'))).toEqual({
      type: 'stale',
    });
    expect(fireTimer(order, { ...timer, step: 'digest' }, buildFacts('2025-03-08 10:30'))).toEqual({
      type: 'stale',
    });
  });

  it('keeps its version while its time stands, so that its schedule is not set again', () => {
    const story = makeStory();
    const briefing = () => story.order.timers.find(({ step }) => step === 'briefing');
    expect(briefing()?.version).toBe(1);
    story.act('2025-03-08 10:10', 'join-group');
    expect(briefing()?.version).toBe(1);
    // A chase of something else is no reason either.
    story.until('2025-03-08 10:30');
    expect(story.order.version).toBe(3);
    expect(briefing()?.version).toBe(1);
    story.amend('2025-03-08 10:40', { training: { startsAt: at('2025-03-11 14:00') } });
    expect(briefing()).toMatchObject({ version: 4, at: at('2025-03-10 20:00') });
  });

  it('that names no task of its order is a fault, not a no-op', () => {
    const order = buildOrder();
    const broken = { ...order, timers: [{ ...order.timers[0]!, step: 'join-group-9.rung' }] };
    expect(() =>
      fireTimer(broken, { step: 'join-group-9.rung', version: 1 }, buildFacts('2025-03-08 12:00')),
    ).toThrow('timer join-group-9.rung of A-1001 names no task');
  });

  it('that finds its ladder climbed to the end is a fault', () => {
    const order = buildOrder();
    const tasks = order.tasks.map((task) => ({ ...task, rung: 9 }));
    expect(() => fireTimer({ ...order, tasks }, timer, buildFacts('2025-03-08 12:00'))).toThrow(
      'timer join-group-1.rung of A-1001 finds its ladder climbed',
    );
  });
});

describe('the policy', () => {
  it('R0.2 has ladders whose rungs rise in time, where they count from the same event', () => {
    for (const { ladder } of Object.values(currentPolicy.tasks)) {
      const rungs = ladder.map(({ at: moment }) => (moment.from === 'day' ? 0 : moment.minutes));
      const origins = ladder.map(({ at: moment }) => moment.from);
      for (const [index, minutes] of rungs.entries())
        if (index > 0 && origins[index] === origins[index - 1])
          expect(minutes).toBeGreaterThan(rungs[index - 1]!);
    }
    expect(Object.keys(currentPolicy.tasks)).toHaveLength(21);
  });

  it('is checked: a wrong time, day, version or an empty ladder is refused', () => {
    const { tasks, notices } = currentPolicy;
    const wrong = [
      { version: '2025' },
      { digest: { rule: 'R0.2', time: '24:00' } },
      { digest: { rule: 'R0.2', time: '9:30' } },
      { digest: { rule: 'R9.9', time: '09:30' } },
      { tasks: { ...tasks, 'join-group': { ...tasks['join-group'], ladder: [] } } },
      {
        notices: {
          ...notices,
          briefing: { ...notices.briefing, at: { from: 'day', day: 10, time: '20:00' } },
        },
      },
      {
        notices: {
          ...notices,
          briefing: { ...notices.briefing, at: { from: 'day', day: -1, time: '20:00' } },
        },
      },
      { notices: { ...notices, briefing: { ...notices.briefing, at: { from: 'moon', minutes: 1 } } } },
    ];
    for (const part of wrong)
      expect(policySchema.safeParse({ ...currentPolicy, ...part }).success).toBe(false);
    expect(policySchema.parse(currentPolicy)).toEqual(currentPolicy);
  });

  it('R1.0 has the three ticks in one task', () => {
    const story = makeStory();
    const three = story.act('2025-03-08 20:10', 'confirm-tools', ticks);
    expect(three.rules).toEqual(['R1.0']);
    expect(story.refused('2025-03-08 20:11', 'confirm-tools', ticks)).toEqual({
      type: 'already-done',
      action: 'confirm-tools',
      at: at('2025-03-08 20:10'),
    });
  });
});
