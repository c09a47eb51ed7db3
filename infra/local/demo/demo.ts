import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { monthOf, toInstant } from '../../../shared/domain/instant.ts';
import { openRuntime } from '../runtime.ts';
import { auditor, readAccounts } from './account.ts';
import { billOf } from './aws-bill.ts';
import { makeChance } from './chance.ts';
import { checkMonth } from './checks.ts';
import { coverSteps } from './cover-steps.ts';
import { feeTotals } from './fee-totals.ts';
import type { CrmOrder } from './orders.ts';
import { readOrders } from './orders.ts';
import { makeProduct } from './product.ts';
import { questionTotals } from './question-totals.ts';
import type { Report } from './report.ts';
import { renderReport } from './report.ts';
import { daysOf, desks, playMonth } from './story.ts';
import { timelineOf } from './timeline.ts';
import { totalsOf } from './totals.ts';

const usage = `npm run demo -- [--orders <how many>] [--order <id>] [--days <how many>] [--json]
March 2025 on a turned clock, told as a report. Ends with 1 when something that must be true is not.`;

const { values: options } = parseArgs({
  options: {
    orders: { type: 'string' },
    order: { type: 'string' },
    days: { type: 'string', default: '31' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const choose = (orders: readonly CrmOrder[]): readonly CrmOrder[] => {
  const chosen = orders
    .filter(({ orderId }) => options.order === undefined || orderId === options.order)
    .slice(0, Number(options.orders ?? orders.length));
  if (chosen.length === 0) throw new Error(`no order is chosen\n${usage}`);
  return chosen;
};

const crmSecret = `whsec_${Buffer.from('the-crm-of-the-demo').toString('base64')}`;

/** Plays the month on a runtime of its own, and reads the books once it is over. */
const makeReport = async (orders: readonly CrmOrder[], days: number): Promise<Report> => {
  const month = daysOf(days);
  const dataDir = mkdtempSync(join(tmpdir(), 'ninedays-demo-'));
  process.env['CRM_WEBHOOK_SECRET'] = crmSecret;
  process.env['DESKS'] = JSON.stringify(
    Object.fromEntries(Object.entries(desks).map(([desk, id]) => [desk, [id]])),
  );
  const runtime = await openRuntime({ port: 0, dataDir, clockStart: month.from, code: 'sources' });
  try {
    const product = makeProduct(runtime.url, { crmSecret, start: month.from });
    const followed = await playMonth(product, orders, { chance: makeChance('March 2025'), month });
    const meter = await product.meter();
    const accounts = await readAccounts(product, followed);
    const to = toInstant(month.to);
    const settlement = await product.settlement(monthOf(to), auditor);
    return {
      from: toInstant(month.from),
      to,
      orders: accounts.map((account) => ({ account, timeline: timelineOf(account) })),
      totals: totalsOf(accounts),
      questions: questionTotals(accounts),
      cover: coverSteps(accounts),
      fees: feeTotals(accounts, settlement),
      settlement,
      checks: checkMonth(accounts, settlement, to),
      bill: billOf(meter, accounts.filter(({ view }) => view !== null).length),
    };
  } finally {
    await runtime.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

if (options.help) console.log(usage);
else {
  const orders = choose(readOrders(new URL('orders.json', import.meta.url)));
  const started = performance.now();
  const report = await makeReport(orders, Number(options.days));
  console.log(options.json ? JSON.stringify(report) : renderReport(report));
  console.error(`${orders.length} orders in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (report.checks.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}
