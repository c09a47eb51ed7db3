import { roundTheClock } from '../business-calendar.ts';
import { policySchema } from '../policy.ts';
import { tasks20250324 } from './2025-03-24-tasks.ts';

/** The rule book 远程培训规则(2025年) as of 24 March 2025. */
export const policy20250324 = policySchema.parse({
  version: '2025-03-24',
  kinds: ['remote-7day'],
  systems: ['芸苔系统', '游乐宝系统', '娱乐管家系统'],
  lastDay: 9,
  assumedTrainingAfterDays: 1,
  callAttempts: 3,
  lateStartMinutes: 15,
  replies: { minutes: 20, remindMinutes: 10 },
  callAfterMinutes: 60,
  calendar: roundTheClock,
  supportLimit: 3,
  seasons: [
    { type: 'month', name: '五月高峰', month: 5 },
    { type: 'month', name: '十月高峰', month: 10 },
    { type: 'holiday', name: '元旦高峰', holiday: 'new-year' },
  ],
  fees: { dayStart: '00:00', emergencyDays: 'unpaid' },
  recordings: {
    maxBytes: 20 * 1024 ** 3,
    contentTypes: [
      'video/mp4',
      'video/x-flv',
      'video/x-msvideo',
      'video/quicktime',
      'video/x-matroska',
      'video/webm',
    ],
    mostFiles: 20,
    leastShare: 0.8,
    linkDays: 30,
    keepDays: 30,
    releaseAfterDrawMinutes: 60,
    lookMinutes: [120, 480, 1440, 4320, 8640],
  },
  digest: { rule: 'R0.2', time: '09:30' },
  tasks: tasks20250324,
  notices: {
    briefing: { rule: 'R1.6', at: { from: 'day', day: 0, time: '20:00' }, tell: 'trainer' },
    'summary-eve': { rule: 'R4.1', at: { from: 'day', day: 8, time: '20:00' }, tell: 'trainer' },
    'last-training': { rule: 'R4.1', at: { from: 'last-training', minutes: -60 }, tell: 'trainer' },
  },
  serviceContact: {
    link: 'https://jxwechat.demo.youcaihua.net',
    publicAccount: '油菜花信息科技',
    keyword: '人工',
  },
});
