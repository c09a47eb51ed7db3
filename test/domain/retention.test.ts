import { describe, expect, it } from 'vitest';
import type { Change } from '../../shared/domain/decision.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { policySchema } from '../../shared/domain/policy.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import type { Deletion } from '../../shared/domain/recordings/check.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { findRecording, stateOf } from '../../shared/domain/recordings/recording-state.ts';
import { retentionText } from '../../shared/domain/recordings/recording-texts.ts';
import type { Retention } from '../../shared/domain/recordings/retention.ts';
import {
  coveringDraw,
  keepOrRelease,
  nextRelease,
  retentionOf,
} from '../../shared/domain/recordings/retention.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Story } from '../support/build-order.ts';
import {
  at,
  buildFacts,
  makeStory,
  makeStoryIn,
  noneOpen,
  staff,
  understood,
} from '../support/build-order.ts';
import type { RecordingEvent } from '../support/recording-events.ts';
import { wholeRecording } from '../support/recording-events.ts';

/** The example order is trained on 9 March: its draw is held before its recording has been kept for a month. */
const draw = '2025-03-31 09:00';
const monthOver = '2025-04-08 16:10';
/** What is trained at the draw of May is drawn five weeks later: its recording is kept for longer than a month. */
const mayDraw = '2025-05-26 09:00';
const juneDraw = '2025-06-30 09:00';
const afterJuneDraw = '2025-06-30 10:00';

const [begin, finished, isVideo] = wholeRecording as [RecordingEvent, RecordingEvent, RecordingEvent];
const isBroken: RecordingEvent = { what: 'unusable', problem: 'broken' };
const deleted = (what: Deletion['what'], reason: Deletion['reason'] = 'expired'): RecordingEvent => ({
  what: 'deleted',
  deletion: { what, reason },
});

const upload = (story: Story, time: string, id = 'r1'): Change => {
  story.record(time, id, begin);
  story.record(time, id, finished);
  return story.record(time, id, isVideo)!;
};

/** An order whose training lasts to a time on the day it is taken; its recording is up ten minutes after that. */
const trainedUntil = (end: string, recordedAt = end): Story => {
  const day = end.slice(0, 10);
  const story = makeStory(
    { acceptedAt: at(`${day} 05:00`), training: { startsAt: at(`${day} 06:00`) } },
    `${day} 05:00`,
  );
  story.act(`${day} 05:55`, 'confirm-needs', understood);
  story.act(`${day} 06:00`, 'start-training');
  story.act(recordedAt, 'finish-training', { at: at(end) });
  return story;
};

/** The example order in maintenance, with its recording up at 16:10 on 9 March. */
const kept = (): Story => makeStoryIn('maintenance');

/** An order that awaits the draw of June, with its recording up ten minutes after the one of May. */
const awaitsDraw = (): Story => {
  const story = trainedUntil(mayDraw);
  upload(story, '2025-05-26 09:10');
  return story;
};

const recordingIn = ({ order }: Story, id = 'r1'): Recording => findRecording(order, id)!;
const workOf = (change: Change): string[] =>
  (change.work ?? []).map(({ recordingId, work }) => `${work} ${recordingId}`);
const retentionIn = (story: Story, id = 'r1'): Retention =>
  retentionOf(story.order, recordingIn(story, id), currentPolicy);
const textIn = (story: Story, now: string): string =>
  retentionText(story.order, recordingIn(story), retentionIn(story), at(now));
const releaseTimer = (story: Story): Instant | undefined => story.timerAt('release-recordings');
const hold = (story: Story, time: string, because = 'drawn'): Change =>
  story.act(time, 'hold-recordings', { because }, staff('auditor'));
const lift = (story: Story, time: string, holdId = 'hold-1'): Change =>
  story.act(time, 'lift-hold', { holdId, reason: '检查结束' }, staff('auditor'));

describe('the release of recordings', () => {
  it('R5.3 comes one hour after the draw that covers the order, not a moment before', () => {
    const story = awaitsDraw();
    expect(coveringDraw(story.order)).toBe(at(juneDraw));
    expect(nextRelease(story.order, currentPolicy)).toBe(at(afterJuneDraw));
    expect(releaseTimer(story)).toBe(at(afterJuneDraw));
    story.until('2025-06-30 09:59:59');
    expect(recordingIn(story).releasedAt).toBeNull();
    const timer = story.order.timers.find(({ step }) => step === 'release-recordings')!;
    const fired = fireTimer(story.order, timer, buildFacts(afterJuneDraw));
    if (fired.type !== 'change') throw new Error(fired.type);
    expect(workOf(fired.change)).toEqual(['release r1']);
    expect(fired.change).toMatchObject({ rules: ['R5.3'], notices: [] });
    expect(findRecording(fired.change.order, 'r1')?.releasedAt).toBe(at(afterJuneDraw));
    expect(fired.change.order.timers.map(({ step }) => step)).not.toContain('release-recordings');
  });

  it('R5.1 comes when the recording has been kept for a month, where the draw is held before', () => {
    const story = kept();
    expect(coveringDraw(story.order)).toBe(at(draw));
    expect(releaseTimer(story)).toBe(at(monthOver));
    story.until('2025-04-08 16:09:59.999');
    expect(recordingIn(story).releasedAt).toBeNull();
    story.until(monthOver);
    expect(recordingIn(story).releasedAt).toBe(at(monthOver));
    expect(releaseTimer(story)).toBeUndefined();
  });

  it('R5.1 leaves a recording its month after it was up, though the store counts from the start of its upload', () => {
    const story = makeStoryIn('training');
    story.act('2025-03-09 16:00', 'finish-training');
    story.record('2025-03-09 16:10', 'r1', begin);
    story.record('2025-03-15 16:09', 'r1', finished);
    story.record('2025-03-15 16:20', 'r1', isVideo);
    expect(releaseTimer(story)).toBe(at('2025-04-14 16:09'));
    // Were it released, the store would delete it now: its 30 days are over.
    story.until('2025-04-09 08:00');
    expect(recordingIn(story).releasedAt).toBeNull();
    story.until('2025-04-14 16:09');
    expect(recordingIn(story).releasedAt).toBe(at('2025-04-14 16:09'));
    expect(retentionIn(story)).toEqual({ until: at('2025-04-15 08:00'), reason: 'one-month' });
  });

  it('R5.1 comes for each of several files when its own month is over', () => {
    const story = kept();
    upload(story, '2025-03-12 10:00', 'r2');
    upload(story, '2025-03-11 10:00', 'r3');
    const released: string[] = [];
    for (let next = releaseTimer(story); next !== undefined; next = releaseTimer(story)) {
      story.until(next);
      const now = story.order.facts.recordings.filter(({ releasedAt }) => releasedAt === next);
      released.push(`${next} ${now.map(({ id }) => id).join(' ')}`);
    }
    expect(released).toEqual([
      `${at(monthOver)} r1`,
      `${at('2025-04-10 10:00')} r3`,
      `${at('2025-04-11 10:00')} r2`,
    ]);
    expect(retentionIn(story, 'r2').until).toBe(at('2025-04-12 08:00'));
  });

  it('R5.3 comes after the draw for all files at once whose months are over by then', () => {
    const story = awaitsDraw();
    upload(story, '2025-05-27 10:00', 'r2');
    upload(story, '2025-06-02 10:00', 'r3');
    story.until(afterJuneDraw);
    const releases = ['r1', 'r2', 'r3'].map((id) => recordingIn(story, id).releasedAt);
    expect(releases).toEqual([at(afterJuneDraw), at(afterJuneDraw), null]);
    expect(releaseTimer(story)).toBe(at('2025-07-02 10:00'));
  });

  it('R5.2 belongs to the next draw from the draw’s own instant on', () => {
    const before = trainedUntil('2025-05-26 08:59:59.999');
    expect(coveringDraw(before.order)).toBe(at(mayDraw));
    upload(before, '2025-05-26 09:10');
    expect(releaseTimer(before)).toBe(at('2025-06-25 09:10'));
    const story = awaitsDraw();
    expect(coveringDraw(story.order)).toBe(at(juneDraw));
    expect(releaseTimer(story)).toBe(at(afterJuneDraw));
  });

  it('R5.2 goes by when the end was recorded: a list that is closed does not grow', () => {
    const late = trainedUntil('2025-05-26 08:00', '2025-05-26 09:30');
    upload(late, '2025-05-26 09:40');
    expect(releaseTimer(late)).toBe(at(afterJuneDraw));
  });

  it('R5.3 waits for the draw of closed orders as well', () => {
    const story = awaitsDraw();
    story.act('2025-05-26 10:00', 'send-recording');
    story.act('2025-06-03 10:00', 'record-summary', noneOpen);
    story.act('2025-06-03 11:00', 'record-signature', { where: 'paper' });
    story.act('2025-06-03 15:00', 'return-visit', { ok: true });
    story.act('2025-06-03 16:00', 'hand-over');
    story.act('2025-06-03 17:00', 'accept-hand-over');
    story.act('2025-06-03 18:00', 'leave-group');
    expect(story.order.stage).toBe('closed');
    expect(story.order.timers.map(({ step, at: due }) => [step, due])).toEqual([
      ['release-recordings', at(afterJuneDraw)],
    ]);
    story.until(afterJuneDraw);
    expect(recordingIn(story).releasedAt).toBe(at(afterJuneDraw));
    expect(story.order.timers).toEqual([]);
  });

  it('R5.3 waits for the draw of orders that were cancelled after their training', () => {
    const story = awaitsDraw();
    const change = story.cancel('2025-05-28 10:00');
    expect(workOf(change)).toEqual([]);
    expect(releaseTimer(story)).toBe(at(afterJuneDraw));
    story.until(afterJuneDraw);
    expect(recordingIn(story).releasedAt).toBe(at(afterJuneDraw));
  });

  it('R5.3 waits for the month alone when an order is cancelled whose training never ended: no draw covers it', () => {
    const story = makeStoryIn('training');
    upload(story, '2025-03-09 15:00');
    expect(releaseTimer(story)).toBeUndefined();
    expect(workOf(story.cancel('2025-03-09 15:30'))).toEqual([]);
    expect(releaseTimer(story)).toBe(at('2025-04-08 15:00'));
    const late = makeStoryIn('training');
    upload(late, '2025-03-09 15:00');
    expect(workOf(late.cancel('2025-04-08 15:00'))).toEqual(['release r1']);
    expect(recordingIn(late).releasedAt).toBe(at('2025-04-08 15:00'));
  });

  it('R5.3 comes with the check when that ends later than the time of the release', () => {
    const cancelled = makeStoryIn('training');
    cancelled.record('2025-03-09 15:00', 'r1', begin);
    cancelled.record('2025-03-09 15:10', 'r1', finished);
    expect(workOf(cancelled.cancel('2025-03-09 15:30'))).toEqual([]);
    expect(workOf(cancelled.record('2025-04-08 15:11', 'r1', isVideo)!)).toEqual(['release r1']);
    const late = awaitsDraw();
    late.record('2025-05-31 09:00', 'r2', begin);
    late.record('2025-05-31 09:59', 'r2', finished);
    late.until(afterJuneDraw);
    expect(workOf(late.record('2025-06-30 10:01', 'r2', isVideo)!)).toEqual(['release r2']);
  });

  it('R5.3 is for every object in the store: rejected files too, uploads that go on not', () => {
    const story = trainedUntil(mayDraw);
    for (const id of ['r1', 'r2']) story.record('2025-05-26 09:10', id, begin);
    story.record('2025-05-26 09:20', 'r1', isVideo);
    story.record('2025-05-26 09:20', 'r2', isBroken);
    story.record('2025-06-30 09:30', 'r3', begin);
    story.until(afterJuneDraw);
    expect(['r1', 'r2', 'r3'].map((id) => recordingIn(story, id).releasedAt)).toEqual([
      at(afterJuneDraw),
      at(afterJuneDraw),
      null,
    ]);
    expect(recordingIn(story, 'r3').gone).toBeNull();
  });

  it('R5.3 is told once', () => {
    const story = kept();
    story.until(monthOver);
    const again = keepOrRelease(story.order, buildFacts('2025-04-08 20:00'));
    expect(again).toEqual({ order: story.order, work: [] });
    expect(workOf(story.act('2025-04-08 20:00', 'renew-recording-link', { recordingId: 'r1' }))).toEqual([]);
  });
});

describe('a hold', () => {
  it('R5.3 that is set at the draw keeps the recordings beyond the release, until it is lifted', () => {
    const story = kept();
    const change = hold(story, draw);
    expect(change).toMatchObject({ rules: ['R5.3'], facts: { because: 'drawn' } });
    expect(workOf(change)).toEqual([]);
    expect(story.order.facts.holds).toEqual([
      { id: 'hold-1', reason: 'drawn', from: at(draw), to: null, by: 'U1', seq: change.order.version },
    ]);
    expect(releaseTimer(story)).toBeUndefined();
    story.until('2025-05-20 10:00');
    expect(recordingIn(story).releasedAt).toBeNull();
    expect(workOf(lift(story, '2025-05-20 11:00'))).toEqual(['release r1']);
    expect(recordingIn(story).releasedAt).toBe(at('2025-05-20 11:00'));
  });

  it('R5.3 that is lifted before the release leaves this to its time', () => {
    const story = kept();
    hold(story, '2025-03-12 10:00', 'complaint');
    expect(workOf(lift(story, '2025-03-13 10:00'))).toEqual([]);
    expect(releaseTimer(story)).toBe(at(monthOver));
    hold(story, draw);
    expect(workOf(lift(story, '2025-04-01 10:00', 'hold-2'))).toEqual([]);
    expect(releaseTimer(story)).toBe(at(monthOver));
    hold(story, '2025-04-02 10:00', 'complaint');
    expect(workOf(lift(story, monthOver, 'hold-3'))).toEqual(['release r1']);
  });

  it('R5.3 takes back what was released, and gives it free again', () => {
    const story = kept();
    expect(workOf(hold(story, '2025-04-08 20:00', 'complaint'))).toEqual(['keep r1']);
    expect(recordingIn(story).releasedAt).toBeNull();
    expect(retentionIn(story)).toEqual({ until: null, reason: 'held' });
    expect(workOf(lift(story, '2025-04-10 10:00'))).toEqual(['release r1']);
    expect(recordingIn(story).releasedAt).toBe(at('2025-04-10 10:00'));
  });

  it('R5.3 keeps as long as one of several lasts', () => {
    const story = kept();
    hold(story, draw);
    hold(story, '2025-04-01 10:00', 'appeal');
    expect(workOf(lift(story, '2025-04-10 10:00'))).toEqual([]);
    expect(textIn(story, '2025-04-10 10:00')).toContain('申诉');
    expect(workOf(lift(story, '2025-04-11 10:00', 'hold-2'))).toEqual(['release r1']);
  });

  it('R5.3 keeps what is uploaded while it lasts, and leaves alone what is gone', () => {
    const story = kept();
    hold(story, draw);
    expect(workOf(upload(story, '2025-04-02 10:00', 'r2'))).toEqual([]);
    story.record('2025-04-03 10:00', 'r1', deleted('hidden', 'removed'));
    expect(workOf(lift(story, '2025-05-02 10:00'))).toEqual(['release r2']);
  });

  it('R5.3 is set and lifted after the end of an order too, by auditor and manager only', () => {
    const story = makeStoryIn('closed');
    hold(story, '2025-03-20 10:00');
    story.act('2025-03-21 10:00', 'lift-hold', { holdId: 'hold-1', reason: '完' }, staff('manager'));
    for (const role of ['trainer', 'assistant', 'sales', 'service', 'support', 'operator'] as const) {
      const set = story.refused('2025-03-22 10:00', 'hold-recordings', { because: 'drawn' }, staff(role));
      const end = { holdId: 'hold-1', reason: '完' };
      expect([set.type, story.refused('2025-03-22 10:00', 'lift-hold', end, staff(role)).type]).toEqual([
        'wrong-role',
        'wrong-role',
      ]);
    }
  });

  it('R5.3 is lifted once, by its own id; 20 at a time are the most', () => {
    const story = kept();
    hold(story, draw);
    lift(story, '2025-04-01 10:00');
    const reason = '检查结束';
    expect(story.refused('2025-04-01 10:01', 'lift-hold', { holdId: 'hold-1', reason })).toEqual({
      type: 'already-done',
      action: 'lift-hold',
      at: at('2025-04-01 10:00'),
    });
    expect(story.refused('2025-04-01 10:01', 'lift-hold', { holdId: 'hold-2', reason })).toEqual({
      type: 'unknown-hold',
      holdId: 'hold-2',
    });
    for (let n = 2; n <= 21; n += 1) hold(story, '2025-04-01 10:02', 'check');
    expect(story.refused('2025-04-01 10:03', 'hold-recordings', { because: 'check' })).toEqual({
      type: 'limit-reached',
      what: 'holds',
      limit: 20,
    });
    expect(new Set(story.order.facts.holds.map(({ id }) => id)).size).toBe(21);
  });
});

describe('what people are told of a recording’s time', () => {
  it('R5.1 is one month, up to the next 08:00 in Shanghai, when the draw is held before that', () => {
    const story = kept();
    // 30 days after 9 March 16:10 is 8 April 16:10.
    expect(retentionIn(story)).toEqual({ until: at('2025-04-09 08:00'), reason: 'one-month' });
    expect(textIn(story, '2025-04-08 08:00')).toBe('录屏保留一个月，4月9日 08:00（还剩 1 天）到期删除。');
    expect(textIn(story, '2025-04-08 07:59:59.999')).toContain('（还剩 2 天）');
    story.until(monthOver);
    expect(retentionIn(story)).toEqual({ until: at('2025-04-09 08:00'), reason: 'one-month' });
  });

  it('R5.3 is the morning after the draw when that comes later', () => {
    const long = awaitsDraw();
    expect(retentionIn(long)).toEqual({ until: at('2025-07-01 08:00'), reason: 'before-draw' });
    expect(textIn(long, '2025-06-29 10:00')).toBe(
      '录屏保留到 6月30日 09:00 的月度抽检之后；没有抽中的话，7月1日 08:00（还剩 2 天）删除。',
    );
    long.until(afterJuneDraw);
    expect(retentionIn(long)).toEqual({ until: at('2025-07-01 08:00'), reason: 'released' });
  });

  it('R5.3 is open while the training is not recorded as ended, and while a hold lasts', () => {
    const open = makeStoryIn('training');
    upload(open, '2025-03-09 15:00');
    expect(retentionIn(open)).toEqual({ until: null, reason: 'training-open' });
    expect(textIn(open, '2025-03-09 15:00')).toContain('培训还没有登记结束');
    const held = kept();
    hold(held, draw);
    expect(retentionIn(held)).toEqual({ until: null, reason: 'held' });
    expect(textIn(held, draw)).toBe('本单已被抽中检查，录屏保留到处理结束。');
  });

  it('R5.1 counts from when the store has the file, however long the check took', () => {
    const started = '2025-03-10 07:40';
    const story = makeStoryIn('training');
    story.act('2025-03-09 16:00', 'finish-training');
    story.record(started, 'r1', begin);
    story.record('2025-03-10 07:50', 'r1', finished);
    // The first check was lost; the second one comes after 08:00, a midnight of UTC.
    story.record('2025-03-10 09:50', 'r1', isVideo);
    expect(retentionIn(story).until).toBe(at('2025-04-09 08:00'));
  });

  it('R5.1 says of an upload that was given up nothing of an expiry', () => {
    const story = makeStoryIn('training');
    story.record('2025-03-09 15:00', 'r1', begin);
    story.record('2025-03-09 15:10', 'r1', { what: 'ended', how: 'aborted' });
    expect(retentionIn(story)).toEqual({ until: at('2025-03-09 15:10'), reason: 'gone' });
    expect(textIn(story, '2025-03-09 15:20')).not.toContain('到期');
  });

  it('R5.1 says of a recording that was taken away nothing of an expiry', () => {
    const story = kept();
    story.record('2025-03-12 10:00', 'r1', deleted('hidden', 'removed'));
    expect(textIn(story, '2025-03-12 10:00')).not.toContain('到期');
  });

  it('R5.3 speaks of no draw where none covers the order', () => {
    const story = makeStoryIn('training');
    upload(story, '2025-03-09 15:00');
    story.cancel('2025-04-20 10:00');
    expect(retentionIn(story).until).toBe(at('2025-04-21 08:00'));
    expect(textIn(story, '2025-04-20 11:00')).not.toContain('抽检');
  });

  it('R5.3 does not tell a drawn order, whose hold was lifted, that it may be drawn', () => {
    const story = kept();
    hold(story, draw);
    lift(story, '2025-05-20 09:00');
    expect(retentionIn(story).until).toBe(at('2025-05-21 08:00'));
    expect(textIn(story, '2025-05-20 11:00')).not.toContain('没有抽中');
  });

  it('R5.1 follows the policy’s month and hour', () => {
    const policyWith = (changed: Partial<Policy['recordings']>): Policy =>
      policySchema.parse({ ...currentPolicy, recordings: { ...currentPolicy.recordings, ...changed } });
    const released = [{ recordingId: 'r1', work: 'release' }];
    const month = kept();
    const longer = policyWith({ keepDays: 60 });
    expect(retentionOf(month.order, recordingIn(month), longer).until).toBe(at('2025-05-09 08:00'));
    expect(keepOrRelease(month.order, { now: at('2025-05-08 16:09'), policy: longer }).work).toEqual([]);
    expect(keepOrRelease(month.order, { now: at('2025-05-08 16:10'), policy: longer }).work).toEqual(
      released,
    );
    const drawn = awaitsDraw();
    expect(keepOrRelease(drawn.order, { now: at(juneDraw), policy: currentPolicy }).work).toEqual([]);
    const sooner = policyWith({ releaseAfterDrawMinutes: 0 });
    expect(keepOrRelease(drawn.order, { now: at(juneDraw), policy: sooner }).work).toEqual(released);
  });
});

describe('the store’s word that a recording is gone', () => {
  const after = (): Story => {
    const story = kept();
    story.until('2025-04-09 08:00');
    return story;
  };

  it('R5.1 is kept as the proof: hidden first, its bytes erased a day later', () => {
    const story = after();
    const hidden = story.record('2025-04-09 08:01', 'r1', deleted('hidden'))!;
    expect(hidden).toMatchObject({
      event: 'recording-expired',
      rules: ['R5.1'],
      facts: { recordingId: 'r1', reason: 'expired', versionId: 'version-r1', eventId: 'e1' },
    });
    expect(recordingIn(story)).toMatchObject({
      gone: { at: at('2025-04-09 08:01'), how: 'expired', seq: hidden.order.version },
      erasedAt: null,
    });
    expect(stateOf(story.order, recordingIn(story), currentPolicy)).toBe('expired');
    expect(retentionIn(story)).toEqual({ until: at('2025-04-09 08:01'), reason: 'gone' });
    const erased = story.record('2025-04-10 08:01', 'r1', deleted('erased'))!;
    expect(erased.event).toBe('recording-erased');
    expect(recordingIn(story)).toMatchObject({
      gone: { at: at('2025-04-09 08:01'), how: 'expired', seq: hidden.order.version },
      erasedAt: at('2025-04-10 08:01'),
    });
  });

  it('R5.1 stands alone when only the second word came, and is not undone by the first one after it', () => {
    const story = after();
    const erased = story.record('2025-04-10 08:01', 'r1', deleted('erased'))!;
    expect(recordingIn(story)).toMatchObject({
      gone: { at: at('2025-04-10 08:01'), how: 'expired', seq: erased.order.version },
      erasedAt: at('2025-04-10 08:01'),
    });
    expect(story.record('2025-04-10 08:05', 'r1', deleted('hidden'))).toBeNull();
  });

  it('R5.1 is taken once, and not for what is unknown', () => {
    const story = after();
    expect(story.record('2025-04-09 08:01', 'r9', deleted('hidden'))).toBeNull();
    story.record('2025-04-09 08:01', 'r1', deleted('hidden'));
    expect(story.record('2025-04-09 08:02', 'r1', deleted('hidden'))).toBeNull();
    expect(story.record('2025-04-09 08:03', 'r1', deleted('hidden', 'removed'))).toBeNull();
    story.record('2025-04-10 08:01', 'r1', deleted('erased'));
    expect(story.record('2025-04-10 08:02', 'r1', deleted('erased'))).toBeNull();
    expect(recordingIn(story).gone?.how).toBe('expired');
  });

  it('R5.1 tells a deletion by hand from an expiry', () => {
    const story = kept();
    const change = story.record('2025-03-12 10:00', 'r1', deleted('erased', 'removed'))!;
    expect(change.facts).toMatchObject({ reason: 'removed' });
    expect(recordingIn(story).gone?.how).toBe('removed');
    expect(stateOf(story.order, recordingIn(story), currentPolicy)).toBe('deleted');
  });

  it('R5.1 ends what was waiting for it: no release, no hold, no timer', () => {
    const story = kept();
    story.record('2025-03-12 10:00', 'r1', deleted('hidden', 'removed'));
    expect(releaseTimer(story)).toBeUndefined();
    expect(workOf(hold(story, '2025-03-13 10:00'))).toEqual([]);
    expect(workOf(lift(story, '2025-04-13 10:00'))).toEqual([]);
  });

  it('R5.1 asks for nothing to be uploaded again, as the recording was there', () => {
    const story = makeStoryIn('maintenance');
    story.record('2025-03-16 10:00', 'r1', deleted('hidden'));
    expect(story.waiting()).not.toContain('upload-recording');
  });
});
