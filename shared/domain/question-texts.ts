import type { Facts } from './decision.ts';
import { holdingsOf } from './holdings.ts';
import type { Instant } from './instant.ts';
import { epochMs, spokenTime, spokenTimeExact } from './instant.ts';
import type { Order } from './order.ts';
import { partyName } from './people.ts';
import type { Policy } from './policy.ts';
import { clocksOf, lastClocks, openQuestions } from './questions.ts';
import type { ReplyClock } from './reply-clocks.ts';

const minutesBetween = (from: Instant, to: Instant): number =>
  Math.floor((epochMs(to) - epochMs(from)) / 60_000);

/** R3.1 Half the time is gone. */
export const reminderText = ({ shop }: Order, { askedAt, dueAt }: ReplyClock, now: Instant): string =>
  `「${shop.name}」客户 ${spokenTime(askedAt)} 的提问还没有答复，已等待 ${minutesBetween(askedAt, now)} 分钟。${dueAt === null ? '' : `请在 ${spokenTimeExact(dueAt)} 前答复。`}`;

/** R3.1 A question was not answered in time. */
export const breachText = (order: Order, clock: ReplyClock, { policy }: Facts): string => {
  const then =
    clock.answeredBy === null
      ? '目前仍未答复，请立即处理'
      : `${spokenTimeExact(clock.endedAt ?? clock.startedAt)} 才答复`;
  return `【超时】「${order.shop.name}」客户 ${spokenTime(clock.askedAt)} 的提问未在 ${policy.replies.minutes} 分钟内答复（期限 ${spokenTimeExact(clock.dueAt ?? clock.startedAt)}），${then}。责任人：${holderName(order, clock.holder)}。`;
};

/** R3.1 The verdict on a clock in one sentence that the person concerned can follow: asked when, due when, answered when, by whom. */
export const breachSentence = (
  order: Order,
  { askedAt, startedAt, dueAt, endedAt, answeredBy, holder, state }: ReplyClock,
  { replies }: Policy,
  now: Instant,
): string => {
  const asked = `客户 ${spokenTimeExact(askedAt)} 提问`;
  const held =
    startedAt === askedAt ? '' : `，${spokenTimeExact(startedAt)} 起由${holderName(order, holder)}负责`;
  const limit =
    dueAt === null ? '计时已暂停' : `${replies.minutes} 分钟内即 ${spokenTimeExact(dueAt)} 前应答复`;
  return `${asked}${held}，${limit}，${answerText({ endedAt, answeredBy }, now)}，判定为${stateTexts[state]}，责任人${holderName(order, holder)}`;
};

const answerText = (
  { endedAt, answeredBy }: Pick<ReplyClock, 'endedAt' | 'answeredBy'>,
  now: Instant,
): string => {
  if (endedAt === null) return `到 ${spokenTimeExact(now)} 仍未答复`;
  return answeredBy === null
    ? `到 ${spokenTimeExact(endedAt)} 换人或维护期结束时仍未答复`
    : `${spokenTimeExact(endedAt)} 由 ${answeredBy} 答复`;
};

const stateTexts = {
  running: '计时中',
  met: '按时',
  breached: '超时',
  dismissed: '无需答复',
  superseded: '不计',
} as const;

/** R3.1 A message or a hand-over that came late, or a dismissal, shows that there was no breach after all. */
export const withdrawnText = ({ shop }: Order, dismissed: boolean): string =>
  `「${shop.name}」${dismissed ? '客户的消息已登记为无需答复' : '按群消息和接单人的实际时间重新判定'}：之前通知的超时不成立，已撤销。`;

/** How a holder of questions is called. */
export const holderName = ({ facts }: Order, holder: string): string =>
  holdingsOf(facts).find((holding) => holding.holder === holder)?.name ?? holder;

/** R3.4 The one who takes over hears what is open. */
export const takenOverText = (order: Order, facts: Facts): string => {
  const open = openQuestions(order, facts.policy, facts.now);
  const questions = open.map(
    ({ askedAt, dueAt }) =>
      `· ${spokenTime(askedAt)} 的提问，${dueAt === null ? '计时已暂停' : `请在 ${spokenTimeExact(dueAt)} 前答复`}`,
  );
  const head = `「${order.shop.name}」从现在起由${partyName(order, 'responder')}答复客户。`;
  return [head, ...(open.length === 0 ? ['目前没有未答复的提问。'] : ['未答复的提问：', ...questions])].join(
    '\n',
  );
};

/** R3.3 The emergency plan is on. */
export const emergencyOnText = (
  { shop }: Order,
  reason: string,
  season: string | null,
  unpaid: boolean,
): string =>
  `「${shop.name}」已启用应急方案${season === null ? '' : `（${season}）`}：由客成组在答疑群答复客户。${unpaid ? '启用期间开始的维护日不计维护费。' : ''}原因：${reason}`;

/** R3.3 The emergency plan is off again. */
export const emergencyOffText = ({ shop, trainer }: Order, reason: string): string =>
  `「${shop.name}」的应急方案已停用，恢复由${trainer.name}维护。原因：${reason}`;

/** R3.2 A manager has granted one more step. */
export const grantedText = ({ shop }: Order, reason: string): string =>
  `主管已批准「${shop.name}」追加一次客成组支援。原因：${reason}`;

/** R3.2 A supporter has taken the request. */
export const steppedInText = ({ shop, facts: { support } }: Order, by: string, left: number | null): string =>
  `客成组 ${by} 已接手支援「${shop.name}」。${left === null ? '应急方案期间不计次数。' : `已用 ${support.used} 次，还剩 ${left} 次。`}`;

/** R3.4 Times of questions that nobody has answered, for the summary of day 9. */
export const unansweredText = (order: Order, policy: Policy): string =>
  lastClocks(clocksOf(order, policy, order.createdAt))
    .filter(({ answeredBy, state }) => answeredBy === null && state !== 'dismissed')
    .map(({ askedAt }) => spokenTime(askedAt))
    .join('、');
