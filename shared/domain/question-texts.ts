import type { Facts } from './decision.ts';
import { holdingsOf } from './holdings.ts';
import type { Instant } from './instant.ts';
import { epochMs, spokenTime, spokenTimeExact } from './instant.ts';
import type { Order } from './order.ts';
import { partyName } from './people.ts';
import type { Policy } from './policy.ts';
import { openQuestions, pausesOf, periodOf, unansweredQuestions } from './questions.ts';
import type { ReplyClock } from './reply-clocks.ts';

const minutesBetween = (from: Instant, to: Instant): number =>
  Math.floor((epochMs(to) - epochMs(from)) / 60_000);

/** R3.1 Half the time is gone. */
export const reminderText = ({ shop }: Order, { askedAt, dueAt }: ReplyClock, now: Instant): string =>
  `「${shop.name}」客户 ${spokenTime(askedAt)} 的提问还没有答复，已等待 ${minutesBetween(askedAt, now)} 分钟。${dueAt === null ? '' : `最晚 ${spokenTimeExact(dueAt)} 答复。`}`;

/** R3.1 A question was not answered in time. */
export const breachText = (order: Order, clock: ReplyClock, { policy }: Facts): string => {
  const then =
    clock.answeredBy === null
      ? '目前仍未答复，请立即处理'
      : `${spokenTimeExact(clock.endedAt ?? clock.startedAt)} 才答复`;
  return `【超时】「${order.shop.name}」客户 ${spokenTime(clock.askedAt)} 的提问${sinceText(order, clock)}未在 ${policy.replies.minutes} 分钟内答复（最晚 ${spokenTimeExact(clock.dueAt ?? clock.startedAt)}），${then}。责任人：${holderName(order, clock.holder)}。`;
};

/** From when on somebody else than at first had to answer. */
const sinceText = (order: Order, { askedAt, startedAt, holder }: ReplyClock): string =>
  startedAt === askedAt ? '' : `（${spokenTimeExact(startedAt)} 起由${holderName(order, holder)}负责）`;

/** R3.1 The verdict on a clock in one sentence that the person concerned can follow: asked when, due when, answered when, by whom. */
export const breachSentence = (order: Order, clock: ReplyClock, policy: Policy, now: Instant): string => {
  const asked = `客户 ${spokenTimeExact(clock.askedAt)} 提问${sinceText(order, clock)}`;
  if (clock.state === 'dismissed') return `${asked}，${dismissedText(order, clock)}，不计超时`;
  return `${asked}，${dueText(order, clock, policy)}，${endText(order, clock, policy, now)}`;
};

const dismissedText = (order: Order, { messageId }: ReplyClock): string => {
  const dismissed = order.facts.messages.find(({ id }) => id === messageId)?.dismissed ?? null;
  return dismissed === null
    ? '已登记为无需答复'
    : `${staffName(order, dismissed.by).trim()} 于 ${spokenTimeExact(dismissed.at)} 登记为无需答复（原因：${dismissed.reason}）`;
};

const dueText = (order: Order, { startedAt, dueAt }: ReplyClock, { replies }: Policy): string => {
  if (dueAt === null) return '目前暂停计时';
  const isPaused = pausesOf(order).some(({ from, to }) => from < dueAt && (to === null || to > startedAt));
  return `应在 ${replies.minutes} 分钟内${isPaused ? '（暂停的时间不计）' : ''}即最晚 ${spokenTimeExact(dueAt)} 答复`;
};

const endText = (
  order: Order,
  { endedAt, answeredBy, holder, state }: ReplyClock,
  policy: Policy,
  now: Instant,
): string => {
  const blame = state === 'breached' ? `，判定为超时，责任人${holderName(order, holder)}` : '';
  if (endedAt === null)
    return state === 'running' ? '目前仍在等待答复' : `到 ${spokenTimeExact(now)} 仍未答复${blame}`;
  if (answeredBy !== null)
    return `${spokenTimeExact(endedAt)} 由${staffName(order, answeredBy)}答复${blame === '' ? '，判定为按时' : blame}`;
  const end = endedAt === periodOf(order, policy)?.to ? '维护期结束' : '换人答复';
  return `${spokenTimeExact(endedAt)} ${end}时仍未答复${blame === '' ? '，不计超时' : blame}`;
};

/** The name of a staff member of the order, where it is known. An id stands between blanks, as letters among Chinese do. */
const staffName = ({ assistant, facts }: Order, id: string): string =>
  [assistant, ...facts.trainers].find((one) => one.id === id)?.name ?? ` ${id} `;

/** R3.1 A message or a hand-over that came late, or a dismissal, shows that there was no breach after all. */
export const withdrawnText = ({ shop }: Order, clocks: readonly ReplyClock[]): string => {
  const asked = clocks.map(({ askedAt }) => spokenTime(askedAt)).join('、');
  const of = asked === '' ? '' : `客户 ${asked} 的提问`;
  const why = clocks.some(({ state }) => state === 'dismissed')
    ? '已登记为无需答复'
    : '按群消息和接单人的实际时间重新判定';
  return `「${shop.name}」${of}${why}：之前通知的超时不成立，已撤销。`;
};

/** How a holder of questions is called. */
export const holderName = ({ facts }: Order, holder: string): string =>
  holdingsOf(facts).find((holding) => holding.holder === holder)?.name ?? holder;

const limitText = (dueAt: Instant | null, now: Instant): string => {
  if (dueAt === null) return '计时已暂停';
  return dueAt < now ? '已超时，请立即答复' : `最晚 ${spokenTimeExact(dueAt)} 答复`;
};

/** R3.4 The one who takes over hears what is open. */
export const takenOverText = (order: Order, facts: Facts): string => {
  const open = openQuestions(order, facts.policy, facts.now);
  const questions = open.map(
    ({ askedAt, dueAt }) => `· ${spokenTime(askedAt)} 的提问，${limitText(dueAt, facts.now)}`,
  );
  const head = `「${order.shop.name}」从现在起由${partyName(order, 'responder')}答复客户。`;
  return [head, ...(open.length === 0 ? ['目前没有未答复的提问。'] : ['未答复的提问：', ...questions])].join(
    '\n',
  );
};

type Plan = NonNullable<Order['facts']['plannedTrainer']>;

/** R3.4 Another trainer will have the order. */
export const plannedText = (order: Order, { at, trainer }: Plan): string =>
  `「${order.shop.name}」计划于 ${spokenTime(at)} 由${order.trainer.name}改派给${trainer.name}，在此之前仍由${order.trainer.name}负责，请提前做好交接。`;

/** R3.4 The hand-over that was planned is off. */
export const withdrawnPlanText = ({ shop }: Order, { at, trainer }: Plan): string =>
  `「${shop.name}」原定 ${spokenTime(at)} 改派给${trainer.name}的安排已取消。`;

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
  unansweredQuestions(order, policy)
    .map(({ askedAt }) => spokenTime(askedAt))
    .join('、');
