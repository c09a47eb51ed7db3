import type { CrmTurn, Plot } from './plot.ts';
import { shanghai } from './shanghai-time.ts';
import { talkPlots } from './talk-plots.ts';

const iso = (text: string): string => `2025-${text.replace(' ', 'T')}:00+08:00`;
const startsAt = (text: string) => ({ training: { startsAt: iso(text) } });
const moved = (text: string) => ({ outcome: 'moved', startsAt: iso(text) });
const notReached = { outcome: 'not-reached', note: '无人接听' };
const amended = (at: string, change: object, status = 200): CrmTurn => ({
  at: shanghai(at),
  type: 'order.amended',
  change,
  status,
});
const cancelled = (at: string, reason: string): CrmTurn => ({
  at: shanghai(at),
  type: 'order.cancelled',
  change: { reason },
  status: 200,
});
const created = (at: string, turn: Partial<CrmTurn> & { status: number }): CrmTurn => ({
  at: shanghai(at),
  type: 'order.created',
  change: {},
  ...turn,
});

const ordinary: Plot = { title: 'as habit and chance have it' };

const plots: Readonly<Record<string, Plot>> = {
  'PX250301-2': { title: 'trained on the day it came' },
  'PX250302-1': {
    title: 'moved by the CRM to the next day',
    turns: [amended('03-03 16:20', startsAt('03-05 10:00'))],
  },
  'PX250302-2': {
    title: 'the CRM sends it twice',
    turns: [created('03-02 11:17', { message: 'again', status: 200 })],
  },
  'PX250303-1': {
    title: 'not reached three times, then by the assistant',
    replies: {
      'call-customer': [
        { at: shanghai('03-04 13:34'), body: notReached },
        { at: shanghai('03-04 13:46'), body: notReached },
        { at: shanghai('03-04 14:01'), body: notReached },
        {
          at: shanghai('03-04 14:13'),
          by: 'assistant',
          body: { outcome: 'confirmed', note: '换了店长电话' },
        },
      ],
    },
  },
  'PX250303-2': {
    title: 'no training time; agreed three days later',
    replies: { 'agree-time': [{ at: shanghai('03-06 10:20'), body: moved('03-07 14:00') }] },
  },
  'PX250303-3': { title: 'a system that the rules do not cover', status: 422 },
  'PX250304-1': {
    title: 'the training starts 22 minutes late',
    replies: { 'start-training': [{ at: shanghai('03-05 09:52'), body: {} }] },
  },
  'PX250304-2': {
    title: 'cancelled before the training',
    turns: [cancelled('03-05 11:00', '客户暂缓开业')],
  },
  'PX250305-1': {
    title: 'the CRM gives it to another trainer',
    turns: [amended('03-05 17:00', { trainer: { id: 'T-05', name: '孙浩然' } })],
  },
  'PX250305-2': { title: 'trained within the hour, the call due at once' },
  'PX250306-1': {
    title: 'return visit not OK, then OK',
    replies: { 'return-visit': [{ body: { ok: false, reason: '排期冲突的提示还没讲清楚' } }] },
  },
  'PX250306-2': {
    title: 'moved twice and back',
    turns: [
      amended('03-06 18:00', startsAt('03-09 14:00')),
      amended('03-07 09:30', startsAt('03-08 16:00')),
      amended('03-07 11:10', startsAt('03-08 10:00')),
    ],
  },
  'PX250307-1': {
    title: 'hand-over sent back once',
    replies: {
      'accept-hand-over': [{ action: 'return-hand-over', body: { reason: '缺少客户的灯控接线照片' } }],
    },
  },
  'PX250307-2': {
    title: 'one last training wanted',
    replies: {
      'hold-summary': [
        {
          at: shanghai('03-16 10:05'),
          body: {
            answered: ['押金怎么退'],
            open: [],
            lastTraining: { startsAt: iso('03-17 15:00') },
          },
        },
      ],
      'return-visit': [{ at: shanghai('03-17 17:30'), body: { ok: true } }],
    },
  },
  'PX250308-1': {
    title: 'moved on the phone at 13:05',
    replies: { 'call-customer': [{ at: shanghai('03-09 13:05'), body: moved('03-10 10:00') }] },
  },
  'PX250309-1': {
    title: 'needs misunderstood at first',
    replies: {
      'confirm-needs': [
        {
          body: {
            extraNeeds: ['影厅灯光联动'],
            understood: false,
            note: '客户说的是按场次计费，不是按小时',
          },
        },
        { body: { extraNeeds: ['影厅灯光联动'], understood: true } },
      ],
    },
  },
  'PX250310-1': {
    title: 'cancelled in the maintenance period',
    turns: [cancelled('03-14 15:30', '门店转让')],
  },
  'PX250310-2': { title: 'WeCom is down when the call is due' },
  'PX250311-1': { title: 'WeCom is down when the call is due' },
  'PX250311-2': {
    title: 'moved by the CRM while WeCom is down',
    turns: [amended('03-12 13:10', startsAt('03-13 14:00'))],
  },
  'PX250312-1': { title: 'comes while WeCom is down' },
  'PX250312-2': {
    title: 'somebody else signs as the CRM',
    turns: [
      created('03-12 16:09', { signed: 'wrongly', status: 401 }),
      created('03-12 17:20', { signed: 'an hour ago', status: 401 }),
    ],
  },
  'PX250314-1': {
    title: 'the CRM moves a training that has started',
    turns: [amended('03-15 10:30', startsAt('03-16 10:00'), 409)],
  },
  'PX250317-2': {
    title: 'no training time; set by the CRM',
    replies: { 'agree-time': [{ at: shanghai('03-30 10:00'), body: moved('03-31 10:00') }] },
    turns: [amended('03-18 16:30', startsAt('03-20 20:00'))],
  },
  'PX250319-1': { title: 'trained on the day it came' },
  'PX250320-1': {
    title: 'moved on the phone to the same evening',
    replies: { 'call-customer': [{ at: shanghai('03-21 18:08'), body: moved('03-21 20:30') }] },
  },
  'PX250325-1': {
    title: 'the CRM sends other content under its id',
    turns: [created('03-25 11:30', { change: { fees: { training: 1, maintenance: 1 } }, status: 409 })],
  },
  'PX250331-1': { title: 'trained on the day it came' },
  'PX250331-2': {
    title: 'no training time yet when the month ends',
    replies: { 'agree-time': [{ at: shanghai('04-02 10:00'), body: moved('04-03 14:00') }] },
  },
};

/** The plot of an order, up to its training and after it; without one of its own all goes as habits and chance have it. */
export const plotOf = (orderId: string): Plot => {
  const [before, after] = [plots[orderId], talkPlots[orderId]];
  if (before === undefined || after === undefined) return before ?? after ?? ordinary;
  const replies = { ...before.replies, ...after.replies };
  return { ...before, ...after, title: `${before.title}; ${after.title}`, replies };
};

/** When WeCom answers nothing but errors. */
export const outage = { from: shanghai('03-12 12:30'), to: shanghai('03-12 13:30') };
