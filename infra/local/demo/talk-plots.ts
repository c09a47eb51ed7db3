import type { Move, Plot, Talk, Words } from './plot.ts';
import { move } from './plot.ts';
import { shanghai } from './shanghai-time.ts';

type Line = Omit<Words, 'messageId'>;

const line =
  (by: Words['by']) =>
  (at: string, text: string, ...heardAt: string[]): Line => {
    const time = shanghai(at);
    return { at: time, by, text, heardAt: heardAt.length === 0 ? [time] : heardAt.map(shanghai) };
  };
const asks = line('customer');
const answers = line('responder');
const supporter = line('support');

/** The words get their ids by their place: `m1`, `m2`. */
const talk = (words: readonly Line[], moves: readonly Move[] = []): Talk => ({
  words: words.map((said, index) => ({ messageId: `m${index + 1}`, ...said })),
  moves,
});

const does = (at: string, by: Move['by'], action: string, body: object = {}, status = 200): Move =>
  move(shanghai(at), by, action, body, status);

const requests = (at: string, status = 200): Move =>
  does(at, 'trainer', 'request-support', { reason: '正在给另一家门店直播' }, status);

const aMillisecondLater = (said: Line): Line => ({ ...said, at: said.at + 1, heardAt: [said.at + 1] });

/** Orders whose maintenance is told rather than drawn, by their ids. */
export const talkPlots: Readonly<Record<string, Plot>> = {
  'PX250301-1': {
    title: 'support steps in four times, the last by override',
    talk: talk(
      [
        asks('03-04 10:00', '门锁没有跟着开台'),
        supporter('03-04 10:14', '门锁的网关掉线，已帮您连上'),
        asks('03-05 15:30', '计时收费的价格怎么改？'),
        supporter('03-05 15:45', '在“设置—计费”里改，截图发您了'),
        asks('03-06 20:10', '会员充值后余额没有变'),
        asks('03-06 20:11', '客人在前台等着'),
        supporter('03-06 20:24', '已补记，您刷新看看'),
        asks('03-08 11:00', '自助开台扫码没有反应'),
        supporter('03-08 11:16', '二维码已重新生成，请换一张打印'),
      ],
      [
        requests('03-04 10:04'),
        requests('03-05 15:33'),
        requests('03-06 20:13'),
        requests('03-08 11:03', 409),
        does('03-08 11:06', 'manager', 'override-support-limit', { reason: '客户当天开业，问题集中' }),
      ],
    ),
  },
  'PX250302-1': {
    title: 'handed over as planned on day 6',
    talk: talk(
      [
        asks('03-07 14:20', '生日会预订怎么收定金？'),
        answers('03-07 14:26', '在预订单里选“定金”，金额可以改'),
        asks('03-10 07:55', '手环入场刷不上'),
        answers('03-10 08:09', '您好，我接替吴老师，已经帮您重启读卡服务'),
        asks('03-11 16:00', '年卡能转给别人用吗？'),
        answers('03-11 16:31', '可以，在会员资料里改绑手环'),
      ],
      [
        does('03-08 17:00', 'assistant', 'reassign', {
          trainer: { id: 'T-05', name: '孙浩然' },
          at: '2025-03-10T08:00:00+08:00',
          reason: '吴昊 3 月 10 日起出差',
        }),
      ],
    ),
  },
  'PX250303-1': {
    title: 'the emergency plan for two days',
    replies: {
      'arrange-cover': [
        { at: shanghai('03-06 18:00'), action: 'emergency-plan', body: { on: true, reason: '孙浩然请病假' } },
      ],
    },
    talk: talk(
      [
        asks('03-05 13:05', '剧本排期冲突提示怎么关？'),
        answers('03-05 13:11', '在“排期—规则”里关闭'),
        asks('03-07 11:00', '拼场的订单怎么拆开？'),
        answers('03-07 11:12', '在订单里点“拆分”，按人数分'),
        asks('03-07 21:30', '收银台登不上'),
        answers('03-07 21:55', '账号被锁了，已解锁'),
        asks('03-08 14:00', 'DM 的提成在哪里看？'),
        answers('03-08 14:06', '报表里选“主持人提成”'),
      ],
      [
        does('03-06 17:20', 'trainer', 'report-unavailable', { reason: '发烧，明后两天请假' }),
        does('03-08 10:00', 'assistant', 'emergency-plan', { on: false, reason: '孙浩然已返岗' }),
      ],
    ),
  },
  'PX250305-2': {
    title: 'reassigned on day 5',
    replies: {
      'arrange-cover': [
        {
          at: shanghai('03-09 11:00'),
          action: 'reassign',
          body: { trainer: { id: 'T-02', name: '周倩' }, reason: '郑雨桐家中有急事' },
        },
      ],
    },
    talk: talk(
      [
        asks('03-07 20:00', '夜场价格几点开始算？'),
        answers('03-07 20:18', '默认 22:00，可以在“计费”里改'),
        asks('03-07 20:20', '明白了，谢谢'),
        asks('03-09 10:52', '麻将机开不了台'),
        answers('03-09 11:12', '您好，我接替郑老师，开台权限已补上'),
        asks('03-11 19:00', '会员日怎么设置？'),
        answers('03-11 19:05', '在“营销—会员日”里选日期'),
      ],
      [
        does('03-07 20:24', 'trainer', 'dismiss-message', { messageId: 'm3', reason: '客户只是道谢' }),
        does('03-09 10:40', 'trainer', 'report-unavailable', { reason: '家中有急事，之后几天无法维护' }),
      ],
    ),
  },
  'PX250313-1': {
    title: 'answered at the last moment, and a millisecond after it',
    talk: talk([
      asks('03-16 10:00', '桌游的押金怎么退？'),
      answers('03-16 10:20', '在订单里点“退押金”'),
      asks('03-17 10:00', '赛事报名在哪里看？'),
      aMillisecondLater(answers('03-17 10:20', '在“活动—报名”里')),
    ]),
  },
  'PX250315-1': {
    title: 'messages reach us late, twice and out of order',
    talk: talk([
      asks('03-18 14:00', '机台的币数对不上'),
      answers('03-18 14:12', '已校正，请重新盘点一次', '03-18 14:31'),
      asks('03-20 15:00', '礼品库存怎么导入？', '03-20 15:09', '03-20 15:40'),
      answers('03-20 15:05', '模板发您了，填好上传即可'),
      asks('03-21 11:00', '扫码取票没有声音', '03-21 12:10'),
      answers('03-21 11:26', '音量在机台设置里，已调好', '03-21 12:05'),
    ]),
  },
  'PX250316-1': {
    title: 'a question is open when day 9 begins',
    talk: talk([
      asks('03-20 12:30', '助教排班怎么导出？'),
      answers('03-20 12:37', '在报表里选“排班”导出'),
      asks('03-24 23:52', '灯控明天还能调吗？'),
      answers('03-25 08:45', '可以，小结的时候一起调'),
    ]),
  },
  'PX250318-2': {
    title: 'thanks that nobody dismissed in time',
    talk: talk(
      [
        asks('03-22 10:20', '酒水套餐怎么加赠品？'),
        answers('03-22 10:27', '在套餐里加“赠品”一行'),
        asks('03-22 10:30', '好的，谢谢老师'),
      ],
      [
        does('03-22 11:05', 'trainer', 'dismiss-message', { messageId: 'm3', reason: '客户只是道谢' }, 403),
        does('03-22 11:12', 'assistant', 'dismiss-message', { messageId: 'm3', reason: '客户只是道谢' }),
      ],
    ),
  },
  'PX250319-2': {
    title: 'phoned twice about a delay; the chat answer does not count',
    replies: {
      'call-about-delay': [
        { at: shanghai('03-23 14:08'), body: { outcome: 'not-reached', note: '无人接听' } },
        { at: shanghai('03-23 14:40'), body: { outcome: 'resolved', note: '已致歉，茶位费的规则已讲清' } },
      ],
    },
    talk: talk([
      asks('03-23 13:00', '茶位费怎么按人数收？'),
      answers('03-23 14:05', '在“计费—茶位”里按人数'),
      asks('03-25 17:10', '寄存的茶叶怎么登记？'),
      answers('03-25 17:19', '在“寄存”里新增，拍照留底'),
    ]),
  },
};
