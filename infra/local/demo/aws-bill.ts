import type { FunctionName } from '../../catalogue.ts';
import { definitionOf, functionNames } from '../../catalogue.ts';
import type { PricedUnit } from '../prices.ts';
import { prices } from '../prices.ts';
import type { MeterReading } from './product.ts';

/** One priced unit: how much of it the month took, how much of that runs by the clock whether there are orders or not, and US dollars by the list. */
export type BillLine = { unit: PricedUnit; amount: number; byTheClock: number; dollars: number };

export type AwsBill = {
  operations: Readonly<Record<string, number>>;
  lines: readonly BillLine[];
  /** US dollars: this month, what of it one more order adds, and a month of 1,000 orders. */
  total: number;
  perOrder: number;
  thousandOrders: number;
};

/** A function's time on this machine says nothing of its time in the cloud, so each call is billed for so long. */
export const assumedSeconds = 0.1;

const callsOf = ({ operations }: MeterReading, name: FunctionName): number =>
  operations[`lambda.${name}`] ?? 0;

/** The month by AWS's list prices, free tiers left out. Sweep, audit and the watch over open questions run by the clock; everything else comes with the orders. */
export const billOf = (meter: MeterReading, orders: number): AwsBill => {
  const recurring = functionNames.filter((name) => definitionOf(name).trigger.type === 'schedule');
  const runs = recurring.reduce((sum, name) => sum + callsOf(meter, name), 0);
  const byTheClock: Partial<Record<PricedUnit, number>> = {
    'lambda.requests': runs,
    'lambda.gb-seconds': gbSeconds(meter, recurring),
    'scheduler.invocations': runs,
    // Only they query, and a query of an index that finds nothing takes half a unit.
    'dynamodb.read-units': (meter.operations['dynamodb.Query'] ?? 0) / 2,
  };
  const amounts: Readonly<Record<string, number>> = {
    ...meter.units,
    'lambda.gb-seconds': gbSeconds(meter, functionNames),
  };
  const lines = Object.keys(prices)
    .filter(isPricedUnit)
    .map((unit) => {
      const amount = amounts[unit] ?? 0;
      return { unit, amount, byTheClock: byTheClock[unit] ?? 0, dollars: amount * prices[unit] };
    });
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  const fixed = lines.reduce((sum, line) => sum + line.byTheClock * prices[line.unit], 0);
  const perOrder = orders === 0 ? 0 : (total - fixed) / orders;
  return { operations: meter.operations, lines, total, perOrder, thousandOrders: fixed + 1000 * perOrder };
};

const isPricedUnit = (name: string): name is PricedUnit => Object.hasOwn(prices, name);

const gbSeconds = (meter: MeterReading, names: readonly FunctionName[]): number =>
  names.reduce(
    (sum, name) => sum + (callsOf(meter, name) * definitionOf(name).memoryMiB * assumedSeconds) / 1024,
    0,
  );
