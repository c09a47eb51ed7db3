import type { FeeFacts, FeeLine, MaintenanceDay } from './fee-lines.ts';
import { maintenanceDays, ruleOfFee, trainerName } from './fee-lines.ts';
import { monthDay, spokenTime } from './instant.ts';
import type { Order } from './order.ts';
import type { Policy } from './policy.ts';

type Told = FeeFacts & Pick<Order, 'orderId'>;

const kinds = { training: '培训费', maintenance: '维护费' } as const;

/** Fen as yuan with two decimals, exact: `-40.05`. */
export const yuan = (fen: number): string => {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** How a kind of fee is called. */
export const kindText = (kind: FeeLine['kind']): string => kinds[kind];

/** `1`, `2–5`, `2–3、6`: days of the order. */
export const daysText = (days: readonly number[]): string =>
  runsOf(days)
    .map((run) => spanText(run, String))
    .join('、');

/** R2.1, R3.4 Why a trainer gets a fee, for him. The order's number stands for the shop, as the ledger outlives personal data. */
export const lineText = (order: Told, line: FeeLine, policy: Policy): string => {
  const text = line.kind === 'training' ? trainingText(order, line) : maintenanceText(order, line, policy);
  return `${text}（规则 ${ruleOfFee[line.kind]}）。`;
};

/** Why an entry is undone, and what stands instead of it. */
export const counterText = (
  line: FeeLine,
  entryId: string,
  name: string,
  replacement: FeeLine | null,
): string => {
  const news =
    replacement === null
      ? ` ${amountText(line)}不再成立，全额冲回`
      : `由 ${amountText(line)}改为 ${amountText(replacement)}，原记账全额冲回后重新入账`;
  return `冲正分录 ${entryId}：工单内容有变，${name}的${kinds[line.kind]}${news}（规则 ${ruleOfFee[line.kind]}）。`;
};

const amountText = ({ amount, days }: FeeLine): string => `${yuan(amount)} 元（第 ${daysText(days)} 天）`;

const trainingText = (order: Told, { trainerId, amount }: FeeLine): string => {
  const { finishedAt } = order.training;
  const name = trainerName(order, trainerId);
  const when =
    finishedAt === null
      ? `的培训结束时，接单人应是${name}`
      : `的培训于 ${spokenTime(finishedAt)} 结束，当时的接单人是${name}`;
  return `工单 ${order.orderId} ${when}，培训费 ${yuan(amount)} 元归${name}`;
};

const maintenanceText = (order: Told, { trainerId, amount, days }: FeeLine, policy: Policy): string => {
  const all = maintenanceDays(order, policy);
  const own = all.filter(({ day }) => days.includes(day));
  const share = `${trainerName(order, trainerId)}负责第 ${daysText(days)} 天（${datesText(own)}）共 ${days.length} 天，计 ${yuan(amount)} 元`;
  const clauses = [share, ...othersTexts(all, trainerId), ...unpaidTexts(order, all)];
  return `工单 ${order.orderId} 的${splitText(order.fees.maintenance, all)}，每天归当天 ${policy.fees.dayStart} 的接单人：${clauses.join('；')}`;
};

const splitText = (fee: number, all: readonly MaintenanceDay[]): string => {
  const odd = fee % all.length;
  const rest = odd === 0 ? '' : `，除不尽的 ${odd} 分从第 2 天起每天加 1 分`;
  return `维护费 ${yuan(fee)} 元平分到第 ${daysText(numbersOf(all))} 天，每天 ${yuan((fee - odd) / all.length)} 元${rest}`;
};

const othersTexts = (all: readonly MaintenanceDay[], trainerId: string): readonly string[] => {
  const others = new Map(
    all.flatMap((day) =>
      day.trainerId === null || day.trainerId === trainerId ? [] : [[day.trainerId, day.trainerName]],
    ),
  );
  return [...others].map(
    ([id, name]) => `第 ${daysText(numbersOf(all.filter((day) => day.trainerId === id)))} 天归${name}`,
  );
};

const unpaidTexts = (order: Told, all: readonly MaintenanceDay[]): readonly string[] => {
  const unpaid = all.filter(({ trainerId }) => trainerId === null);
  const covered = numbersOf(unpaid.filter(({ emergency }) => emergency));
  const unserved = numbersOf(unpaid.filter(({ emergency }) => !emergency));
  return [
    ...(covered.length === 0 ? [] : [`第 ${daysText(covered)} 天开始时已启用应急方案，不计维护费`]),
    ...(unserved.length === 0 || order.endedAt === null
      ? []
      : [`工单于 ${spokenTime(order.endedAt)} 取消，此后的第 ${daysText(unserved)} 天不计`]),
  ];
};

const numbersOf = (days: readonly MaintenanceDay[]): readonly number[] => days.map(({ day }) => day);

const datesText = (days: readonly MaintenanceDay[]): string => {
  const dates = new Map(days.map(({ day, date }) => [day, monthDay(date)]));
  return runsOf(numbersOf(days))
    .map((run) => spanText(run, (day) => dates.get(day) ?? ''))
    .join('、');
};

/** First and last of each run of days that follow one another. */
const runsOf = (days: readonly number[]): readonly (readonly [number, number])[] => {
  const last = days.filter((day) => !days.includes(day + 1));
  return days.filter((day) => !days.includes(day - 1)).map((day, index) => [day, last[index] ?? day]);
};

const spanText = ([first, last]: readonly [number, number], text: (day: number) => string): string =>
  first === last ? text(first) : `${text(first)}–${text(last)}`;
