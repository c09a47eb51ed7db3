import { roundTheClock } from '../business-calendar.ts';
import { policySchema } from '../policy.ts';

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
  digest: { rule: 'R0.2', time: '09:30' },
  tasks: {
    'join-group': {
      rule: 'R1.1',
      who: 'assistant',
      due: { from: 'acceptance', minutes: 30 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 60 }, tell: 'manager' },
      ],
    },
    'set-remark': {
      rule: 'R1.2',
      who: 'trainer',
      due: { from: 'raised', minutes: 30 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 60 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 240 }, tell: 'manager' },
      ],
    },
    'agree-time': {
      rule: 'R1.3',
      who: 'trainer',
      due: { from: 'acceptance', minutes: 120 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 120 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 480 }, tell: 'manager' },
      ],
    },
    'confirm-tools': {
      rule: 'R1.0',
      who: 'trainer',
      due: { from: 'day', day: 0, time: '20:00' },
      announce: 'other',
      ladder: [
        { at: { from: 'due', minutes: 60 }, tell: 'trainer' },
        { at: { from: 'training', minutes: -60 }, tell: 'assistant' },
      ],
    },
    'call-customer': {
      rule: 'R1.3',
      who: 'trainer',
      due: { from: 'training', minutes: -60 },
      announce: 'due',
      ladder: [
        { at: { from: 'training', minutes: -45 }, tell: 'trainer' },
        { at: { from: 'training', minutes: -30 }, tell: 'trainer' },
        { at: { from: 'training', minutes: -20 }, tell: 'assistant' },
        { at: { from: 'training', minutes: -5 }, tell: 'manager' },
      ],
    },
    'confirm-needs': {
      rule: 'R1.4',
      who: 'trainer',
      due: { from: 'training', minutes: 0 },
      announce: 'other',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 15 }, tell: 'assistant' },
      ],
    },
    'send-notice': {
      rule: 'R1.5',
      who: 'trainer',
      due: { from: 'training', minutes: 0 },
      announce: 'other',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 15 }, tell: 'assistant' },
      ],
    },
    'start-training': {
      rule: 'R2.1',
      who: 'trainer',
      due: { from: 'training', minutes: 0 },
      announce: 'other',
      ladder: [
        { at: { from: 'due', minutes: 15 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 60 }, tell: 'manager' },
      ],
    },
    'finish-training': {
      rule: 'R2.1',
      who: 'trainer',
      due: { from: 'training-end', minutes: 30 },
      announce: 'other',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 60 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 180 }, tell: 'manager' },
      ],
    },
    'call-about-delay': {
      rule: 'R3.5',
      who: 'responder',
      due: { from: 'raised', minutes: 15 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'responder' },
        { at: { from: 'due', minutes: 15 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 30 }, tell: 'manager' },
      ],
    },
    'step-in': {
      rule: 'R3.2',
      who: 'support',
      due: { from: 'raised', minutes: 5 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'support' },
        { at: { from: 'due', minutes: 5 }, tell: 'assistant' },
      ],
    },
    'arrange-cover': {
      rule: 'R3.4',
      who: 'assistant',
      due: { from: 'raised', minutes: 30 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 60 }, tell: 'manager' },
      ],
    },
    'open-qa-group': {
      rule: 'R3.3',
      who: 'assistant',
      due: { from: 'raised', minutes: 30 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 60 }, tell: 'manager' },
      ],
    },
    'hold-summary': {
      rule: 'R4.1',
      who: 'trainer',
      due: { from: 'day', day: 9, time: '09:00' },
      announce: 'due',
      ladder: [
        { at: { from: 'due', minutes: 300 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 540 }, tell: 'assistant' },
        { at: { from: 'due', minutes: 720 }, tell: 'manager' },
      ],
    },
    'collect-signature': {
      rule: 'R4.2',
      who: 'trainer',
      due: { from: 'raised', minutes: 1440 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 1440 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 2880 }, tell: 'sales' },
      ],
    },
    'return-visit': {
      rule: 'R4.3',
      who: 'sales',
      due: { from: 'raised', minutes: 1440 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'sales' },
        { at: { from: 'due', minutes: 1440 }, tell: 'manager' },
      ],
    },
    'hand-over': {
      rule: 'R4.4',
      who: 'trainer',
      due: { from: 'raised', minutes: 1440 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 240 }, tell: 'assistant' },
      ],
    },
    'accept-hand-over': {
      rule: 'R4.4',
      who: 'service',
      due: { from: 'raised', minutes: 1440 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'service' },
        { at: { from: 'due', minutes: 240 }, tell: 'manager' },
      ],
    },
    'leave-group': {
      rule: 'R4.4',
      who: 'trainer',
      due: { from: 'raised', minutes: 240 },
      announce: 'raised',
      ladder: [
        { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
        { at: { from: 'due', minutes: 240 }, tell: 'assistant' },
      ],
    },
  },
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
