import { describe, expect, it } from 'vitest';
import type { Role, StaffActor } from '../../shared/domain/actions/action.ts';
import { roleSchema } from '../../shared/domain/actions/action.ts';
import type { Change } from '../../shared/domain/decision.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { epochMs, plusMinutes, toInstant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import type { Access } from '../../shared/domain/recordings/access.ts';
import { recordView } from '../../shared/domain/recordings/access.ts';
import type { LinkTarget } from '../../shared/domain/recordings/link.ts';
import { followLink } from '../../shared/domain/recordings/link.ts';
import type { Recording, RecordingWork } from '../../shared/domain/recordings/recording-facts.ts';
import {
  findRecording,
  isRecorded,
  problemsOf,
  recordedSeconds,
  stateOf,
} from '../../shared/domain/recordings/recording-state.ts';
import { isPastLooks } from '../../shared/domain/recordings/look.ts';
import type { StatedFile } from '../../shared/domain/recordings/upload.ts';
import { openUpload, partBytes, partsOf, refuseUpload } from '../../shared/domain/recordings/upload.ts';
import { taskText } from '../../shared/domain/wording.ts';
import type { Story } from '../support/build-order.ts';
import {
  accepted,
  at,
  buildFacts,
  makeStory,
  makeStoryIn,
  staff,
  understood,
} from '../support/build-order.ts';
import type { RecordingEvent } from '../support/recording-events.ts';

/** A time of the training's day. It is held from 14:00 to 16:00. */
const day1 = (time: string): string => `2025-03-09 ${time}`;
const gib = 1024 ** 3;
const mib = 1024 ** 2;
/** In minutes, as the events of recordings count. */
const millisecond = 1 / 60_000;

const begin = (startsAfter = 0, joinedAfter = 0): RecordingEvent => ({
  what: 'started',
  size: 300_000_000,
  joinedAfter,
  startsAfter,
});
const finished: RecordingEvent = { what: 'finished' };
const incomplete: RecordingEvent = { what: 'incomplete' };
const aborted: RecordingEvent = { what: 'ended', how: 'aborted' };
const abandoned = { what: 'ended', how: 'abandoned' } as const;
const isVideo = (minutes: number): RecordingEvent => ({ what: 'checked', minutes });
const isBroken: RecordingEvent = { what: 'unusable', problem: 'broken' };
const expired: RecordingEvent = { what: 'deleted', deletion: { what: 'hidden', reason: 'expired' } };
const removed: RecordingEvent = { what: 'deleted', deletion: { what: 'hidden', reason: 'removed' } };

/** The example order, trained until 16:00; nothing is uploaded yet. */
const trained = (): Story => {
  const story = makeStoryIn('training');
  story.act(day1('16:00'), 'finish-training');
  return story;
};

/** A file that is uploaded and checked at one time: a video of so many minutes that begins so long after 14:00. */
const upload = (
  story: Story,
  time: string,
  id: string,
  {
    minutes,
    startsAfter = 0,
    joinedAfter = 0,
  }: { minutes: number; startsAfter?: number; joinedAfter?: number },
): Change => {
  story.record(time, id, begin(startsAfter, joinedAfter));
  story.record(time, id, finished);
  return story.record(time, id, isVideo(minutes))!;
};

const recordingIn = ({ order }: Story, id: string): Recording => findRecording(order, id)!;
const stateIn = (story: Story, id = 'r1') => stateOf(story.order, recordingIn(story, id), currentPolicy);
const problemsIn = (story: Story, id = 'r1') =>
  problemsOf(story.order, recordingIn(story, id), currentPolicy);
const linkIn = (story: Story, id = 'r1') => recordingIn(story, id).link!;
const scriptOf = (story: Story): string =>
  taskText(story.order, story.task('upload-recording')!, currentPolicy).script;
const workOf = (change: Change | null): string[] =>
  (change?.work ?? []).map(({ recordingId, work }: RecordingWork) => `${work} ${recordingId}`);

const file: StatedFile = {
  fileName: '欧阳先生 培训.mp4',
  size: 300_000_000,
  contentType: 'video/mp4',
  customerJoinedAt: at(day1('14:00')),
  recordingStartedAt: at(day1('14:00')),
};
const uploading = (
  { order }: Story,
  time: string,
  overrides: Partial<StatedFile> = {},
  actor = staff('trainer'),
) => refuseUpload(order, { ...file, ...overrides }, actor, buildFacts(time));

describe('a file that a trainer wants to upload', () => {
  it('R2.2 is a trainer’s, also a former one’s, and nobody else’s', () => {
    const story = trained();
    story.act(day1('16:05'), 'reassign', { trainer: { id: 'T2', name: '赵六' }, reason: '出差' });
    const now = day1('16:10');
    const mayNot = roleSchema.options.filter((role) => uploading(story, now, {}, staff(role)) !== null);
    expect(mayNot).toEqual(roleSchema.options.filter((role: Role) => role !== 'trainer'));
    expect(uploading(story, now, {}, staff('manager'))).toEqual({
      refusal: { type: 'wrong-role', action: 'upload-recording', accepted: ['trainer'] },
    });
    const both: StaffActor = { ...staff('trainer'), id: 'T2', roles: ['manager', 'trainer'] };
    expect(uploading(story, now, {}, both)).toBeNull();
  });

  it('R2.2 is taken from the start of the training to the end of the order', () => {
    const now = '2025-03-18 10:00';
    const open = ['training', 'maintenance', 'acceptance'] as const;
    for (const stage of open) expect(uploading(makeStoryIn(stage), now)).toBeNull();
    for (const stage of ['preparation', 'closed', 'cancelled'] as const)
      expect(uploading(makeStoryIn(stage), now)).toEqual({
        refusal: { type: 'wrong-stage', action: 'upload-recording', stage, accepted: open },
      });
  });

  it.each(['video/mp4', 'video/x-flv', 'video/x-msvideo'])(
    'R2.2 may be %s, as the recorder writes it',
    (type) => {
      expect(uploading(trained(), day1('16:10'), { contentType: type })).toBeNull();
    },
  );

  it.each(['', 'video/', 'video/mp4; x', 'application/octet-stream', 'text/html', 'audio/mp4'])(
    'R2.2 may not be %j; what is accepted is named',
    (given) => {
      expect(uploading(trained(), day1('16:10'), { contentType: given })).toEqual({
        refusal: { type: 'unknown-file-type', given, accepted: currentPolicy.recordings.contentTypes },
      });
    },
  );

  it('R2.2 has 20 GiB at most, and not a byte more', () => {
    const story = trained();
    expect(uploading(story, day1('16:10'), { size: 20 * gib })).toBeNull();
    expect(uploading(story, day1('16:10'), { size: 20 * gib + 1 })).toEqual({
      refusal: { type: 'file-too-large', size: 20 * gib + 1, maxBytes: 20 * gib },
    });
  });

  it.each(['customerJoinedAt', 'recordingStartedAt'] as const)(
    'R2.2 states %s between the order’s acceptance and now, both to the millisecond',
    (field) => {
      const story = trained();
      const now = at(day1('16:10'));
      const { acceptedAt } = story.order;
      const stated = (value: Instant) => uploading(story, day1('16:10'), { [field]: value });
      const beside = (instant: Instant, ms: number): Instant => toInstant(epochMs(instant) + ms);
      expect(stated(now)).toBeNull();
      expect(stated(acceptedAt)).toBeNull();
      expect(stated(beside(now, 1))).toEqual({
        refusal: { type: 'impossible-time', field, value: beside(now, 1), why: 'in-the-future' },
      });
      expect(stated(beside(acceptedAt, -1))).toEqual({
        refusal: { type: 'impossible-time', field, value: beside(acceptedAt, -1), why: 'before-acceptance' },
      });
    },
  );

  it('R2.2 is the 20th of its order at most; uploads that were given up do not count, rejected files do', () => {
    const story = trained();
    const ids = Array.from({ length: 20 }, (_, index) => `r${index}`);
    for (const id of ids) {
      story.record(day1('16:10'), id, begin());
      story.record(day1('16:11'), id, aborted);
    }
    expect(story.order.facts.recordings).toHaveLength(1);
    for (const id of ids) {
      expect(uploading(story, day1('16:20'))).toBeNull();
      story.record(day1('16:20'), `second ${id}`, begin());
      if (id !== 'r0') story.record(day1('16:20'), `second ${id}`, isBroken);
    }
    expect(story.order.facts.recordings).toHaveLength(20);
    expect(uploading(story, day1('16:30'))).toEqual({
      refusal: { type: 'limit-reached', what: 'recordings', limit: 20 },
    });
    story.record(day1('16:31'), 'second r0', aborted);
    expect(uploading(story, day1('16:32'))).toBeNull();
  });
});

describe('the parts of a file', () => {
  it.each([
    [1, 16 * mib, 1, 1],
    [16 * mib, 16 * mib, 1, 16 * mib],
    [16 * mib + 1, 16 * mib, 2, 1],
    [20 * gib, 16 * mib, 1280, 16 * mib],
    [20 * gib - 1, 16 * mib, 1280, 16 * mib - 1],
  ])('R2.2 of %i bytes have %i each, are %i, and the last one has %i', (size, partSize, parts, last) => {
    expect(partsOf(size)).toEqual({ partSize, parts });
    expect(partBytes({ size, partSize, parts }, parts)).toBe(last);
  });
});

describe('the course of an upload', () => {
  it('R2.2 begins with what is stated, of which the history has no file name', () => {
    const story = trained();
    const change = story.record(day1('16:10'), 'r1', begin(-1, 0))!;
    expect(change).toMatchObject({
      event: 'upload-started',
      rules: ['R2.2'],
      facts: {
        recordingId: 'r1',
        fileName: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        size: 300_000_000,
        parts: 18,
        customerJoinedAt: at(day1('14:00')),
        recordingStartedAt: at(day1('13:59')),
      },
    });
    expect(JSON.stringify(change.facts)).not.toContain('星空乐园');
    expect(workOf(change)).toEqual([]);
    expect(recordingIn(story, 'r1')).toMatchObject({
      by: 'T1',
      startedAt: at(day1('16:10')),
      seq: change.order.version,
    });
    expect(stateIn(story)).toBe('uploading');
    expect(problemsIn(story)).toEqual([]);
  });

  it('R2.2 is checked once it is finished', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    const change = story.record(day1('16:20'), 'r1', finished);
    expect(change).toMatchObject({ event: 'upload-finished', facts: { recordingId: 'r1' } });
    expect(workOf(change)).toEqual(['check r1']);
    expect(stateIn(story)).toBe('checking');
    // A page that did not get the answer says it again.
    expect(story.record(day1('16:21'), 'r1', finished)).toBeNull();
    expect(stateIn(story)).toBe('checking');
  });

  it('R2.2 goes on when parts are missing, says so, and can be finished again', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    expect(story.record(day1('16:15'), 'r1', incomplete)).toBeNull();
    story.record(day1('16:20'), 'r1', finished);
    expect(story.record(day1('16:21'), 'r1', incomplete)).toMatchObject({
      event: 'upload-incomplete',
      facts: { recordingId: 'r1', missingParts: 1 },
    });
    expect([stateIn(story), problemsIn(story)]).toEqual(['uploading', ['parts-missing']]);
    expect(story.record(day1('16:22'), 'r1', incomplete)).toBeNull();
    story.record(day1('16:30'), 'r1', finished);
    expect([stateIn(story), problemsIn(story)]).toEqual(['checking', []]);
    story.record(day1('16:31'), 'r1', isVideo(120));
    expect(stateIn(story)).toBe('ready');
    expect(story.record(day1('16:32'), 'r1', incomplete)).toBeNull();
  });

  it('R2.2 that came to its check without anybody’s word is checked all the same', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    story.record(day1('16:40'), 'r1', isVideo(120));
    expect(recordingIn(story, 'r1').finishedAt).toBe(at(day1('16:40')));
    expect(stateIn(story)).toBe('ready');
  });

  it.each(['aborted', 'abandoned'] as const)('R2.2 that was %s is over, and nothing changes it', (how) => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    const change = story.record(day1('16:20'), 'r1', { what: 'ended', how });
    expect(change).toMatchObject({ event: `upload-${how}`, facts: { recordingId: 'r1' } });
    expect(workOf(change)).toEqual(['abort r1']);
    expect(stateIn(story)).toBe('deleted');
    for (const event of [aborted, incomplete, isVideo(120), isBroken] as const)
      expect(story.record(day1('16:30'), 'r1', event)).toBeNull();
    expect(openUpload(story.order, 'r1', staff('trainer'), 'finish-upload')).toEqual({
      refusal: { type: 'upload-over', recordingId: 'r1', at: at(day1('16:20')) },
    });
  });

  it('R2.2 is over with its check: what is found a second time changes nothing', () => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 120 });
    for (const event of [isVideo(1), isBroken, incomplete, aborted])
      expect(story.record(day1('16:20'), 'r1', event)).toBeNull();
    expect(openUpload(story.order, 'r1', staff('trainer'), 'finish-upload')).toMatchObject({
      refusal: { type: 'upload-over' },
    });
  });

  it('R2.2 is its trainer’s to go on with, and unknown under another id', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    expect(openUpload(story.order, 'r1', staff('assistant'), 'abort-upload')).toEqual({
      refusal: { type: 'wrong-role', action: 'abort-upload', accepted: ['trainer'] },
    });
    expect(openUpload(story.order, 'r2', staff('trainer'), 'abort-upload')).toEqual({
      refusal: { type: 'unknown-recording', recordingId: 'r2' },
    });
    for (const event of [incomplete, aborted, isVideo(9), isBroken, expired])
      expect(story.record(day1('16:11'), 'r2', event)).toBeNull();
  });
});

describe('the truth of a recording', () => {
  it('R2.2 is 80 % of the training, exactly that; a second less is too short', () => {
    const exact = trained();
    upload(exact, day1('16:10'), 'r1', { minutes: 96 });
    expect([stateIn(exact), problemsIn(exact)]).toEqual(['ready', []]);
    const less = trained();
    upload(less, day1('16:10'), 'r1', { minutes: 96 - 1 / 60 });
    expect([stateIn(less), problemsIn(less)]).toEqual(['rejected', ['too-short']]);
    expect(scriptOf(less)).toContain('录屏共 95 分钟，少于培训计划 120 分钟的 80%（96 分钟）');
  });

  it('R2.2 is made of several files: the second one makes the first one good, with a link for each', () => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 60 });
    expect(stateIn(story)).toBe('rejected');
    expect(recordingIn(story, 'r1').link).toBeNull();
    upload(story, day1('16:20'), 'r2', { minutes: 36, startsAfter: 61 });
    expect([stateIn(story, 'r1'), stateIn(story, 'r2')]).toEqual(['ready', 'ready']);
    expect(linkIn(story, 'r1').madeAt).toBe(at(day1('16:20')));
    expect(linkIn(story, 'r2').madeAt).toBe(at(day1('16:20')));
  });

  it('R2.2 counts what two files show of the same time once', () => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 60 });
    upload(story, day1('16:11'), 'r2', { minutes: 60 });
    expect(recordedSeconds(story.order)).toBe(60 * 60);
    expect([stateIn(story, 'r1'), stateIn(story, 'r2')]).toEqual(['rejected', 'rejected']);
    // From 14:50 to 15:35: a minute too few.
    upload(story, day1('16:12'), 'r3', { minutes: 45, startsAfter: 50 });
    expect(recordedSeconds(story.order)).toBe(95 * 60);
    // Within what is there already.
    upload(story, day1('16:13'), 'r4', { minutes: 20, startsAfter: 10 });
    expect(recordedSeconds(story.order)).toBe(95 * 60);
    upload(story, day1('16:14'), 'r5', { minutes: 10, startsAfter: 110 });
    expect(recordedSeconds(story.order)).toBe(105 * 60);
    expect(stateIn(story, 'r1')).toBe('ready');
  });

  it('R2.2 begins when the customer joins, not a millisecond later', () => {
    const fine = trained();
    upload(fine, day1('16:10'), 'r1', { minutes: 120, startsAfter: 5, joinedAfter: 5 });
    expect(problemsIn(fine)).toEqual([]);
    const late = trained();
    upload(late, day1('16:10'), 'r1', { minutes: 120, startsAfter: 5 + millisecond, joinedAfter: 5 });
    expect(problemsIn(late)).toEqual(['starts-late']);
    // The file before it, which was started in time, is found.
    upload(late, day1('16:20'), 'r2', { minutes: 10, startsAfter: 4, joinedAfter: 5 });
    expect([problemsIn(late, 'r1'), problemsIn(late, 'r2')]).toEqual([[], []]);
  });

  it('R2.2 begins by the earliest statement of when that was, also the one at the training’s start', () => {
    const story = makeStory();
    story.act(day1('13:50'), 'confirm-needs', understood);
    const joined = { customerJoinedAt: '2025-03-09T13:58:00+08:00' };
    story.act(day1('14:00'), 'start-training', joined);
    story.act(day1('16:00'), 'finish-training');
    upload(story, day1('16:10'), 'r1', { minutes: 120, startsAfter: -1 });
    expect(problemsIn(story)).toEqual(['starts-late']);
    upload(story, day1('16:20'), 'r2', { minutes: 5, startsAfter: -2 });
    expect(problemsIn(story)).toEqual([]);
  });

  it('R2.2 names both when a file is too short and begins late', () => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 10, startsAfter: 30 });
    expect(problemsIn(story)).toEqual(['too-short', 'starts-late']);
  });

  it.each(['not-a-video', 'no-duration', 'broken', 'wrong-size'] as const)(
    'R2.2 does not count a file that is %s',
    (problem) => {
      const story = trained();
      upload(story, day1('16:10'), 'r1', { minutes: 60 });
      story.record(day1('16:20'), 'r2', begin(60));
      const change = story.record(day1('16:21'), 'r2', { what: 'unusable', problem });
      expect(change).toMatchObject({
        event: 'recording-checked',
        facts: { recordingId: 'r2', versionId: null, problem },
      });
      expect([stateIn(story, 'r2'), problemsIn(story, 'r2')]).toEqual(['rejected', [problem]]);
      expect(recordedSeconds(story.order)).toBe(60 * 60);
      expect(recordingIn(story, 'r2').link).toBeNull();
    },
  );

  it('R2.2 lasts beyond a file’s expiry, and what was shared stays good when another file is taken away', () => {
    const two = (): Story => {
      const story = trained();
      upload(story, day1('16:10'), 'r1', { minutes: 60 });
      upload(story, day1('16:20'), 'r2', { minutes: 60, startsAfter: 60 });
      return story;
    };
    const kept = two();
    kept.record(day1('16:30'), 'r1', expired);
    expect([stateIn(kept, 'r1'), stateIn(kept, 'r2')]).toEqual(['expired', 'ready']);
    const lost = two();
    lost.record(day1('16:30'), 'r1', removed);
    expect([stateIn(lost, 'r1'), stateIn(lost, 'r2')]).toEqual(['deleted', 'ready']);
    expect(lost.waiting()).not.toContain('upload-recording');
  });
});

describe('a recording that is let pass', () => {
  const late = (): Story => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 60, startsAfter: 30 });
    return story;
  };
  const accept = { recordingId: 'r1', reason: '客户同意不补录' };

  it('R2.2 by assistant or manager is whole, with its reason, link and done task', () => {
    const story = late();
    const change = story.act(day1('16:20'), 'accept-recording', accept);
    expect(change).toMatchObject({
      rules: ['R2.2'],
      facts: { recordingId: 'r1', reason: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect(recordingIn(story, 'r1').accepted).toEqual({
      at: at(day1('16:20')),
      by: 'A1',
      reason: '客户同意不补录',
      seq: change.order.version,
    });
    expect([stateIn(story), problemsIn(story)]).toEqual(['ready', []]);
    expect(linkIn(story)).toMatchObject({ madeAt: at(day1('16:20')), id: String(change.order.version) });
    expect(story.task('upload-recording')).toMatchObject({ state: 'done', doneBy: 'T1' });
    expect(story.waiting()).toContain('send-recording');
    expect(story.refused(day1('16:21'), 'accept-recording', accept, staff('manager'))).toEqual({
      type: 'already-done',
      action: 'accept-recording',
      at: at(day1('16:20')),
    });
  });

  it('R2.2 is not the trainer’s own decision', () => {
    expect(late().refused(day1('16:20'), 'accept-recording', accept, staff('trainer')).type).toBe(
      'wrong-role',
    );
  });

  it('R2.2 has something to let pass: not what is whole, on its way, no video or not there', () => {
    const story = late();
    upload(story, day1('16:15'), 'r2', { minutes: 120 });
    story.record(day1('16:16'), 'r3', begin());
    story.record(day1('16:16'), 'r4', begin());
    story.record(day1('16:16'), 'r4', isBroken);
    for (const recordingId of ['r1', 'r2', 'r3', 'r4'])
      expect(story.refused(day1('16:20'), 'accept-recording', { ...accept, recordingId })).toEqual({
        type: 'nothing-to-accept',
        recordingId,
      });
    expect(story.refused(day1('16:20'), 'accept-recording', { ...accept, recordingId: 'r9' })).toEqual({
      type: 'unknown-recording',
      recordingId: 'r9',
    });
  });

  it('R2.2 is still there: a file that was taken away can’t be let pass', () => {
    const story = late();
    story.record(day1('16:15'), 'r1', removed);
    expect(story.refused(day1('16:20'), 'accept-recording', accept)).toEqual({
      type: 'nothing-to-accept',
      recordingId: 'r1',
    });
  });
});

describe('the task of uploading', () => {
  it('R2.3 is raised with the training’s end, due two hours later; trainer at one and two hours, assistant at three', () => {
    const story = trained();
    expect(story.task('upload-recording')).toMatchObject({
      rule: 'R2.3',
      holder: 'T1',
      subject: '',
      state: 'open',
      raisedAt: at(day1('16:00')),
      dueAt: at(day1('18:00')),
    });
    story.until(day1('17:59'));
    expect(story.saidBetween(day1('16:00'), day1('17:59'))).toEqual(['upload-recording-reminder → trainer']);
    expect(story.saidAt(day1('17:00'))).toEqual(['upload-recording-reminder → trainer']);
    expect(story.textOf('upload-recording-reminder')).toMatch(/^【提醒】/);
    expect(story.textOf('upload-recording-reminder')).not.toContain('逾期');
    expect(story.task('upload-recording')?.state).toBe('open');
    story.until(day1('20:00'));
    expect(story.saidAt(day1('18:00'))).toEqual(['upload-recording-overdue → trainer']);
    expect(story.saidAt(day1('19:00'))).toEqual(['upload-recording-overdue → assistant']);
    expect(story.textOf('upload-recording-overdue')).toMatch(/^【逾期】/);
    expect(story.task('upload-recording')?.state).toBe('overdue');
  });

  it('R2.3 counts from the training’s end, not from when that was recorded', () => {
    const story = makeStoryIn('training');
    story.act(day1('16:40'), 'finish-training', { at: '2025-03-09T16:00:00+08:00' });
    expect(story.task('upload-recording')?.dueAt).toBe(at(day1('18:00')));
  });

  it('R2.3 is not raised before the training is over, nor when the recording is there by then', () => {
    const story = makeStoryIn('training');
    upload(story, day1('15:50'), 'r1', { minutes: 100 });
    expect(story.task('upload-recording')).toBeUndefined();
    story.act(day1('16:00'), 'finish-training');
    story.until(day1('20:00'));
    expect(story.task('upload-recording')).toBeUndefined();
  });

  it('R2.3 is done, not dropped, once the recording is whole, and is chased no more', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    story.record(day1('16:20'), 'r1', finished);
    expect(story.task('upload-recording')?.state).toBe('open');
    const change = story.record(day1('16:30'), 'r1', isVideo(120))!;
    expect(story.task('upload-recording')).toMatchObject({
      state: 'done',
      doneAt: at(day1('16:30')),
      doneBy: 'T1',
    });
    expect(story.task('upload-recording')?.evidence).toContain(change.order.version);
    story.act(day1('16:35'), 'send-recording');
    story.until(day1('23:00'));
    expect(story.saidBetween(day1('16:35'), day1('23:00'))).toEqual([]);
  });

  it.each([
    ['not-a-video', '不是视频'],
    ['no-duration', '没有时长信息'],
    ['broken', '不完整或已损坏'],
    ['wrong-size', '大小不一致'],
  ] as const)('R2.3 says of a file that is %s what to do, in one sentence', (problem, says) => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    story.record(day1('16:20'), 'r1', { what: 'unusable', problem });
    expect(story.saidAt(day1('16:20'))).toEqual(['upload-recording → trainer']);
    expect(story.textOf('upload-recording')).toContain('没有通过检查，请补传');
    expect(scriptOf(story)).toMatch(/^「3月9日 星空乐园\.mp4」没有通过检查：[^。]+。$/);
    expect(scriptOf(story)).toContain(says);
    expect(story.textOf('upload-recording')).toContain(scriptOf(story));
  });

  it('R2.3 says of a file that begins late, or is too short, what is missing, a sentence for each', () => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 120, startsAfter: 10 });
    expect(scriptOf(story)).toMatch(/：录屏开始的时间晚于客户进入的时间[^。]*。$/);
    const both = trained();
    upload(both, day1('16:10'), 'r1', { minutes: 10, startsAfter: 10 });
    expect(scriptOf(both)).toMatch(/：录屏共 10 分钟，少于[^。]*。录屏开始的时间晚于[^。]*。$/);
  });

  it('R2.3 is one of its own for each file that is rejected, and keeps its due time', () => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 30 });
    expect(story.task('upload-recording')).toMatchObject({ subject: 'r1', dueAt: at(day1('18:00')) });
    upload(story, day1('16:20'), 'r2', { minutes: 30 });
    expect(story.task('upload-recording')).toMatchObject({ subject: 'r2', dueAt: at(day1('18:00')) });
    expect(story.waiting().filter((kind) => kind === 'upload-recording')).toHaveLength(1);
    upload(story, day1('16:30'), 'r3', { minutes: 120 });
    expect(story.task('upload-recording')).toMatchObject({ subject: 'r2', state: 'done' });
  });

  it('R2.3 reaches the assistant at three hours, also when a file was rejected after the second', () => {
    const story = trained();
    story.record(day1('18:50'), 'r1', begin());
    story.record(day1('18:50'), 'r1', isBroken);
    story.until(day1('19:30'));
    expect(story.saidBetween(day1('18:00'), day1('19:30'))).toContain('upload-recording-overdue → assistant');
  });

  it('R2.3 is done, and the link made, also when the CRM corrects the length of the training', () => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 60 });
    story.amend(day1('16:20'), { training: { startsAt: undefined, minutes: 60 } });
    expect(stateIn(story)).toBe('ready');
    expect(recordingIn(story, 'r1').link).toMatchObject({ madeAt: at(day1('16:20')) });
    expect(story.task('upload-recording')?.state).toBe('done');
  });
});

describe('the task of sending', () => {
  it('R2.3 is raised with the link, which is made the moment the recording is verified', () => {
    const story = trained();
    const change = upload(story, day1('16:10'), 'r1', { minutes: 120 });
    expect(linkIn(story)).toEqual({
      id: String(change.order.version),
      madeAt: at(day1('16:10')),
      expiresAt: plusMinutes(at(day1('16:10')), 30 * 24 * 60),
      revokedAt: null,
      sentAt: null,
      openedAt: null,
      lastOpenedAt: null,
      lastDownloadedAt: null,
      watchedShare: 0,
    });
    expect(story.saidAt(day1('16:10'))).toEqual(['send-recording → trainer']);
    expect(story.task('send-recording')).toMatchObject({ subject: 'r1', dueAt: at(day1('16:40')) });
    story.until(day1('18:00'));
    expect(story.saidAt(day1('16:40'))).toEqual(['send-recording-overdue → trainer']);
    expect(story.saidAt(day1('17:40'))).toEqual(['send-recording-overdue → assistant']);
  });

  it('R2.3 is done when the link has been sent, once', () => {
    const story = trained();
    expect(story.refused(day1('16:05'), 'send-recording')).toEqual({
      type: 'not-yet',
      action: 'send-recording',
      missing: ['upload-recording'],
    });
    upload(story, day1('16:10'), 'r1', { minutes: 120 });
    story.act(day1('16:20'), 'send-recording');
    expect(linkIn(story).sentAt).toBe(at(day1('16:20')));
    expect(story.task('send-recording')).toMatchObject({ state: 'done', doneBy: 'T1' });
    expect(story.refused(day1('16:21'), 'send-recording')).toEqual({
      type: 'already-done',
      action: 'send-recording',
      at: at(day1('16:20')),
    });
    upload(story, day1('16:30'), 'r2', { minutes: 20 });
    expect(story.task('send-recording')).toMatchObject({ state: 'open', subject: 'r2' });
    story.act(day1('16:40'), 'send-recording', {}, staff('assistant'));
    expect([linkIn(story, 'r1').sentAt, linkIn(story, 'r2').sentAt]).toEqual([
      at(day1('16:20')),
      at(day1('16:40')),
    ]);
  });
});

describe('the customer’s link', () => {
  const ready = (): Story => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 120 });
    return story;
  };
  const follow = ({ order }: Story, now: string, linkId: string, recordingId = 'r1'): LinkTarget =>
    followLink(order, { recordingId, linkId }, buildFacts(now));
  const refusedFor = (target: LinkTarget): string => (target.type === 'refused' ? target.why : target.type);
  const leak = { recordingId: 'r1', reason: '发错群' };

  it('R2.3 leads to its recording until it expires, 30 days after it was made, to the millisecond', () => {
    const story = ready();
    const { id, expiresAt } = linkIn(story);
    expect(follow(story, day1('16:10'), id)).toEqual({
      type: 'recording',
      recording: recordingIn(story, 'r1'),
    });
    expect(expiresAt).toBe(at('2025-04-08 16:10'));
    const last = toInstant(epochMs(expiresAt) - 1);
    expect(follow(story, last, id).type).toBe('recording');
    expect(follow(story, expiresAt, id)).toEqual({ type: 'refused', why: 'expired' });
  });

  it('R2.3 that nobody made leads nowhere', () => {
    const story = ready();
    upload(story, day1('16:15'), 'r2', { minutes: 20 });
    story.record(day1('16:15'), 'r3', begin());
    expect(refusedFor(follow(story, day1('16:20'), linkIn(story).id, 'r9'))).toBe('unknown');
    expect(refusedFor(follow(story, day1('16:20'), linkIn(story).id, 'r3'))).toBe('unknown');
    expect(follow(story, day1('16:20'), '').type).toBe('refused');
    expect(follow(story, day1('16:20'), linkIn(story, 'r2').id).type).toBe('refused');
  });

  it('R2.3 that was revoked leads nowhere any more, in whatever stage the order is', () => {
    const story = ready();
    const { id } = linkIn(story);
    const change = story.act(day1('16:20'), 'revoke-recording-link', leak);
    expect(JSON.stringify(change.facts)).not.toContain('发错群');
    expect(follow(story, day1('16:20'), id)).toEqual({ type: 'refused', why: 'revoked' });
    expect(story.waiting()).not.toContain('send-recording');
    expect(story.refused(day1('16:21'), 'revoke-recording-link', leak)).toMatchObject({
      type: 'already-done',
    });
    const closed = makeStoryIn('closed');
    closed.act('2025-03-18 10:00', 'revoke-recording-link', leak);
    expect(refusedFor(follow(closed, '2025-03-18 10:01', linkIn(closed).id))).toBe('revoked');
  });

  it('R2.3 that is made anew has to be sent anew, and the one before leads nowhere', () => {
    const story = ready();
    const old = linkIn(story).id;
    story.act(day1('16:20'), 'send-recording');
    story.record(day1('16:25'), 'r1', { what: 'accessed', access: { type: 'watched', share: 1 } });
    story.act(day1('16:30'), 'revoke-recording-link', leak);
    story.act(day1('16:40'), 'renew-recording-link', { recordingId: 'r1' });
    const { id, madeAt, sentAt, revokedAt, watchedShare } = linkIn(story);
    expect([madeAt, sentAt, revokedAt, watchedShare]).toEqual([at(day1('16:40')), null, null, 0]);
    expect(refusedFor(follow(story, day1('16:41'), old))).toBe('revoked');
    expect(follow(story, day1('16:41'), id).type).toBe('recording');
    expect(story.waiting()).toContain('send-recording');
  });

  it('R2.3 can be made anew after its expiry, as long as the recording is there', () => {
    const story = ready();
    story.act('2025-04-08 16:10', 'renew-recording-link', { recordingId: 'r1' });
    expect(follow(story, '2025-04-09 10:00', linkIn(story).id).type).toBe('recording');
    story.record('2025-04-09 11:00', 'r1', expired);
    expect(follow(story, '2025-04-09 11:01', linkIn(story).id)).toEqual({ type: 'refused', why: 'gone' });
    expect(story.refused('2025-04-09 11:02', 'renew-recording-link', { recordingId: 'r1' })).toEqual({
      type: 'not-ready',
      recordingId: 'r1',
    });
  });

  it('R2.3 goes on to lead to what was shared, whatever another file makes doubtful', () => {
    const story = ready();
    const { id } = linkIn(story);
    // By the second file’s statement the customer joined before either recording began.
    upload(story, day1('16:20'), 'r2', { minutes: 10, startsAfter: -5, joinedAfter: -10 });
    expect(follow(story, day1('16:21'), id).type).toBe('recording');
    expect([stateIn(story, 'r1'), stateIn(story, 'r2')]).toEqual(['ready', 'rejected']);
    expect(story.waiting()).not.toContain('upload-recording');
  });

  it('R2.3 can’t be revoked or made for what has none, or is unknown', () => {
    const story = ready();
    story.record(day1('16:15'), 'r2', begin());
    for (const name of ['revoke-recording-link', 'renew-recording-link'] as const) {
      const body = name === 'revoke-recording-link' ? leak : { recordingId: 'r1' };
      expect(story.refused(day1('16:20'), name, { ...body, recordingId: 'r2' }).type).toBe('not-ready');
      expect(story.refused(day1('16:20'), name, { ...body, recordingId: 'r9' }).type).toBe(
        'unknown-recording',
      );
      expect(story.refused(day1('16:20'), name, body, staff('sales')).type).toBe('wrong-role');
    }
  });
});

describe('what a customer does with it', () => {
  const seen = (): ((time: string, access: Access) => Change | null) & { story: Story } => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 120 });
    const access = (time: string, what: Access): Change | null =>
      story.record(day1(time), 'r1', { what: 'accessed', access: what });
    return Object.assign(access, { story });
  };

  it('R5.1 is one entry of the history a sitting of 30 minutes', () => {
    const access = seen();
    expect(access('17:00', { type: 'opened' })).toMatchObject({
      event: 'recording-opened',
      rules: ['R2.3', 'R5.1'],
      facts: { recordingId: 'r1', link: linkIn(access.story).id },
    });
    expect(access('17:00:01', { type: 'opened' })).toBeNull();
    expect(access('17:29:59.999', { type: 'opened' })).toBeNull();
    expect(access('17:30', { type: 'opened' })?.event).toBe('recording-opened');
    expect(access('17:59:59.999', { type: 'opened' })).toBeNull();
    expect(linkIn(access.story)).toMatchObject({
      openedAt: at(day1('17:00')),
      lastOpenedAt: at(day1('17:30')),
      lastDownloadedAt: null,
    });
  });

  it('R5.1 tells a download within a sitting too, and the next one half an hour later', () => {
    const access = seen();
    access('17:00', { type: 'opened' });
    expect(access('17:05', { type: 'downloaded' })?.event).toBe('recording-downloaded');
    expect(access('17:34', { type: 'downloaded' })).toBeNull();
    expect(access('17:35', { type: 'downloaded' })?.event).toBe('recording-downloaded');
    expect(linkIn(access.story)).toMatchObject({
      openedAt: at(day1('17:00')),
      lastDownloadedAt: at(day1('17:35')),
    });
  });

  it('R2.3 tells the watched share in quarters, never down', () => {
    const access = seen();
    const shares = [0, 0.239, 0.24, 0.3, 0.1, 0.8, 0.5, 0.98, 0.99, 1];
    const told = shares.map((share) => access('17:00', { type: 'watched', share })?.facts['share'] ?? null);
    expect(told).toEqual([null, null, 0.25, null, null, 0.75, null, null, 1, null]);
    expect(linkIn(access.story).watchedShare).toBe(1);
  });

  it('R5.1 is nothing where there is no link', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    for (const id of ['r1', 'r9'])
      expect(story.record(day1('16:20'), id, { what: 'accessed', access: { type: 'opened' } })).toBeNull();
  });
});

describe('staff who watch a recording', () => {
  const view = ({ order }: Story, time: string, by: string, id = 'r1') =>
    recordView(order, id, { ...staff('assistant'), id: by }, buildFacts(time));

  it('R5.1 are told of by the history, each once a sitting', () => {
    const story = trained();
    upload(story, day1('16:10'), 'r1', { minutes: 120 });
    let { order } = story;
    const seen = (time: string, by: string): string | null => {
      const outcome = recordView(order, 'r1', { ...staff('assistant'), id: by }, buildFacts(day1(time)));
      if (outcome === null) return null;
      ({ order } = accepted(outcome));
      return accepted(outcome).event;
    };
    expect(seen('17:00', 'A1')).toBe('recording-viewed');
    expect(seen('17:00', 'M1')).toBe('recording-viewed');
    expect([seen('17:29:59.999', 'A1'), seen('17:10', 'M1')]).toEqual([null, null]);
    expect(seen('17:30', 'A1')).toBe('recording-viewed');
    expect(findRecording(order, 'r1')!.viewers).toEqual([
      { by: 'M1', at: at(day1('17:00')) },
      { by: 'A1', at: at(day1('17:30')) },
    ]);
    for (let n = 0; n < 60; n += 1) seen('18:00', `A${n}`);
    expect(findRecording(order, 'r1')!.viewers).toHaveLength(50);
  });

  it('R5.1 find nothing where no video is, or none any more', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    upload(story, day1('16:10'), 'r2', { minutes: 120 });
    story.record(day1('16:20'), 'r1', isBroken);
    story.record(day1('16:20'), 'r2', expired);
    for (const id of ['r1', 'r2', 'r9'])
      expect(view(story, day1('16:30'), 'A1', id)).toEqual({
        refusal: { type: 'not-ready', recordingId: id },
      });
  });
});

/** The looks at an order's uploads while nothing else happens: when, and what is then done. */
const looksAt = (start: Order, most = 12): { looks: string[]; order: Order } => {
  let order = start;
  const looks: string[] = [];
  while (looks.length < most) {
    const timer = order.timers.find(({ step }) => step === 'look-at-uploads');
    if (timer === undefined) break;
    const fired = fireTimer(order, timer, buildFacts(timer.at));
    if (fired.type !== 'change') throw new Error(`${timer.step} is ${fired.type}`);
    ({ order } = fired.change);
    looks.push(...workOf(fired.change).map((work) => `${timer.at} ${work}`));
  }
  return { looks, order };
};

/** So long after 16:10 of the training's day. */
const after = (hours: number): Instant => plusMinutes(at(day1('16:10')), hours * 60);

describe('a look at uploads that stand still', () => {
  it('R2.2 comes after 2 h, 8 h, 1 d, 3 d and 6 d; the check of the last one gives the upload up', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    expect(looksAt(story.order).looks.slice(0, 5)).toEqual(
      [2, 8, 24, 72, 144].map((hours) => `${after(hours)} check r1`),
    );
    const isPast = () => isPastLooks(story.order.facts.recordings[0]!, currentPolicy);
    story.until('2025-03-15 16:09:59');
    expect(isPast()).toBe(false);
    story.until('2025-03-15 16:10');
    expect(isPast()).toBe(true);
    const { notices, event, order } = story.record('2025-03-15 16:11', 'r1', abandoned)!;
    expect(event).toBe('upload-abandoned');
    expect(notices.map(({ kind, tell }) => [kind, tell])).toEqual([['upload-abandoned', 'trainer']]);
    expect(stateIn(story)).toBe('deleted');
    expect(isRecorded(order, currentPolicy)).toBe(false);
    expect(story.waiting()).toContain('upload-recording');
  });

  it('R2.2 comes for each of several uploads, and stops with its end', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    story.record(day1('17:10'), 'r2', begin());
    expect(looksAt(story.order).looks.slice(0, 3)).toEqual([
      `${after(2)} check r1`,
      `${after(3)} check r2`,
      `${after(8)} check r1`,
    ]);
    story.record(day1('17:20'), 'r1', isVideo(120));
    story.record(day1('17:30'), 'r2', aborted);
    expect(looksAt(story.order).looks).toEqual([]);
  });

  it('R2.2 also comes after the order has ended', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    story.cancel(day1('16:20'));
    expect(looksAt(story.order).looks[4]).toBe(`${after(144)} check r1`);
  });

  const awaited = (): Order => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    story.record(day1('16:20'), 'r1', finished);
    return story.order;
  };

  it('R2.2 starts a check again that never came back, counted from when the upload was finished', () => {
    const since = (hours: number): Instant => plusMinutes(at(day1('16:20')), hours * 60);
    expect(looksAt(awaited()).looks.slice(0, 5)).toEqual(
      [2, 8, 24, 72, 144].map((hours) => `${since(hours)} check r1`),
    );
  });

  it('R2.2 never leaves a check that is awaited: each look is followed by another', () => {
    const { order } = looksAt(awaited());
    expect(order.facts.recordings[0]).toMatchObject({ gone: null, found: null });
    expect(order.timers.map(({ step }) => step)).toContain('look-at-uploads');
  });

  it('R2.2 leaves an upload that turned out incomplete time to go on', () => {
    const story = trained();
    story.record(day1('16:10'), 'r1', begin());
    story.record('2025-03-15 16:00', 'r1', finished);
    story.record('2025-03-15 16:20', 'r1', incomplete);
    story.until('2025-03-15 17:20');
    expect(stateIn(story)).toBe('uploading');
  });
});
