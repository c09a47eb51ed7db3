import { describe, expect, it } from 'vitest';
import { at, makeStory, makeStoryIn, understood } from '../support/build-order.ts';

const iso = (shanghai: string): string => `${shanghai.replace(' ', 'T')}:00+08:00`;

describe('starting the training', () => {
  it('R1.4 is not possible before the needs are checked, nor without a time', () => {
    const story = makeStory();
    expect(story.refused('2025-03-09 14:00', 'start-training')).toEqual({
      type: 'not-yet',
      action: 'start-training',
      missing: ['confirm-needs'],
    });
    const unknown = makeStory({ training: { startsAt: null } });
    unknown.act('2025-03-09 13:50', 'confirm-needs', understood);
    expect(unknown.refused('2025-03-09 14:00', 'start-training')).toEqual({
      type: 'not-yet',
      action: 'start-training',
      missing: ['confirm-time'],
    });
  });

  it('R2.1 is recorded with its time and the customer’s, and ends the preparation', () => {
    const story = makeStory();
    story.act('2025-03-09 13:50', 'confirm-needs', understood);
    const times = { at: iso('2025-03-09 14:02'), customerJoinedAt: iso('2025-03-09 14:01') };
    story.act('2025-03-09 14:05', 'start-training', times);
    expect(story.order.stage).toBe('training');
    expect(story.order.training).toMatchObject({
      startsAt: at('2025-03-09 14:00'),
      startedAt: at('2025-03-09 14:02'),
      customerJoinedAt: at('2025-03-09 14:01'),
      finishedAt: null,
    });
    expect(story.task('start-training')).toMatchObject({ state: 'done', doneAt: at('2025-03-09 14:05') });
    // What only makes sense before the training is asked for no more.
    expect(story.task('call-customer')?.state).toBe('dropped');
    expect(story.task('confirm-tools')?.state).toBe('dropped');
    expect(story.waiting()).toContain('finish-training');
  });

  it('R2.1 takes the moment of the record when no time is given', () => {
    const story = makeStoryIn('training');
    expect(story.order.training).toMatchObject({ startedAt: at('2025-03-09 14:00'), customerJoinedAt: null });
  });

  it('R2.1 cannot lie ahead, neither the start nor the customer’s joining; the present moment is fine', () => {
    const story = makeStory();
    story.act('2025-03-09 13:50', 'confirm-needs', understood);
    const early = (body: object) => story.refused('2025-03-09 13:59', 'start-training', body);
    expect(early({ at: iso('2025-03-09 14:00') })).toEqual({
      type: 'impossible-time',
      field: 'at',
      value: at('2025-03-09 14:00'),
      why: 'in-the-future',
    });
    expect(early({ customerJoinedAt: iso('2025-03-09 14:00') })).toMatchObject({
      field: 'customerJoinedAt',
      why: 'in-the-future',
    });
    story.act('2025-03-09 14:00', 'start-training', { at: iso('2025-03-09 14:00') });
    expect(story.order.stage).toBe('training');
  });

  it('R2.1 that is 15 minutes late is reported to the assistant, after an hour to the manager', () => {
    const story = makeStoryIn('preparation');
    story.until('2025-03-09 16:00');
    expect(story.saidAt('2025-03-09 14:15')).toContain('start-training-overdue → assistant');
    expect(story.saidAt('2025-03-09 15:00')).toEqual(['start-training-overdue → manager']);
    const onTime = makeStory();
    onTime.act('2025-03-09 13:50', 'confirm-needs', understood);
    onTime.act('2025-03-09 14:14', 'start-training');
    onTime.until('2025-03-09 16:00');
    expect(onTime.told.some(({ kind }) => kind === 'start-training-overdue')).toBe(false);
  });
});

describe('a late start', () => {
  const startedAt = (received: string, start: string) => {
    const story = makeStory({}, received);
    story.act(start, 'confirm-needs', understood);
    story.act(start, 'start-training');
    return story.told.filter(({ kind }) => kind === 'training-started-late').map(({ tell }) => tell);
  };

  it('R2.1 is reported when it is recorded, where the order came too late for the ladder to do so', () => {
    expect(startedAt('2025-03-09 14:20', '2025-03-09 14:25')).toEqual(['assistant']);
  });

  it('R2.1 is not reported within 15 minutes; a minute more is, with the actual time', () => {
    expect(startedAt('2025-03-08 10:00', '2025-03-09 14:15')).toEqual([]);
    expect(startedAt('2025-03-08 10:00', '2025-03-09 14:16')).toEqual(['assistant']);
  });

  it('R2.1 cannot lie before the order was accepted', () => {
    const story = makeStory();
    story.act('2025-03-09 13:50', 'confirm-needs', understood);
    expect(story.refused('2025-03-09 14:00', 'start-training', { at: '2000-01-01T00:00:00Z' })).toMatchObject(
      {
        type: 'impossible-time',
        field: 'at',
        why: 'before-acceptance',
      },
    );
    const joined = { customerJoinedAt: '2000-01-01T00:00:00Z' };
    expect(story.refused('2025-03-09 14:00', 'start-training', joined)).toMatchObject({
      field: 'customerJoinedAt',
      why: 'before-acceptance',
    });
  });
});

describe('finishing the training', () => {
  it('R2.4 tells the assistant at once, by name, and begins the maintenance period', () => {
    const story = makeStoryIn('training');
    const { notices, rules } = story.act('2025-03-09 16:05', 'finish-training', {
      at: iso('2025-03-09 16:00'),
    });
    expect(rules).toEqual(['R2.4']);
    expect(notices).toMatchObject([
      { kind: 'training-finished', rule: 'R2.4', tell: 'assistant', mention: ['A1'] },
      { kind: 'upload-recording', rule: 'R2.3', tell: 'trainer', mention: ['T1'] },
    ]);
    expect(notices[0]?.text).toContain('维护期 3/10 至 3/16，3/17 验收');
    expect(story.order).toMatchObject({
      stage: 'maintenance',
      training: { finishedAt: at('2025-03-09 16:00') },
    });
    expect(story.task('finish-training')?.state).toBe('done');
  });

  it('R2.1 is due 30 minutes after the planned length, and chased', () => {
    const story = makeStoryIn('training');
    expect(story.task('finish-training')).toMatchObject({ rule: 'R2.1', dueAt: at('2025-03-09 16:30') });
    story.until('2025-03-09 20:00');
    expect(story.saidAt('2025-03-09 16:30')).toEqual(['finish-training-overdue → trainer']);
    expect(story.saidAt('2025-03-09 17:30')).toEqual(['finish-training-overdue → assistant']);
    expect(story.saidAt('2025-03-09 19:30')).toEqual(['finish-training-overdue → manager']);
  });

  it('R2.1 cannot lie before the start nor ahead; the start itself is fine', () => {
    const story = makeStoryIn('training');
    const finish = (time: string) => story.refused('2025-03-09 15:00', 'finish-training', { at: iso(time) });
    expect(finish('2025-03-09 13:59')).toEqual({
      type: 'impossible-time',
      field: 'at',
      value: at('2025-03-09 13:59'),
      why: 'before-start',
    });
    expect(finish('2025-03-09 15:01')).toMatchObject({ field: 'at', why: 'in-the-future' });
    story.act('2025-03-09 15:00', 'finish-training', { at: iso('2025-03-09 14:00') });
    expect(story.order.stage).toBe('maintenance');
  });

  it('R0.2 leads straight to acceptance when it is recorded only on day 9', () => {
    const story = makeStoryIn('training');
    story.act('2025-03-17 11:00', 'finish-training', { at: iso('2025-03-09 16:00') });
    story.until('2025-03-17 11:00');
    expect(story.order.stage).toBe('acceptance');
    expect(story.task('hold-summary')).toMatchObject({ dueAt: at('2025-03-17 11:00'), state: 'open' });
  });
});
