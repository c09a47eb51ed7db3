import { describe, expect, it } from 'vitest';
import { fileSize } from '../../functions/console/web/src/format/file-size.ts';
import { daysUntil, instantOf, wallTime } from '../../functions/console/web/src/format/shanghai-time.ts';
import { spokenClock, spokenDay, spokenTime } from '../../functions/console/web/src/format/spoken-time.ts';
import { acceptedEndings, checkFile } from '../../functions/console/web/src/upload/check-file.ts';
import { minutesLate, proposedTimes } from '../../functions/console/web/src/upload/proposed-times.ts';

const limits = { maxBytes: 1000, accepted: ['video/mp4', 'video/x-flv', 'video/x-msvideo'] };
const mp4 = '\0\0\0\x20ftypisom';
const fileOf = (name: string, ...content: string[]) => new File(content, name);
const check = async (name: string, ...content: string[]) => await checkFile(fileOf(name, ...content), limits);

describe('R2.2 a chosen file', () => {
  it('is taken when it is what the recorder writes, by its ending, as browsers know no type for some', async () => {
    expect(await check('录屏.MP4', mp4)).toEqual({ contentType: 'video/mp4' });
    expect(await check('a.mp4', '\0\0\0\x08mdat')).toEqual({ contentType: 'video/mp4' });
    expect(await check('a.b.flv', 'FLV\x01\x05')).toEqual({ contentType: 'video/x-flv' });
    expect(await check('a.avi', 'RIFF\x24\x00\x00\x00AVI LIST')).toEqual({ contentType: 'video/x-msvideo' });
  });

  it('is sent under the name that the product knows the type by', async () => {
    const file = fileOf('a.avi', 'RIFF\x24\x00\x00\x00AVI LIST');
    expect(await checkFile(file, { ...limits, accepted: ['video/avi'] })).toEqual({
      contentType: 'video/avi',
    });
  });

  it('may have just as many bytes as are allowed', async () => {
    expect(await check('a.mp4', mp4 + 'x'.repeat(1000 - mp4.length))).toEqual({ contentType: 'video/mp4' });
  });

  it('is looked into only where its first bytes are known', async () => {
    const all = { maxBytes: 1000, accepted: ['video/quicktime', 'video/webm'] };
    expect(await checkFile(fileOf('a.mov', mp4), all)).toEqual({ contentType: 'video/quicktime' });
    expect(await checkFile(fileOf('a.mov', 'PK'), all)).toEqual({ problem: 'no-video' });
    expect(await checkFile(fileOf('a.webm', 'anything'), all)).toEqual({ contentType: 'video/webm' });
  });

  it.each([
    ['说明.docx', 'PK', 'wrong-type'],
    ['无后缀', mp4, 'wrong-type'],
    ['a.mov', mp4, 'wrong-type'],
    ['a.mp4', '', 'empty'],
    ['a.mp4', mp4 + 'x'.repeat(1000), 'too-large'],
    ['a.mp4', 'PK\x03\x04 renamed', 'no-video'],
    ['a.flv', mp4, 'no-video'],
    ['a.avi', 'RIFF\x24\x00\x00\x00WAVE', 'no-video'],
    ['a.avi', 'RIFX\x24\x00\x00\x00AVI LIST', 'no-video'],
  ])('%s is turned away with its reason', async (name, content, problem) => {
    expect(await check(name, content)).toEqual({ problem });
  });

  it('is turned away when it cannot be read', async () => {
    const gone = Object.assign(fileOf('a.mp4', mp4), {
      slice: () => ({
        arrayBuffer: async () => await Promise.reject(new DOMException('', 'NotReadableError')),
      }),
    });
    expect(await checkFile(gone, limits)).toEqual({ problem: 'unreadable' });
  });

  it('has one of the endings that the page names', () => {
    expect(acceptedEndings(limits.accepted)).toEqual(['.mp4', '.flv', '.avi']);
  });
});

describe('R2.2 the two times', () => {
  const training = { startedAt: '2026-03-09T06:03:00.000Z', customerJoinedAt: null };

  it('are proposed from the training and from the name that the recorder gave the file', () => {
    expect(proposedTimes('20260309_140012.mp4', training)).toEqual({
      customerJoinedAt: '2026-03-09T14:03:00',
      recordingStartedAt: '2026-03-09T14:00:12',
    });
    for (const name of [
      'EV录屏 2026-03-09 14-00.mp4',
      '2026年03月09日14时00分.mp4',
      'rec_2026.03.09_14.00.mp4',
    ])
      expect(proposedTimes(name, training).recordingStartedAt).toBe('2026-03-09T14:00:00');
  });

  it('take the customer’s coming as it was recorded', () => {
    const known = { ...training, customerJoinedAt: '2026-03-09T06:05:30.000Z' };
    expect(proposedTimes('录屏.mp4', known)).toEqual({
      customerJoinedAt: '2026-03-09T14:05:30',
      recordingStartedAt: '2026-03-09T14:03:00',
    });
  });

  it('are no accident of some number in a name', () => {
    for (const name of ['录屏.mp4', '20250101_140012.mp4', '20261399_999999.mp4', '13800138000.mp4'])
      expect(proposedTimes(name, training).recordingStartedAt).toBe('2026-03-09T14:03:00');
  });

  it('stay open where the training’s start is not known', () => {
    expect(proposedTimes('20260309_140012.mp4', { ...training, startedAt: null })).toEqual({
      customerJoinedAt: '',
      recordingStartedAt: '',
    });
  });

  it('tell by how many minutes the recording began too late, a begun one counted', () => {
    const late = (recordingStartedAt: string) =>
      minutesLate({ customerJoinedAt: '2026-03-09T14:03:00', recordingStartedAt });
    expect(late('2026-03-09T14:03:00')).toBe(0);
    expect(late('2026-03-09T14:03')).toBe(0);
    expect(late('2026-03-09T14:03:01')).toBe(1);
    expect(late('2026-03-09T14:09:30')).toBe(7);
    expect(late('')).toBe(0);
  });
});

describe('times and sizes', () => {
  it('are Shanghai’s wherever the browser is', () => {
    expect(wallTime('2026-03-09T20:03:00.000Z')).toBe('2026-03-10T04:03:00');
    expect(instantOf('2026-03-10T04:03')).toBe('2026-03-10T04:03:00+08:00');
    expect(instantOf('2026-03-10T04:03:07')).toBe('2026-03-10T04:03:07+08:00');
    for (const entered of ['', '2026-03-10', '2026-02-31T25:00', 'x']) expect(instantOf(entered)).toBeNull();
    expect(spokenTime('2026-03-09T20:03:00.000Z', 'zh-CN')).toBe('3月10日 04:03');
    expect(spokenDay('2026-03-09T20:03:00.000Z', 'zh-CN')).toBe('3月10日');
    expect(spokenClock('2026-03-09T16:03:07.000Z', 'zh-CN')).toBe('00:03:07');
  });

  it('count the days that are left, a begun one included', () => {
    const now = '2026-03-09T00:00:00Z';
    expect(daysUntil('2026-04-08T00:00:00Z', now)).toBe(30);
    expect(daysUntil('2026-04-08T00:00:01Z', now)).toBe(31);
    expect(daysUntil('2026-03-09T00:00:00Z', now)).toBe(0);
    expect(daysUntil('2025-03-09T00:00:00Z', now)).toBe(0);
  });

  it('are written as file managers write them', () => {
    expect(
      [0, 1023, 1024, 1536, 100 * 1024 + 1, 300 * 1024 ** 2, 2 * 1024 ** 3, 20 * 1024 ** 4].map(fileSize),
    ).toEqual(['0 B', '1023 B', '1 KB', '1.5 KB', '100 KB', '300 MB', '2 GB', '20480 GB']);
  });
});
