import type { InputIssue } from '../contracts/issues.ts';
import type { Refusal } from '../domain/refusal.ts';

/** An HTTP answer with a JSON body. */
export type Answer = { status: number; body: unknown; headers?: Readonly<Record<string, string>> };

/** An HTTP answer with a text of another media type. */
export type TextAnswer = Omit<Answer, 'body'> & {
  text: { type: `text/${string}; charset=utf-8`; content: string };
};

/** An HTTP answer of bytes, such as a file. */
export type BytesAnswer = Omit<Answer, 'body'> & { bytes: { type: string; content: Buffer } };

/** An HTTP answer without a body; each of its cookies is a whole `Set-Cookie`. */
export type EmptyAnswer = Omit<Answer, 'body'> & { cookies: readonly string[] };

/** Done, and nothing to say. */
export const noContent = (cookies: readonly string[] = []): EmptyAnswer => ({ status: 204, cookies });

export const ok = (body: unknown, status = 200): Answer => ({ status, body });

/** The body of every refusal: a code for programs, a sentence for people, and what would be accepted. */
const refusal = (status: number, code: string, message: string, detail: object = {}): Answer => ({
  status,
  body: { error: code, message, ...detail },
});

export const badRequest = (issues: readonly InputIssue[]): Answer =>
  refusal(400, 'malformed', '请求内容不符合要求，见 issues。', { issues });

export const unauthorized = (reason: string): Answer => ({
  ...refusal(401, 'unauthorized', '身份验证失败。', { reason }),
  headers: { 'www-authenticate': 'Bearer' },
});

export const notFound = (): Answer => refusal(404, 'not-found', '没有这个操作或地址。');

/** An `Idempotency-Key` stands for one call; with another body or action it is a mistake of the caller's. */
export const keyReused = (): Answer => refusal(409, 'key-reused', '这个 Idempotency-Key 已用于另一次操作。');

export const tooLarge = (maxBytes: number): Answer =>
  refusal(413, 'too-large', '请求内容过大。', { maxBytes });

export const comeAgain = (): Answer => ({
  ...refusal(503, 'try-later', '系统繁忙，请稍后重试；没有任何内容被改动。'),
  headers: { 'retry-after': '2' },
});

export const fault = (): Answer =>
  refusal(500, 'fault', '系统出错，已记录并会处理；重试前请先查看当前状态。');

const impossibleTimes = {
  'in-the-future': '不能登记未来的时间',
  'in-the-past': '时间必须晚于现在',
  'before-start': '结束时间不能早于开始时间',
  'before-acceptance': '时间不能早于接单时间',
  'before-question': '时间不能早于客户的提问',
  unchanged: '与原时间相同',
  'not-agreed': '与约定时间不同，改期请登记为 moved',
} as const;

const limitedThings = {
  messages: '群消息条数',
  calls: '通话登记次数',
  dismissals: '“无需答复”标记次数',
  pauses: '暂停次数',
  trainers: '改派次数',
  emergencies: '应急方案启用次数',
  recordings: '录屏文件数',
  holds: '暂缓删除次数',
} as const;

/** The one place where a rule's no becomes HTTP. */
export const answerRefusal = (refused: Refusal): Answer => {
  switch (refused.type) {
    case 'out-of-scope':
      return refusal(
        422,
        refused.type,
        `不在规则适用范围：${refused.field} 只接受 ${refused.accepted.join('、')}。`,
        {
          rule: 'R0.1',
          field: refused.field,
          value: refused.value,
          accepted: refused.accepted,
        },
      );
    case 'unknown-order':
      return refusal(404, refused.type, `没有工单 ${refused.orderId}。`, { orderId: refused.orderId });
    case 'different-content':
      return refusal(409, refused.type, `工单 ${refused.orderId} 已存在，内容不同。`, {
        orderId: refused.orderId,
      });
    case 'wrong-role':
      return refusal(403, refused.type, '当前角色不能执行此操作。', {
        action: refused.action,
        accepted: refused.accepted,
      });
    case 'wrong-stage':
      return refusal(409, refused.type, '工单当前阶段不能执行此操作。', {
        action: refused.action,
        stage: refused.stage,
        accepted: refused.accepted,
      });
    case 'already-done':
      return refusal(409, refused.type, '这一步已经登记过了。', { action: refused.action, at: refused.at });
    case 'not-yet':
      return refusal(409, refused.type, '前面的步骤还没有完成。', {
        action: refused.action,
        missing: refused.missing,
      });
    case 'impossible-time':
      return refusal(409, refused.type, `${impossibleTimes[refused.why]}。`, {
        field: refused.field,
        value: refused.value,
        why: refused.why,
      });
    case 'different-message':
      return refusal(409, refused.type, `群消息 ${refused.messageId} 已登记，内容不同。`, {
        messageId: refused.messageId,
      });
    case 'unknown-message':
      return refusal(404, refused.type, `本工单没有群消息 ${refused.messageId}。`, {
        messageId: refused.messageId,
      });
    case 'not-a-question':
      return refusal(409, refused.type, '只有客户的消息可以标记为无需答复。', {
        messageId: refused.messageId,
      });
    case 'limit-reached':
      return refusal(
        409,
        refused.type,
        `本工单的${limitedThings[refused.what]}已达上限 ${refused.limit}，不能再登记。`,
        { what: refused.what, limit: refused.limit },
      );
    case 'budget-left':
      return refusal(409, refused.type, `还剩 ${refused.left} 次支援，无需追加。`, {
        rule: 'R3.2',
        left: refused.left,
      });
    case 'not-on':
      return refusal(409, refused.type, '应急方案没有启用。', { action: refused.action });
    case 'budget-spent':
      return refusal(
        409,
        refused.type,
        `客成组支援已用 ${refused.used} 次，上限 ${refused.limit} 次；需主管批准追加。`,
        { rule: 'R3.2', limit: refused.limit, used: refused.used },
      );
    case 'already-taken':
      return refusal(409, refused.type, `${refused.by} 已接手这次支援。`, {
        by: refused.by,
        at: refused.at,
      });
    case 'former-trainer':
      return refusal(409, refused.type, '工单已改派给其他老师，不能再由原接单人操作。', {
        action: refused.action,
      });
    case 'unknown-recording':
      return refusal(404, refused.type, '没有这个录屏。', { recordingId: refused.recordingId });
    case 'unknown-hold':
      return refusal(404, refused.type, '没有这条暂缓删除的记录。', { holdId: refused.holdId });
    case 'unknown-file-type':
      return refusal(415, refused.type, `不支持这种文件，只接受 ${refused.accepted.join('、')}。`, {
        given: refused.given,
        accepted: refused.accepted,
      });
    case 'file-too-large':
      return refusal(413, refused.type, '文件太大，请压缩或分段后上传。', {
        size: refused.size,
        maxBytes: refused.maxBytes,
      });
    case 'foreign-upload':
      return refusal(403, refused.type, '这是别人的上传，只有本人可以继续。', {
        recordingId: refused.recordingId,
      });
    case 'upload-over':
      return refusal(409, refused.type, '这次上传已经结束，不能再继续。', {
        recordingId: refused.recordingId,
        at: refused.at,
      });
    case 'parts-differ':
      return refusal(409, refused.type, '有分片没有传到或内容不一致，请重新上传这些分片。', {
        recordingId: refused.recordingId,
        parts: refused.parts,
      });
    case 'not-ready':
      return refusal(409, refused.type, '录屏还没有通过检查，没有可用的链接。', {
        recordingId: refused.recordingId,
      });
    case 'nothing-to-accept':
      return refusal(409, refused.type, '只有时长不足或开始太晚的录屏可以准予通过。', {
        recordingId: refused.recordingId,
      });
  }
};
