import type { SettlementView } from '../../../shared/contracts/settlement-view.ts';
import type { Instant } from '../../../shared/domain/instant.ts';
import { yuan } from '../../../shared/domain/fee-texts.ts';
import { stageSchema } from '../../../shared/domain/order.ts';
import { partySchema } from '../../../shared/domain/policy.ts';
import type { OrderAccount } from './account.ts';
import type { AwsBill } from './aws-bill.ts';
import { assumedSeconds } from './aws-bill.ts';
import type { Check } from './check.ts';
import { fit, pad, table } from './columns.ts';
import type { CoverStep } from './cover-steps.ts';
import type { FeeTotals } from './fee-totals.ts';
import type { QuestionTotals } from './question-totals.ts';
import { renderSettlement } from './report-fees.ts';
import { renderCover, renderQuestions } from './report-questions.ts';
import type { TimelineEntry } from './timeline.ts';
import { shanghaiTime } from './timeline.ts';
import type { Totals } from './totals.ts';

export type Report = {
  from: Instant;
  to: Instant;
  orders: readonly { account: OrderAccount; timeline: readonly TimelineEntry[] }[];
  totals: Totals;
  questions: QuestionTotals;
  cover: readonly CoverStep[];
  fees: FeeTotals;
  settlement: SettlementView;
  checks: readonly Check[];
  bill: AwsBill;
};

const columns = 120;

/** The month as text, 120 columns wide. */
export const renderReport = (report: Report): string =>
  [
    `ninedays — remote-training orders from ${shanghaiTime(report.from)} to ${shanghaiTime(report.to)} 2025, Shanghai time`,
    '',
    heading('The orders'),
    ...indent(renderIndex(report)),
    ...report.orders.flatMap(renderOrder),
    '',
    heading('Totals'),
    ...indent(renderTotals(report.totals)),
    '',
    heading('Questions (R3.1, R3.5)'),
    ...indent(renderQuestions(report.questions, columns - 2)),
    '',
    heading('Support and cover (R3.2–R3.4)'),
    ...indent(renderCover(report.cover)),
    '',
    heading(`Settlement of ${report.fees.month} (R3.4)`),
    ...indent(renderSettlement(report.fees, columns - 2)),
    '',
    heading('Checks'),
    ...indent(report.checks.flatMap(renderCheck)),
    '',
    heading('AWS operations, by the list prices of us-east-1 in US dollars, free tiers left out'),
    ...indent(renderBill(report.bill)),
    '',
  ].join('\n');

const heading = (text: string): string => `── ${text} `.padEnd(columns, '─');
const indent = (lines: readonly string[]): string[] =>
  lines.map((line) => (line === '' ? '' : fit(`  ${line}`, columns)));

const renderIndex = ({ orders }: Report): string[] =>
  table([
    ['order', 'shop', 'stage', 'trained', 'day 9', 'told', 'story'],
    ...orders.map(({ account: { order, view, messages, plot } }) => [
      order.orderId,
      order.shop.name,
      view?.stage ?? 'refused',
      view?.training.startedAt ? shanghaiTime(view.training.startedAt) : '-',
      view?.deadline.slice(5) ?? '-',
      messages.length,
      plot.title,
    ]),
  ]);

const renderOrder = ({ account, timeline }: Report['orders'][number]): string[] => {
  const { orderId, shop, system, fees, trainer, assistant, sales } = account.order;
  const people = [trainer, assistant, sales].map(({ name, id }) => `${name} ${id}`).join(' · ');
  return [
    '',
    fit(`── ${orderId} ${shop.name} ── ${account.plot.title}`, columns),
    ...indent([
      `${system} · ${shop.businessType} · ${shop.package} · ${shop.needs.join('、')}`,
      `${people} · training ¥${yuan(fees.training)}, maintenance ¥${yuan(fees.maintenance)}`,
      ...timeline.flatMap(renderEntry),
    ]),
  ];
};

const renderEntry = ({ at, who, what, change, rules, told }: TimelineEntry): string[] => [
  `${shanghaiTime(at)}  ${pad(who, 12)} ${rules.length === 0 ? what : pad(what, 46)}  ${pad(change, 28)} ${rules.join(' ')}`.trimEnd(),
  ...told.map(({ to, text, shownAt, outcome }) => {
    const line = `${' '.repeat(13)}› ${pad(to, 11)}`;
    const head = text.replace('：\n', '：').split('\n')[0] ?? '';
    if (shownAt === null) return `${line} (${head}: ${outcomes[outcome]})`;
    const late = shownAt === at ? '' : `(shown ${shanghaiTime(shownAt)})  `;
    return `${line} ${late}${head}`;
  }),
];

const outcomes = {
  done: 'shown',
  void: 'void, the order had moved on',
  refused: 'refused by WeCom',
  pending: 'not shown yet',
} as const;

const renderTotals = ({ orders, tasks, notices, escalations, timers, outage }: Totals): string[] => [
  `orders: ${[...stageSchema.options, 'refused' as const]
    .filter((stage) => orders[stage] > 0)
    .map((stage) => `${orders[stage]} ${stage}`)
    .join(', ')}`,
  `timers: ${timers.fired} fired, ${timers.dropped} dropped unfired as the order had moved on, ${timers.waiting} to come`,
  `an hour without WeCom: ${outage.shown} notices shown afterwards, ${outage.void} void by then`,
  '',
  ...table([
    ['tasks', 'rule', 'in time', 'late', 'open', 'overdue', 'dropped'],
    ...tasks.map(({ kind, rule, inTime, late, open, overdue, dropped }) => [
      kind,
      rule,
      inTime,
      late,
      open,
      overdue,
      dropped,
    ]),
  ]),
  '',
  ...table([
    ['notices', 'rule', 'shown', 'void', 'refused'],
    ...notices.map((notice) => [notice.kind, notice.rule, notice.shown, notice.void, notice.refused]),
  ]),
  '',
  ...table([
    ['escalations', ...partySchema.options],
    ...escalations.map(({ rung, told }) => [
      `rung ${rung}`,
      ...partySchema.options.map((party) => told[party]),
    ]),
  ]),
];

const shownFaults = 5;

const renderCheck = ({ claim, looked, faults }: Check): string[] => [
  `${faults.length === 0 ? 'true ' : 'FALSE'}  ${claim} (${looked})`,
  ...faults.slice(0, shownFaults).map((fault) => `       ${fault}`),
  ...(faults.length > shownFaults ? [`       and ${faults.length - shownFaults} more`] : []),
];

const dollars = (amount: number): string => `$${amount.toFixed(4)}`;
const round = (amount: number): string => Math.round(amount).toLocaleString('en-US');

const renderBill = ({ operations, lines, total, perOrder, thousandOrders }: AwsBill): string[] => [
  ...[...Map.groupBy(Object.entries(operations), ([name]) => name.split('.')[0] ?? '')].flatMap(
    ([service, calls]) =>
      wrap(
        `${pad(service, 10)} `,
        calls.map(([name, count]) => `${name.slice(service.length + 1)} ${round(count)}`),
      ),
  ),
  '',
  ...table([
    ['unit', 'amount', 'of it by the clock', 'cost'],
    ...lines.map(({ unit, amount, byTheClock, dollars: cost }) => [
      unit,
      round(amount),
      round(byTheClock),
      dollars(cost),
    ]),
  ]),
  '',
  `this month ${dollars(total)} · each order adds ${dollars(perOrder)} · 1,000 orders a month ${dollars(thousandOrders)}`,
  `Sweep, audit and the watch over open questions run by the clock. Each call of a function is billed for ${assumedSeconds * 1000} ms.`,
  'People who open their orders are in it, Lambda’s own polling of the queues is not.',
];

/** The items after a label, on as many lines as they need. */
const wrap = (label: string, items: readonly string[]): string[] => {
  const lines: string[] = [];
  let line = label;
  for (const item of items) {
    if (line.length + item.length + 2 > columns - 2) {
      lines.push(line);
      line = ' '.repeat(label.length);
    }
    line += `${line.trim() === label.trim() || line.trim() === '' ? '' : ', '}${item}`;
  }
  return [...lines, line];
};
