import * as fc from 'fast-check';
import { wholeRecording } from '../support/recording-events.ts';
import { describe, expect, it } from 'vitest';
import { actions } from '../../shared/domain/actions/actions.ts';
import { bytesOf, fitBytes } from '../../shared/domain/fit-bytes.ts';
import { maskName, maskPhone, partyName, staffOf } from '../../shared/domain/people.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { taskKindSchema, timedNoticeKindSchema } from '../../shared/domain/policy.ts';
import { eventText, stepText } from '../../shared/domain/event-texts.ts';
import { taskText } from '../../shared/domain/wording.ts';
import type { Told } from '../support/build-order.ts';
import { at, buildFacts, buildOrder, makeStory, makeStoryIn } from '../support/build-order.ts';

const footer = (rule: string): string => `\n工单 A-1001 · 规则 ${rule}`;

describe('what people are told', () => {
  it('R1.1–R2.4 in the example, word for word', () => {
    const story = makeStoryIn('maintenance');
    expect(story.told.map(({ text }) => text)).toEqual([
      `【待办】请把接单人张三拉进「星空乐园」的对接群\n请在 3月8日 10:30 前完成\n进群后在工单上登记“已拉群”。${footer('R1.1')}`,
      `【待办】请把群备注改为：截止3/17 张三\n请在 3月8日 10:30 前完成\n备注由截止日期和本人姓名组成，请原样复制，改好后登记。${footer('R1.2')}`,
      `培训简报：3月9日 14:00，120 分钟\n门店：星空乐园（芸苔系统）\n套餐：旗舰版；业态：亲子乐园\n请勾选工具：EV录屏、向日葵、企业微信。\n需求：会员储值、门票核销${footer('R1.6')}`,
      `【待办】请致电「星空乐园」确认培训时间\n请现在完成\n“您好，我是贵店本次培训的老师张三。培训定在 3月9日 14:00 开始，这个时间您方便吗？方便的话我们准时开始。”登记结果：已确认、已改期或未接通。${footer('R1.3')}`,
      `「星空乐园」首次培训已完成。维护期 3/10 至 3/16，3/17 验收。${footer('R2.4')}`,
      `【待办】请上传「星空乐园」的培训录屏\n请在 3月9日 18:00 前完成\n请在控制台 /console/orders/A-1001/recordings 上传，系统检查通过后会生成客户观看链接。建议录成 MP4，手机上可以直接播放。${footer('R2.3')}`,
      `【待办】「星空乐园」的培训录屏可以看了，请把观看链接发给客户\n请在 3月9日 16:40 前完成\n在控制台 /console/orders/A-1001/recordings 复制链接发给客户：“这是本次培训的录屏，点开就能看，4月8日 16:10 前有效，请不要转发给店外的人。”发出后登记“已发给客户”。${footer('R2.3')}`,
    ]);
  });

  it('R4.1–R4.4 on day 9, word for word', () => {
    const story = makeStoryIn('maintenance');
    const before = story.told.length;
    const lastTraining = { startsAt: '2025-03-17T19:00:00+08:00' };
    story.act('2025-03-17 10:00', 'record-summary', { answered: [], open: ['打印机', '报表'], lastTraining });
    story.act('2025-03-17 11:00', 'record-signature', { where: 'paper' });
    story.act('2025-03-17 12:00', 'return-visit', { ok: true });
    story.act('2025-03-17 19:30', 'hand-over');
    story.act('2025-03-17 20:00', 'return-hand-over', { reason: '缺少联系人' });
    story.act('2025-03-17 20:10', 'hand-over');
    story.act('2025-03-17 20:20', 'accept-hand-over');
    expect(story.told.slice(before).map(({ text }) => text)).toEqual([
      `明天（3/17）是「星空乐园」的最后一天，09:00 起做培训小结。请先把群里还没答完的问题整理好。${footer('R4.1')}`,
      `【待办】「星空乐园」最后一天是 3/17，请做培训小结\n请现在完成\n“贵店的培训服务今天到期，使用中还有哪些问题？请简单列一下，我逐条讲解；都清楚的话，请签收培训确认表。”已解答的、仍未解决的、是否再做一次培训，都要登记。${footer('R4.1')}`,
      `【待办】请让客户签署回访调查表和培训确认表\n请在 3月18日 10:00 前完成\n客户没有回应不算同意；签署后登记在哪里签的。${footer('R4.2')}`,
      `【待办】「星空乐园」的服务已结束，请回访客户\n请在 3月18日 10:00 前完成\n确认没有遗留问题后登记“没问题”；有问题请写明原因，工单会重新打开。${footer('R4.3')}`,
      `【待办】回访已通过，请把工单移交给客服\n请在 3月18日 12:00 前完成\n核对无误后提交移交。遗留问题：打印机、报表${footer('R4.4')}`,
      `「星空乐园」的加场培训 3月17日 19:00 开始，请做好准备。${footer('R4.1')}`,
      `【待办】请接收「星空乐园」的售后移交\n请在 3月18日 19:30 前完成\n资料不全可以退回并写明原因。遗留问题：打印机、报表${footer('R4.4')}`,
      `客服退回了「星空乐园」的移交，请补充后重新提交。原因：缺少联系人${footer('R4.4')}`,
      `【待办】回访已通过，请把工单移交给客服\n请在 3月18日 20:00 前完成\n核对无误后提交移交。遗留问题：打印机、报表${footer('R4.4')}`,
      `【待办】请接收「星空乐园」的售后移交\n请在 3月18日 20:10 前完成\n资料不全可以退回并写明原因。遗留问题：打印机、报表${footer('R4.4')}`,
      `【待办】客服已接收，请告知客户后退群\n请在 3月18日 00:20 前完成\n可直接转发：“后续售后由客服为您服务。在线客服：https://jxwechat.demo.youcaihua.net\n或在微信关注公众号“油菜花信息科技”，发送“人工”转人工。”${footer('R4.4')}`,
    ]);
  });

  it('R1.3 when a time is agreed, moved, or the customer is not reached, word for word', () => {
    const story = makeStory({ training: { startsAt: null } });
    expect(story.textOf('agree-time')).toBe(
      `【待办】「星空乐园」还没有约定培训时间\n请在 3月8日 12:00 前完成\n请联系客户约定时间，并在工单上登记；约定前按接单次日培训计算截止日。${footer('R1.3')}`,
    );
    story.amend('2025-03-08 11:00', { training: { startsAt: at('2025-03-09 14:00') } });
    expect(story.textOf('training-moved')).toBe(`「星空乐园」培训时间已定：3月9日 14:00。${footer('R1.3')}`);
    story.amend('2025-03-08 11:30', { training: { startsAt: at('2025-03-09 16:00') } });
    expect(story.textOf('training-moved')).toBe(
      `「星空乐园」培训改期，新时间：3月9日 16:00。原来的安排全部取消，以新时间为准。${footer('R1.3')}`,
    );
    for (const time of ['15:01', '15:16', '15:31'])
      story.act(`2025-03-09 ${time}`, 'confirm-time', { outcome: 'not-reached' });
    expect(story.textOf('customer-not-reached')).toBe(
      `「星空乐园」培训 3月9日 16:00 开始，张三已致电 3 次，均未接通，请协助联系客户。${footer('R1.3')}`,
    );
    story.cancel('2025-03-09 15:40');
    expect(story.textOf('order-cancelled')).toBe(
      `「星空乐园」的工单已取消，待办和提醒均已取消，无需再处理。${footer('R0.2')}`,
    );
  });

  it('R0.2 when something is overdue, by name of who has not done it, word for word', () => {
    const story = makeStory();
    story.until('2025-03-09 09:30');
    const chased = story.told.filter(({ kind }) => kind === 'set-remark-overdue').map(({ text }) => text);
    const due = '【逾期】请把群备注改为：截止3/17 张三\n应于 3月8日 10:30 前完成，';
    expect(chased).toEqual([
      `${due}请尽快处理并登记${footer('R1.2')}`,
      `${due}张三 尚未完成，请跟进${footer('R1.2')}`,
      `${due}张三 尚未完成，请跟进${footer('R1.2')}`,
    ]);
    expect(story.textOf('digest')).toBe(
      `「星空乐园」有 2 项待办逾期未完成：\n· 请把接单人张三拉进「星空乐园」的对接群（应于 3月8日 10:30 前，规则 R1.1）\n· 请把群备注改为：截止3/17 张三（应于 3月8日 10:30 前，规则 R1.2）${footer('R0.2')}`,
    );
  });

  it('R4.3 when the return visit was not OK, word for word', () => {
    const story = makeStoryIn('acceptance');
    story.act('2025-03-17 10:00', 'record-summary', { answered: [], open: [] });
    story.act('2025-03-17 11:00', 'return-visit', { ok: false, reason: '报表还不会用' });
    expect(story.textOf('order-reopened')).toBe(
      `「星空乐园」回访未通过，请处理后重新做培训小结。原因：报表还不会用${footer('R4.3')}`,
    );
  });
});

describe('the scripts of tasks that are read on the order only', () => {
  const scriptOf = (kind: (typeof taskKindSchema.options)[number], order = buildOrder()): string =>
    Object.values(taskText(order, { ...buildOrder().tasks[0]!, kind }, currentPolicy)).join('|');

  it('R1.0, R1.4, R1.5 and R2.1 name the tools, the needs and the days', () => {
    expect(scriptOf('confirm-tools')).toBe(
      '请确认三样工具已就绪|EV录屏、向日葵、企业微信：逐项打开试用后勾选。',
    );
    expect(scriptOf('confirm-needs')).toBe(
      '开播前请与客户核对需求|先复述：业态 亲子乐园，套餐 旗舰版，功能需求 会员储值、门票核销；再问两件事：理解是否一致？订单之外还有没有别的需求？两项都登记后才能开始培训。',
    );
    expect(scriptOf('confirm-needs', buildOrder({ shop: { needs: [] } }))).toContain('功能需求 未填写；');
    expect(scriptOf('send-notice')).toBe(
      '请把维护期须知发给客户|可直接转发：“培训结束后有 7 天维护期，到 3/17 截止。维护期内有疑问请发在群里，我们会尽快答复；最后一天做培训小结并请您签收确认。”',
    );
    expect(scriptOf('start-training')).toBe(
      '培训应于 3月9日 14:00 开播，请准时开始并登记|用企业微信直播；客户进入时就开始录屏，把需求核对也录进去。',
    );
    expect(scriptOf('finish-training')).toBe(
      '请登记培训已结束|计划时长 120 分钟。登记后系统会在群里告知派单助理。',
    );
    expect(scriptOf('start-training', buildOrder({ training: { startsAt: null } }))).toContain(
      '培训应于 待定 开播',
    );
    expect(scriptOf('hand-over')).toContain('遗留问题：无');
  });
});

/** Every kind of notice, for an order whose texts are as long as they may be: `fill` is what they are made of. */
const everyNotice = (fill: string): readonly Told[] => {
  const text = (length: number) => fill.repeat(Math.floor(length / fill.length));
  const many = Array.from({ length: 20 }, () => text(200));
  const largest = {
    orderId: 'x'.repeat(32),
    shop: { name: text(200), package: text(200), businessType: text(200), needs: many.map(() => text(200)) },
    trainer: { id: 't'.repeat(64), name: text(40) },
    assistant: { id: 'a'.repeat(64), name: text(40) },
    sales: { id: 's'.repeat(64), name: text(40) },
  };
  const open = makeStory({ ...largest, training: { startsAt: null } });
  open.until('2025-03-09 12:00');
  open.amend('2025-03-09 12:00', { training: { startsAt: at('2025-03-09 14:00') } });
  for (const time of ['13:05', '13:10', '13:20'])
    open.act(`2025-03-09 ${time}`, 'confirm-time', { outcome: 'not-reached' });
  open.until('2025-03-10 12:00');
  open.cancel('2025-03-10 12:00');

  const whole = makeStory(largest);
  whole.act('2025-03-09 13:55', 'confirm-needs', { extraNeeds: many, understood: true });
  whole.act('2025-03-09 14:00', 'start-training');
  whole.act('2025-03-10 12:00', 'finish-training');
  whole.record('2025-03-10 15:05', 'r2', wholeRecording[0]!);
  whole.record('2025-03-10 15:06', 'r2', { what: 'ended', how: 'abandoned' });
  for (const event of wholeRecording) whole.record('2025-03-10 15:10', 'r1', event);
  const reason = text(500);
  whole.say('2025-03-10 12:30', 'customer', 'm1');
  whole.act('2025-03-10 13:00', 'request-support', { reason });
  whole.until('2025-03-10 16:00');
  whole.say('2025-03-10 12:40', 'trainer', 'm2', '2025-03-10 16:00');
  for (let step = 0; step < 3; step += 1) {
    if (step > 0) whole.act('2025-03-10 16:10', 'request-support', { reason });
    whole.act('2025-03-10 16:10', 'take-over');
  }
  whole.act('2025-03-10 16:20', 'override-support-limit', { reason });
  whole.act('2025-03-10 16:30', 'report-unavailable', { reason });
  for (let question = 3; question < 60; question += 1) {
    whole.say(`2025-03-10 18:${question}`.replace(/:(\d)$/, ':0$1'), 'customer', `m${question}`);
  }
  whole.act('2025-03-10 20:00', 'emergency-plan', { on: true, reason });
  whole.until('2025-03-10 22:00');
  whole.act('2025-03-10 22:00', 'emergency-plan', { on: false, reason });
  const trainer = { id: 'u'.repeat(64), name: text(40) };
  whole.act('2025-03-10 22:05', 'reassign', { trainer, reason, at: '2025-03-11T12:00:00+08:00' });
  whole.act('2025-03-10 22:10', 'reassign', { trainer, reason });
  const lastTraining = { startsAt: '2025-03-18T14:00:00+08:00' };
  whole.act('2025-03-18 12:00', 'record-summary', { answered: many, open: many, lastTraining });
  whole.act('2025-03-20 12:00', 'return-visit', { ok: false, reason: text(500) });
  whole.act('2025-03-22 12:00', 'record-summary', { answered: many, open: many });
  whole.act('2025-03-22 12:00', 'return-visit', { ok: true });
  whole.act('2025-03-24 12:00', 'hand-over');
  whole.act('2025-03-26 12:00', 'return-hand-over', { reason: text(500) });
  whole.act('2025-03-26 12:00', 'hand-over');
  whole.act('2025-03-26 12:00', 'accept-hand-over');
  whole.until('2025-03-28 12:00');
  return [...open.told, ...whole.told];
};

const spokenOnlyWhenOverdue = new Set<string>([
  'confirm-tools',
  'confirm-needs',
  'send-notice',
  'start-training',
  'finish-training',
]);
const everyKind = [
  ...taskKindSchema.options.filter((kind) => !spokenOnlyWhenOverdue.has(kind)),
  ...taskKindSchema.options.map((kind) => `${kind}-overdue`),
  ...timedNoticeKindSchema.options,
  'customer-not-reached',
  'digest',
  'hand-over-returned',
  'order-cancelled',
  'order-reopened',
  'training-finished',
  'training-moved',
  'upload-recording-reminder',
  'upload-abandoned',
  'breach-withdrawn',
  'emergency-off',
  'emergency-on',
  'hand-over-planned',
  'questions-taken-over',
  'reply-breached',
  'reply-reminder',
  'support-granted',
  'support-stepped-in',
  'trainer-replaced',
];

describe('the length of a notice', () => {
  it.each([
    ['Chinese text', '馆'],
    ['letters', 'x'],
    ['characters beyond the basic plane', '𠮷'],
  ])('stays within 2,048 bytes and keeps order and rule for the largest input of %s', (_, fill) => {
    const told = everyNotice(fill);
    expect([...new Set(told.map(({ kind }) => kind))].toSorted()).toEqual(everyKind.toSorted());
    for (const { text, rule } of told) {
      expect(bytesOf(text)).toBeLessThanOrEqual(2048);
      expect(text.endsWith(`\n工单 ${'x'.repeat(32)} · 规则 ${rule}`)).toBe(true);
      expect(text.isWellFormed()).toBe(true);
    }
    // Some had to be shortened, at the end of their own text.
    expect(told.filter(({ text }) => text.includes('…\n工单')).map(({ kind }) => kind)).toContain('briefing');
  });

  it('uses what there is: a text that just fits is left as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 0, max: 120 }),
        (text, max) => {
          const fitted = fitBytes(text, max);
          expect(bytesOf(fitted)).toBeLessThanOrEqual(max);
          if (bytesOf(text) <= max) expect(fitted).toBe(text);
          else if (max >= 3) expect(text.startsWith(fitted.slice(0, -1)) && fitted.endsWith('…')).toBe(true);
          // No more than a character is given away.
          if (bytesOf(text) > max && max >= 3) expect(bytesOf(fitted)).toBeGreaterThan(max - 4);
        },
      ),
    );
    expect(fitBytes('馆馆馆', 8)).toBe('馆…');
    expect(fitBytes('馆馆', 2)).toBe('');
    expect(fitBytes('馆馆', 3)).toBe('…');
  });
});

describe('the people of an order', () => {
  it('are called by name, desks by their function, and mentioned by their ids', () => {
    const order = buildOrder();
    const { desks } = buildFacts('2025-03-08 10:00');
    const parties = ['trainer', 'assistant', 'sales', 'manager', 'service'] as const;
    expect(parties.map((party) => partyName(order, party))).toEqual(['张三', '李四', '王五', '主管', '客服']);
    expect(parties.map((party) => staffOf(order, party, desks))).toEqual([
      ['T1'],
      ['A1'],
      ['S1'],
      ['M1', 'M2'],
      ['C1'],
    ]);
  });

  it('do not see whole names and numbers of customers that are not theirs', () => {
    expect(maskPhone('13812345678')).toBe('138****5678');
    expect(maskPhone('+86 138-1234-5678')).toBe('+86****5678');
    // Of a short number, three and four digits would be nearly all.
    expect(maskPhone('12345678')).toBe('****');
    expect(maskPhone('1234567890')).toBe('****');
    expect(maskName('欧阳先生')).toBe('欧**');
    expect(maskName('𠮷野家')).toBe('𠮷**');
    expect(maskName('王')).toBe('王**');
    expect(maskName('王\n五')).toBe('王**');
  });
});

describe('what the history calls', () => {
  it('every event and every step has a Chinese name for the explanation', () => {
    const events = ['order-created', 'order-amended', 'order-cancelled', ...Object.keys(actions)];
    for (const event of events) expect(eventText(event)).toMatch(/\p{Script=Han}/u);
    const steps = [
      ...timedNoticeKindSchema.options,
      'begin-acceptance',
      'digest',
      'call-customer-1.tell',
      'set-remark-1.rung',
    ];
    for (const step of steps) expect(stepText(buildOrder(), step, currentPolicy)).toMatch(/\p{Script=Han}/u);
  });

  it('uses the full-width punctuation of Chinese text', () => {
    const halfWidth = /\p{Script=Han}[,:;?!]|[,:;?!]\p{Script=Han}/u;
    const fills = ['文', 'x'].flatMap(everyNotice);
    expect(fills.filter(({ text }) => halfWidth.test(text)).map(({ text }) => text)).toEqual([]);
  });
});
