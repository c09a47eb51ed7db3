import type { Order } from './order.ts';
import type { Policy } from './policy.ts';
import { taskText } from './wording.ts';

const events: Readonly<Record<string, string>> = {
  'order-created': '创建了工单',
  'order-amended': '变更了工单',
  'order-cancelled': '取消了工单',
  'join-group': '已拉群',
  'set-remark': '已改群备注',
  'confirm-tools': '工具已就绪',
  'confirm-time': '电话确认时间的结果',
  'confirm-needs': '需求核对的结果',
  'send-notice': '须知已发给客户',
  'start-training': '培训开始',
  'finish-training': '培训结束',
  'upload-started': '开始上传录屏',
  'upload-finished': '录屏上传完毕',
  'upload-incomplete': '录屏缺少分片',
  'upload-aborted': '取消上传录屏',
  'upload-abandoned': '录屏上传中断，已放弃',
  'upload-discarded': '删除没有通过检查的录屏',
  'recording-checked': '录屏检查的结果',
  'recording-opened': '客户打开了录屏',
  'recording-downloaded': '客户下载了录屏',
  'recording-watched': '客户看了录屏',
  'recording-viewed': '员工看了录屏',
  'recording-expired': '录屏到期删除',
  'recording-removed': '录屏被删除',
  'recording-erased': '录屏已彻底删除',
  'accept-recording': '准予录屏通过',
  'send-recording': '录屏链接已发给客户',
  'revoke-recording-link': '停用录屏链接',
  'renew-recording-link': '重发录屏链接',
  'hold-recordings': '暂缓删除录屏',
  'lift-hold': '解除暂缓删除',
  'message-received': '客户在群里发言',
  'message-sent': '老师或客成组在群里答复',
  'dismiss-message': '标记为无需答复',
  'record-call': '电话沟通的结果',
  'pause-clocks': '暂停答复计时',
  'resume-clocks': '恢复答复计时',
  'request-support': '请求客成组支援',
  'take-over': '客成组接手支援',
  'override-support-limit': '主管追加支援次数',
  'report-unavailable': '报告无法维护',
  reassign: '改派接单人',
  'emergency-plan': '应急方案',
  'open-qa-group': '客户已进答疑群',
  'record-summary': '培训小结',
  'record-signature': '客户已签署',
  'return-visit': '回访结果',
  'hand-over': '提交移交',
  'accept-hand-over': '接收移交',
  'return-hand-over': '退回移交',
  'leave-group': '已退群',
};

/** An event of the history, as people call it. */
export const eventText = (event: string): string => events[event] ?? event;

const steps: Readonly<Record<string, string>> = {
  briefing: '发送培训简报',
  'summary-eve': '提醒次日做培训小结',
  'last-training': '提醒加场培训',
  'begin-acceptance': '进入验收阶段',
  digest: '向主管汇总逾期的待办',
  reassign: '按计划改派接单人',
  'look-at-uploads': '检查没有传完的录屏',
  'release-recordings': '抽检之后放行录屏到期删除',
};

const clockSteps: Readonly<Record<string, string>> = {
  remind: '若仍未答复则提醒：客户的提问',
  breach: '若仍未答复则判定超时：客户的提问',
  call: '若仍未答复则须致电：客户的提问',
};

/** What a timer will do when its time comes and nobody has acted before. */
export const stepText = (order: Order, step: string, policy: Policy): string => {
  const [id, what] = step.split('.');
  const task = order.tasks.find((candidate) => candidate.id === id);
  if (task === undefined) return steps[step] ?? clockSteps[what ?? ''] ?? step;
  const { title } = taskText(order, task, policy);
  return what === 'tell' ? `通知：${title}` : `若仍未完成则催办：${title}`;
};
