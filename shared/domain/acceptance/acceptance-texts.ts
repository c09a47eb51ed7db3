import type { Instant } from '../instant.ts';
import { spokenTime } from '../instant.ts';
import type { AcceptanceEvent, AcceptanceRefusal, Missing } from './acceptance-decision.ts';
import type { Weakness } from './acceptance-facts.ts';
import { mostOfReason } from './answer-survey.ts';
import type { SurveyForm } from './survey-form.ts';

/** R4.2 A refusal, for the customer; `incomplete` is told part by part. */
export const acceptanceRefusalText = (refusal: AcceptanceRefusal, form: SurveyForm): string => {
  switch (refusal.type) {
    case 'unknown-link':
      return '这个链接无效，请在群里联系老师重新发送。';
    case 'revoked-link':
      return '这个链接已停用，请打开最近一次收到的链接，或在群里联系老师。';
    case 'expired-link':
      return `这个链接已于 ${spokenTime(refusal.at)} 过期，请在群里联系老师重新发送。`;
    case 'already-done':
      return refusal.result === 'signed'
        ? `您已于 ${spokenTime(refusal.at)} 签署，无需重复提交。`
        : `您已于 ${spokenTime(refusal.at)} 选择不签署，我们会与您联系。`;
    case 'not-open':
      return '还没有到验收的日子，到时会请您填写。';
    case 'ended':
      return refusal.stage === 'closed'
        ? '本次培训服务已经结束，不能再签署；有问题请联系客服。'
        : '本次培训已取消，无需签署。';
    case 'newer-draft':
      return '您在另一个页面填过新的内容，请刷新后核对再继续。';
    case 'code-missing':
      return '请先输入发到您手机上的验证码。';
    case 'incomplete':
      return [
        `还有 ${refusal.missing.length} 处需要填写：`,
        ...refusal.missing.map((missing) => missingText(missing, form)),
      ].join('\n');
  }
};

/** R4.2 What is still missing, in a sentence that tells what to do. */
export const missingText = (missing: Missing, form: SurveyForm): string => {
  switch (missing.part) {
    case 'question':
      return questionText(missing, form);
    case 'clause':
      return clauseTexts[missing.why](titleOf(missing.id, form));
    case 'name':
      return missing.why === 'empty' ? '请填写您的姓名。' : '姓名太长，请只写姓名。';
    case 'reason':
      return missing.why === 'empty' ? '请写明不签署的原因。' : `原因请控制在 ${mostOfReason} 字以内。`;
    case 'signature':
      return missing.why === 'empty' ? '请在签名框里手写签名。' : '签名太短，请写完整。';
  }
};

const questionText = ({ id, why }: Extract<Missing, { part: 'question' }>, form: SurveyForm): string => {
  const question = form.survey.questions.find((one) => one.id === id);
  const asks = question?.asks.zh ?? id;
  return why === 'empty' || question?.kind !== 'text'
    ? `请回答：${asks}`
    : `“${asks}”请控制在 ${question.maxLength} 字以内。`;
};

const titleOf = (clauseId: string, form: SurveyForm): string =>
  form.confirmation.clauses.find(({ id }) => id === clauseId)?.title.zh ?? clauseId;

const clauseTexts: Record<Extract<Missing, { part: 'clause' }>['why'], (title: string) => string> = {
  empty: (title) => `“${title}”请选择“确认”或“有异议”。`,
  'no-reason': (title) => `“${title}”您选了有异议，请写明原因。`,
  'too-long': (title) => `“${title}”的原因请控制在 ${mostOfReason} 字以内。`,
  changed: (title) => `“${title}”的内容有更新，请重新核对。`,
};

/** R4.2 What weakens a result's evidence, for whoever relies on it. */
export const weaknessTexts: Readonly<Record<Weakness, string>> = {
  'no-code': '没有核对手机验证码，不能证明签署人就是本人。',
  'not-drawn': '没有手写签名，只填写了姓名。',
};

/** The events of survey and acceptance as the history names them. */
export const acceptanceEventTexts: Readonly<Record<AcceptanceEvent, string>> = {
  'acceptance-invited': '生成了签署链接',
  'acceptance-sent': '签署链接已发给客户',
  'acceptance-opened': '客户打开了签署页',
  'acceptance-reminded': '提醒客户签署',
  'acceptance-revoked': '停用签署链接',
  'survey-saved': '客户填写了一部分',
  'acceptance-signed': '客户已签署',
  'acceptance-declined': '客户选择不签署',
};

/** R4.2 For the trainer to forward, on the day after and the one after that. */
export const remindCustomerText = (expiresAt: Instant): string =>
  `“您好，培训回访调查表和培训确认表还等您签署，两三分钟就好；之前填的都保存着，点开原来的链接接着填即可，${spokenTime(expiresAt)} 前有效。”`;

/** R4.2 For the sales assistant, when two reminders have led to nothing. */
export const callAboutSignatureText = (shop: string): string =>
  `「${shop}」提醒两次仍未签署，请致电客户：“您好，想了解一下培训是否还有不满意的地方？没有的话，麻烦点开签署链接确认；有异议也可以直接写在上面。”客户没有回应不算验收通过。`;
