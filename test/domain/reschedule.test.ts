import { describe, expect, it } from 'vitest';
import { effectsOf, timerChanges } from '../../shared/domain/effects.ts';
import type { Notice } from '../../shared/domain/decision.ts';
import { stillHolds } from '../../shared/domain/notice-guard.ts';
import type { Order } from '../../shared/domain/order.ts';
import { at, buildFacts, makeStory, makeStoryIn, ticks } from '../support/build-order.ts';

const newTime = '2025-03-10T10:00:00+08:00';

/** Taken on 8 March, training on 9 March 14:00, moved by phone at 13:05 to 10 March 10:00. */
const moved = () => {
  const story = makeStory();
  story.act('2025-03-08 10:05', 'join-group');
  story.act('2025-03-08 10:10', 'set-remark');
  story.until('2025-03-09 13:05');
  const before = story.order;
  const change = story.act('2025-03-09 13:05', 'confirm-time', { outcome: 'moved', startsAt: newTime });
  return { story, before, change };
};

const holds = (notice: Notice, order: Order): boolean =>
  stillHolds(notice, order, buildFacts('2025-03-08 10:00'));

describe('a training that is moved by phone', () => {
  it('R1.3 was to be confirmed at 13:00; moved at 13:05, deadline and remark move by a day', () => {
    const { story, before } = moved();
    expect(story.saidAt('2025-03-09 13:00')).toContain('call-customer → trainer');
    expect(before).toMatchObject({ deadline: '2025-03-17', remark: '截止3/17 张三' });
    expect(story.order).toMatchObject({ deadline: '2025-03-18', remark: '截止3/18 张三' });
    expect(story.order.training.startsAt).toBe(at('2025-03-10 10:00'));
    expect(story.task('set-remark')).toMatchObject({
      id: 'set-remark-2',
      subject: '截止3/18 张三',
      dueAt: at('2025-03-09 13:35'),
    });
  });

  it('R1.3 tells the new time to trainer and assistant, and never names the old one again', () => {
    const { story, change } = moved();
    expect(story.saidAt('2025-03-09 13:05')).toEqual([
      'set-remark → trainer',
      'training-moved → assistant',
      'training-moved → trainer',
    ]);
    expect(change.notices[0]?.text).toContain('3月10日 10:00');
    expect(change.notices.filter(({ text }) => text.includes('3月9日 14:00'))).toEqual([]);
    expect(change.notices[0]?.guard).toMatchObject({ training: at('2025-03-10 10:00') });
  });

  it('R1.3 moves every timer: none of the old time is left, those of the new one are set', () => {
    const { story, before } = moved();
    const { set, drop } = timerChanges(before, story.order);
    expect(set.map((timer) => [timer.step, timer.at])).toEqual([
      ['set-remark-2.rung', at('2025-03-09 13:35')],
      ['briefing', at('2025-03-09 20:00')],
      ['confirm-tools-2.rung', at('2025-03-09 21:00')],
      ['call-customer-2.tell', at('2025-03-10 09:00')],
      ['confirm-needs-2.rung', at('2025-03-10 10:00')],
      ['send-notice-2.rung', at('2025-03-10 10:00')],
      ['start-training-2.rung', at('2025-03-10 10:15')],
    ]);
    expect(story.order.timers.map(({ step }) => step)).toEqual(set.map(({ step }) => step));
    expect(drop).toEqual(before.timers);
  });

  it('R1.3 is done as a call; what else spoke of the old time is dropped and raised for the new one', () => {
    const { story } = moved();
    const states = (kind: string) =>
      story.order.tasks.filter((task) => task.kind === kind).map(({ state, subject }) => [state, subject]);
    const [oldTime, newInstant] = [at('2025-03-09 14:00'), at('2025-03-10 10:00')];
    expect(states('call-customer')).toEqual([
      ['done', oldTime],
      ['open', newInstant],
    ]);
    for (const kind of ['confirm-tools', 'confirm-needs', 'send-notice', 'start-training'])
      expect(states(kind)).toEqual([
        ['dropped', oldTime],
        ['open', newInstant],
      ]);
  });

  it('R1.3 lets nobody hear of the old time again, though notices of it may still be under way', () => {
    const { story, before } = moved();
    const oldNotices = story.told.filter((notice) => notice.at < at('2025-03-09 13:05'));
    const ofOldTime = oldNotices.filter(
      ({ guard, kind }) => guard.training !== null || kind === 'call-customer',
    );
    expect(ofOldTime.map(({ kind }) => kind)).toEqual(['briefing', 'call-customer']);
    expect(ofOldTime.map((notice) => holds(notice, before))).toEqual([true, true]);
    expect(ofOldTime.map((notice) => holds(notice, story.order))).toEqual([false, false]);
    story.until('2025-03-10 10:15');
    const later = story.told.filter((notice) => notice.at > at('2025-03-09 13:05'));
    expect(later.filter(({ text }) => text.includes('3月9日 14:00'))).toEqual([]);
    expect(later.map(({ kind }) => kind)).toContain('call-customer');
  });

  it('R1.3 cannot move to the time it has, nor to one that is past or now', () => {
    const story = makeStory();
    const to = (startsAt: string) =>
      story.refused('2025-03-09 13:05', 'confirm-time', { outcome: 'moved', startsAt });
    expect(to('2025-03-09T14:00:00+08:00')).toEqual({
      type: 'impossible-time',
      field: 'startsAt',
      value: at('2025-03-09 14:00'),
      why: 'unchanged',
    });
    expect(to('2025-03-09T13:05:00+08:00')).toMatchObject({ why: 'in-the-past' });
    expect(to('2025-03-09T12:00:00+08:00')).toMatchObject({ why: 'in-the-past' });
    const late = makeStory();
    expect(
      late.refused('2025-03-09 15:00', 'confirm-time', {
        outcome: 'moved',
        startsAt: '2025-03-09T14:00:00+08:00',
      }),
    ).toMatchObject({ why: 'unchanged' });
  });
});

describe('a training that is moved by the CRM', () => {
  it('R1.3 moves as by phone, and the call is dropped rather than done', () => {
    const story = makeStory();
    const { event, rules, facts } = story.amend('2025-03-09 13:05', {
      training: { startsAt: at('2025-03-10 10:00'), minutes: 90 },
    });
    expect({ event, rules, facts }).toEqual({
      event: 'order-amended',
      rules: ['R1.3'],
      facts: {
        fields: ['startsAt', 'minutes'],
        startsAt: at('2025-03-10 10:00'),
        trainer: 'T1',
        fees: { training: 20_000, maintenance: 7_000 },
      },
    });
    expect(story.order).toMatchObject({ deadline: '2025-03-18', training: { minutes: 90 } });
    expect(
      story.order.tasks.filter(({ kind }) => kind === 'call-customer').map(({ state }) => state),
    ).toEqual(['dropped', 'open']);
  });

  it('changes only what is given, and raises nothing when nothing moves', () => {
    const story = makeStory();
    const before = story.order;
    const shop = { ...before.shop, needs: ['排队叫号'] };
    const { notices } = story.amend('2025-03-08 10:20', {
      shop,
      customer: undefined,
      training: { minutes: 60 },
    });
    expect(notices).toEqual([]);
    expect(story.order).toEqual({
      ...before,
      shop,
      training: { ...before.training, minutes: 60 },
      version: 2,
    });
  });

  it('R1.3 takes a withdrawn time back: deadline as if none were agreed', () => {
    const story = makeStory({ training: { startsAt: at('2025-03-12 14:00') } });
    expect(story.order.deadline).toBe('2025-03-20');
    story.amend('2025-03-08 12:00', { training: { startsAt: null } });
    expect(story.order.deadline).toBe('2025-03-17');
    expect(story.saidAt('2025-03-08 12:00')).toEqual(['agree-time → trainer', 'set-remark → trainer']);
  });

  it('R1.3 is refused once the training has started, while other changes are still taken', () => {
    const story = makeStoryIn('training');
    const startsAt = at('2025-03-10 10:00');
    expect(() => story.amend('2025-03-09 14:30', { training: { startsAt } })).toThrow(
      '"type":"wrong-stage","action":"order.amended","stage":"training","accepted":["preparation"]',
    );
    story.amend('2025-03-09 14:30', {
      training: { startsAt: at('2025-03-09 14:00') },
      sales: { id: 'S2', name: '孙七' },
    });
    expect(story.order.sales).toEqual({ id: 'S2', name: '孙七' });
  });

  it('R1.3 and back leaves the tasks of the first time as they were, told again', () => {
    const story = makeStory({ training: { startsAt: at('2025-03-12 14:00') } });
    const before = story.order;
    story.amend('2025-03-08 10:10', { training: { startsAt: at('2025-03-14 14:00') } });
    const version = story.order.version;
    story.amend('2025-03-08 10:20', { training: { startsAt: at('2025-03-12 14:00') } });
    expect(story.order).toMatchObject({ deadline: before.deadline, remark: before.remark });
    const call = story.order.tasks.filter(({ kind }) => kind === 'call-customer');
    expect(call.map(({ id, state, evidence }) => [id, state, evidence])).toEqual([
      ['call-customer-1', 'open', [1, version, version + 1]],
      ['call-customer-2', 'dropped', [version, version + 1]],
    ]);
    expect(story.saidAt('2025-03-08 10:20')).toContain('set-remark → trainer');
  });
});

describe('a task that is taken up again', () => {
  it('R1.3 is one of its own kind, also when another kind was about the same time', () => {
    const story = makeStory({ training: { startsAt: at('2025-03-12 14:00') } });
    story.amend('2025-03-08 10:10', { training: { startsAt: at('2025-03-14 14:00') } });
    story.act('2025-03-08 10:15', 'confirm-tools', ticks);
    story.amend('2025-03-08 10:20', { training: { startsAt: at('2025-03-12 14:00') } });
    expect(story.task('confirm-tools')).toMatchObject({ id: 'confirm-tools-2', state: 'done' });
    expect(story.order.tasks.find(({ id }) => id === 'confirm-tools-1')?.state).toBe('dropped');
    expect(story.order.tasks.find(({ id }) => id === 'call-customer-1')?.state).toBe('open');
  });
});

describe('the record', () => {
  it('R1.3 stays short however often a time moves', () => {
    const story = makeStory({ training: { startsAt: at('2025-03-20 14:00') } });
    const dates = ['21', '22', '23', '24', '25', '26', '27', '20'];
    for (const [minute, date] of dates.entries())
      story.amend(`2025-03-08 10:1${minute}`, { training: { startsAt: at(`2025-03-${date} 14:00`) } });
    const before = story.order;
    expect(before.tasks.filter(({ kind }) => kind === 'send-notice').length).toBeLessThanOrEqual(5);
    const open = story.order.tasks.find((task) => task.kind === 'send-notice' && task.state === 'open')!;
    const done = story.act('2025-03-08 10:25', 'send-notice');
    expect(done.order.tasks.find(({ id }) => id === open.id)?.state).toBe('done');
    expect(effectsOf(before, done).tasks).toEqual([{ id: open.id, from: 'open', to: 'done' }]);
  });

  it('R1.3 keeps what has just been done, though its task is older than those that were dropped since', () => {
    const story = makeStory({ training: { startsAt: at('2025-03-20 14:00') } });
    const dates = ['21', '22', '23', '24', '20'];
    for (const [minute, date] of dates.entries())
      story.amend(`2025-03-08 10:1${minute}`, { training: { startsAt: at(`2025-03-${date} 14:00`) } });
    const { order } = story.act('2025-03-08 10:25', 'send-notice');
    const ofKind = order.tasks.filter(({ kind }) => kind === 'send-notice');
    expect(ofKind.map(({ id, state }) => `${id} ${state}`)).toContain('send-notice-1 done');
  });
});

describe('a notice', () => {
  const briefing = () => {
    const story = makeStory();
    story.until('2025-03-08 20:00');
    const notice = story.told.find(({ kind }) => kind === 'briefing');
    return { story, notice: notice! };
  };

  it('of a task holds while the task waits, overdue included', () => {
    const story = makeStory();
    const join = story.told.find(({ kind }) => kind === 'join-group');
    expect(join?.guard).toEqual({
      taskIds: ['join-group-1'],
      rung: null,
      training: null,
      clock: null,
      live: true,
    });
    story.until('2025-03-08 11:00');
    expect(holds(join!, story.order)).toBe(true);
    story.act('2025-03-08 11:01', 'join-group');
    expect(holds(join!, story.order)).toBe(false);
  });

  it('of an earlier rung is void when a later one is reached', () => {
    const story = makeStory();
    story.until('2025-03-08 12:00');
    const chases = story.told.filter(({ kind }) => kind === 'join-group-overdue');
    expect(chases.map((notice) => holds(notice, story.order))).toEqual([false, true]);
  });

  it('that lists what is overdue is void when one of it is done', () => {
    const story = makeStory();
    story.until('2025-03-09 10:00');
    const digest = story.told.find(({ kind }) => kind === 'digest')!;
    expect(holds(digest, story.order)).toBe(true);
    story.act('2025-03-09 10:01', 'join-group');
    expect(holds(digest, story.order)).toBe(false);
  });

  it('of the training time is void when the order is cancelled', () => {
    const { story, notice } = briefing();
    expect(holds(notice, story.order)).toBe(true);
    story.cancel('2025-03-08 20:01');
    expect(holds(notice, story.order)).toBe(false);
  });

  it('that says the order has ended still holds then', () => {
    const { story } = briefing();
    const { notices } = story.cancel('2025-03-08 20:01');
    expect(notices.map((notice) => holds(notice, story.order))).toEqual([true, true]);
  });
});
