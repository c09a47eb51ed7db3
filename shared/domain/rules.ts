import * as z from 'zod/mini';

/**
 * The two rule books, numbered: the one list that code, tests, notices and the console cite.
 * `auto` rules must have code and tests; `planned` ones have neither yet; `people` ones are followed by people and only recorded.
 */
export const rules = {
  'R0.1': {
    state: 'auto',
    zh: '适用三套系统的远程培训7天维护单',
    en: 'Applies to remote 7-day orders of three systems',
  },
  'R0.2': {
    state: 'auto',
    zh: '九天：第1天培训，第2~8天维护，第9天验收',
    en: 'Nine days: training, seven of maintenance, acceptance',
  },
  'R1.0': { state: 'auto', zh: '培训工具准备就绪', en: 'Tools are ready' },
  'R1.1': {
    state: 'auto',
    zh: '接单后由助理拉入企微对接群',
    en: 'The assistant pulls the trainer into the project group',
  },
  'R1.2': {
    state: 'auto',
    zh: '第一时间修改群备注：截止日期 姓名',
    en: 'The trainer sets the group remark at once',
  },
  'R1.3': {
    state: 'auto',
    zh: '培训前1小时电话确认时间',
    en: 'One hour before, the trainer phones to confirm the time',
  },
  'R1.4': {
    state: 'auto',
    zh: '开播前核对需求与理解',
    en: 'Needs and understanding are checked before the start',
  },
  'R1.5': {
    state: 'auto',
    zh: '开播前同步维护期培训须知',
    en: 'The maintenance rules are told before the start',
  },
  'R1.6': {
    state: 'auto',
    zh: '按门店套餐、业态与需求培训',
    en: 'The training follows package, business type and needs',
  },
  'R2.1': {
    state: 'auto',
    zh: '企业微信直播培训，登记开始与结束',
    en: 'Training is held live; start and finish are recorded',
  },
  'R2.2': {
    state: 'auto',
    zh: '自客户进入起录屏',
    en: 'The screen is recorded from the customer’s joining',
  },
  'R2.3': {
    state: 'auto',
    zh: '培训后第一时间同步录屏',
    en: 'The recording goes to the customer at once',
  },
  'R2.4': {
    state: 'auto',
    zh: '培训完成在群里告知派单助理',
    en: 'The assistant is told that the first training is complete',
  },
  'R3.1': { state: 'auto', zh: '维护期问题20分钟内答复', en: 'Questions are answered within 20 minutes' },
  'R3.2': {
    state: 'auto',
    zh: '客成组支援每单不超过3次',
    en: 'Customer success steps in at most three times',
  },
  'R3.3': { state: 'auto', zh: '高峰期应急方案', en: 'Peak seasons have an emergency plan' },
  'R3.4': {
    state: 'auto',
    zh: '不能维护时改派或启用应急方案',
    en: 'Who can’t maintain hands over, with the fee',
  },
  'R3.5': {
    state: 'auto',
    zh: '超1小时未答复须致电客户',
    en: 'More than an hour without an answer: phone the customer',
  },
  'R4.1': { state: 'auto', zh: '第9天培训小结', en: 'Day 9: training summary' },
  'R4.2': {
    state: 'auto',
    zh: '客户签署回访调查表与确认表',
    en: 'The customer signs survey and confirmation',
  },
  'R4.3': {
    state: 'auto',
    zh: '服务结束即通知业务端助理回访',
    en: 'The sales assistant makes the return visit',
  },
  'R4.4': { state: 'auto', zh: '退群时告知后续由客服服务', en: 'On leaving, customer service takes over' },
  'R5.1': { state: 'auto', zh: '培训录屏保留一个月', en: 'Recordings are kept one month' },
  'R5.2': { state: 'planned', zh: '每月最后一周抽检', en: 'Spot checks in the last week of the month' },
  'R5.3': { state: 'auto', zh: '抽中的录屏保留至检查结束', en: 'A drawn recording is held until checked' },
  'R5.4': { state: 'planned', zh: '抽检奖惩', en: 'Checks bring rewards or penalties' },
} as const satisfies Record<string, { state: 'auto' | 'planned' | 'people'; zh: string; en: string }>;

export type RuleId = keyof typeof rules;

/** A rule number of the list above. */
export const ruleIdSchema = z.custom<RuleId>(
  (value) => typeof value === 'string' && Object.hasOwn(rules, value),
);
