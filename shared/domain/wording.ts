import { dayOfOrder } from './deadline.ts';
import type { Instant } from './instant.ts';
import { monthDay, spokenTime } from './instant.ts';
import type { Order, Task } from './order.ts';
import type { Policy, TaskKind } from './policy.ts';
import { unansweredText } from './question-texts.ts';
import { linkEndText, missingText, recordingsPath } from './recordings/recording-texts.ts';
import { isLastStep, isSupportFree, supportLeft } from './support.ts';

/** What a task says to the one who does it: a line for lists, and the steps or the script. */
export type TaskText = { title: string; script: string };

/** The Chinese texts of all tasks, filled with the order's facts. Source of the matter: the rule book; the wording is our own. */
export const taskText = (order: Order, task: Task, policy: Policy): TaskText =>
  texts[task.kind](order, task, policy);

const texts: Record<TaskKind, (order: Order, task: Task, policy: Policy) => TaskText> = {
  'join-group': ({ trainer, shop }) => ({
    title: `请把接单人${trainer.name}拉进「${shop.name}」的对接群`,
    script: '进群后在工单上登记“已拉群”。',
  }),
  'set-remark': (_, { subject }) => ({
    title: `请把群备注改为：${subject}`,
    script: '备注由截止日期和本人姓名组成，请原样复制，改好后登记。',
  }),
  'agree-time': ({ shop }) => ({
    title: `「${shop.name}」还没有约定培训时间`,
    script: '请联系客户约定时间，并在工单上登记；约定前按接单次日培训计算截止日。',
  }),
  'confirm-tools': () => ({
    title: '请确认三样工具已就绪',
    script: 'EV录屏、向日葵、企业微信：逐项打开试用后勾选。',
  }),
  'call-customer': ({ shop, trainer, training }) => ({
    title: `请致电「${shop.name}」确认培训时间`,
    script: `“您好，我是贵店本次培训的老师${trainer.name}。培训定在 ${timeText(training.startsAt)} 开始，这个时间您方便吗？方便的话我们准时开始。”登记结果：已确认、已改期或未接通。`,
  }),
  'confirm-needs': ({ shop }) => ({
    title: '开播前请与客户核对需求',
    script: `先复述：业态 ${shop.businessType}，套餐 ${shop.package}，功能需求 ${needsText(shop.needs)}；再问两件事：理解是否一致？订单之外还有没有别的需求？两项都登记后才能开始培训。`,
  }),
  'send-notice': ({ deadline }, _, policy) => ({
    title: '请把维护期须知发给客户',
    script: `可直接转发：“培训结束后有 ${policy.lastDay - 2} 天维护期，到 ${monthDay(deadline)} 截止。维护期内有疑问请发在群里，我们会尽快答复；最后一天做培训小结并请您签收确认。”`,
  }),
  'start-training': ({ training }) => ({
    title: `培训应于 ${timeText(training.startsAt)} 开播，请准时开始并登记`,
    script: '用企业微信直播；客户进入时就开始录屏，把需求核对也录进去。',
  }),
  'finish-training': ({ training }) => ({
    title: '请登记培训已结束',
    script: `计划时长 ${training.minutes} 分钟。登记后系统会在群里告知派单助理。`,
  }),
  'upload-recording': (order, { subject }, policy) => ({
    title:
      subject === ''
        ? `请上传「${order.shop.name}」的培训录屏`
        : `「${order.shop.name}」的培训录屏没有通过检查，请补传`,
    script: missingText(order, subject, policy),
  }),
  'send-recording': (order, { subject }) => ({
    title: `「${order.shop.name}」的培训录屏可以看了，请把观看链接发给客户`,
    script: `在控制台 ${recordingsPath(order)} 复制链接发给客户：“这是本次培训的录屏，点开就能看，${linkEndText(order, subject)}前有效，请不要转发给店外的人。”发出后登记“已发给客户”。`,
  }),
  'call-about-delay': ({ shop, facts }, { subject }, policy) => ({
    title: `「${shop.name}」客户 ${timeText(facts.messages.find(({ id }) => id === subject)?.at ?? null)} 的提问超过 ${policy.callAfterMinutes} 分钟未答复，请致电客户`,
    script:
      '“抱歉让您久等了，刚才没有及时回复您，我现在就帮您处理。”说明原因、解决问题后登记通话：时间、结果、备注。未接通请继续联系；只在群里答复不算完成。',
  }),
  'step-in': (order, _, policy) => ({
    title: `${order.trainer.name}请客成组支援「${order.shop.name}」的客户答疑`,
    script: `原因：${order.facts.support.request?.reason ?? ''}。接手前请先登记“接手支援”，两人同时登记只有一人生效。${budgetText(order, policy)}`,
  }),
  'arrange-cover': ({ shop, trainer, facts: { unavailable } }) => ({
    title: `${trainer.name}无法继续维护「${shop.name}」，请安排`,
    script: `原因：${unavailable.open?.reason ?? ''}。二选一：改派其他老师（此后的维护费归接手人），或启用应急方案（期间不计维护费）。`,
  }),
  'open-qa-group': ({ shop }) => ({
    title: `「${shop.name}」已启用应急方案，请把客户拉进答疑群`,
    script: '拉好后登记“已进答疑群”；期间由客成组在答疑群答复。',
  }),
  'hold-summary': (order, _, policy) => ({
    title: `「${order.shop.name}」最后一天是 ${monthDay(order.deadline)}，请做培训小结`,
    script: `“贵店的培训服务今天到期，使用中还有哪些问题？请简单列一下，我逐条讲解；都清楚的话，请签收培训确认表。”已解答的、仍未解决的、是否再做一次培训，都要登记。${openText(order, policy)}`,
  }),
  'collect-signature': () => ({
    title: '请让客户签署回访调查表和培训确认表',
    script: '客户没有回应不算同意；签署后登记在哪里签的。',
  }),
  'return-visit': ({ shop }) => ({
    title: `「${shop.name}」的服务已结束，请回访客户`,
    script: '确认没有遗留问题后登记“没问题”；有问题请写明原因，工单会重新打开。',
  }),
  'hand-over': ({ facts }) => ({
    title: '回访已通过，请把工单移交给客服',
    script: `核对无误后提交移交。遗留问题：${listText(facts.summary?.open ?? [])}`,
  }),
  'accept-hand-over': ({ shop, facts }) => ({
    title: `请接收「${shop.name}」的售后移交`,
    script: `资料不全可以退回并写明原因。遗留问题：${listText(facts.summary?.open ?? [])}`,
  }),
  'leave-group': (_order, _task, { serviceContact }) => ({
    title: '客服已接收，请告知客户后退群',
    script: `可直接转发：“后续售后由客服为您服务。在线客服：${serviceContact.link}\n或在微信关注公众号“${serviceContact.publicAccount}”，发送“${serviceContact.keyword}”转人工。”`,
  }),
};

/** R3.2 How much of the budget is left; the last step is asked about before it is taken. */
const budgetText = (order: Order, policy: Policy): string => {
  const { request, used } = order.facts.support;
  const askedAt = request?.at ?? order.createdAt;
  if (isSupportFree(order, policy, askedAt)) return '应急方案期间不计次数。';
  return isLastStep(order, policy, askedAt)
    ? '这是本单最后一次支援，请先与派单助理确认确有必要。'
    : `本单已用 ${used} 次，还可支援 ${supportLeft(order, policy)} 次。`;
};

/** R3.1, R4.1 What the period has left unanswered goes into the summary. */
const openText = (order: Order, policy: Policy): string => {
  const times = unansweredText(order, policy);
  return times === '' ? '' : `群里还没有答复的提问：${times}，请一并解答。`;
};

/** R1.6 The briefing card: package, business type and needs, for the evening before. */
export const briefingText = ({ shop, system, training }: Order): string =>
  `培训简报：${timeText(training.startsAt)}，${training.minutes} 分钟\n门店：${shop.name}（${system}）\n套餐：${shop.package}；业态：${shop.businessType}\n请勾选工具：EV录屏、向日葵、企业微信。\n需求：${needsText(shop.needs)}`;

/** R4.1 The evening before day 9. */
export const summaryEveText = ({ shop, deadline }: Order): string =>
  `明天（${monthDay(deadline)}）是「${shop.name}」的最后一天，09:00 起做培训小结。请先把群里还没答完的问题整理好。`;

/** R4.1 One hour before the last training. */
export const lastTrainingText = ({ shop, facts }: Order): string =>
  `「${shop.name}」的加场培训 ${timeText(facts.summary?.lastTraining ?? null)} 开始，请做好准备。`;

/** R2.4 Told in the group the moment the training is marked as finished. */
export const finishedText = (order: Order, policy: Policy): string =>
  `「${order.shop.name}」首次培训已完成。维护期 ${monthDay(dayOfOrder(order, 2, policy))} 至 ${monthDay(dayOfOrder(order, policy.lastDay - 1, policy))}，${monthDay(order.deadline)} 验收。`;

/** R1.3 The training time has changed, or is agreed for the first time. The old one is not named: nobody is to read it again. */
export const movedText = ({ shop, training }: Order, from: Instant | null): string =>
  from === null
    ? `「${shop.name}」培训时间已定：${timeText(training.startsAt)}。`
    : `「${shop.name}」培训改期，新时间：${timeText(training.startsAt)}。原来的安排全部取消，以新时间为准。`;

/** R1.1 Another trainer has the order. */
export const replacedText = ({ shop, trainer }: Order, before: string): string =>
  `「${shop.name}」的接单人由${before}改为${trainer.name}，${before}的待办已取消，请做好交接。`;

/** R2.1 */
export const lateStartText = ({ shop, training, trainer }: Order, startedAt: Instant): string =>
  `「${shop.name}」培训应于 ${timeText(training.startsAt)} 开始，${trainer.name}登记的实际开始时间是 ${spokenTime(startedAt)}。`;

/** R4.2 */
export const unsignedText = ({ shop }: Order): string =>
  `「${shop.name}」的工单已结束，但客户没有签署回访调查表和培训确认表，不能视为验收通过，请跟进。`;

/** R1.3 The customer could not be reached. */
export const notReachedText = ({ shop, training, trainer }: Order, count: number): string =>
  `「${shop.name}」培训 ${timeText(training.startsAt)} 开始，${trainer.name}已致电 ${count} 次，均未接通，请协助联系客户。`;

/** R0.2 A cancelled order ends here. */
export const cancelledText = ({ shop }: Order): string =>
  `「${shop.name}」的工单已取消，待办和提醒均已取消，无需再处理。`;

/** R0.2 So much has come at once that not each is told. */
export const moreNoticesText = ({ shop }: Order, count: number): string =>
  `「${shop.name}」一次产生了大量通知，另有 ${count} 条未逐条发送，请打开工单查看。`;

/** R4.4 Customer service sends the hand-over back. */
export const returnedText = ({ shop }: Order, reason: string): string =>
  `客服退回了「${shop.name}」的移交，请补充后重新提交。原因：${reason}`;

/** R4.3 The return visit was not OK. */
export const reopenedText = ({ shop }: Order, reason: string): string =>
  `「${shop.name}」回访未通过，请处理后重新做培训小结。原因：${reason}`;

/** R0.2 What nobody has done although everybody on its ladder was told. */
export const digestText = (order: Order, tasks: readonly Task[], policy: Policy): string =>
  [
    `「${order.shop.name}」有 ${tasks.length} 项待办逾期未完成：`,
    ...tasks.map(
      (task) =>
        `· ${taskText(order, task, policy).title}（应于 ${spokenTime(task.dueAt)} 前，规则 ${task.rule}）`,
    ),
  ].join('\n');

export const timeText = (at: Instant | null): string => (at === null ? '待定' : spokenTime(at));

const needsText = (needs: readonly string[]): string => (needs.length === 0 ? '未填写' : needs.join('、'));

const listText = (items: readonly string[]): string => (items.length === 0 ? '无' : items.join('、'));
