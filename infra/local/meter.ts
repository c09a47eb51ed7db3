import type { PricedUnit } from './prices.ts';
import { prices } from './prices.ts';

/** How often each operation of AWS was called so far, and what the units in it cost by the list. */
export type MeterReading = {
  operations: Readonly<Record<string, number>>;
  units: Readonly<Record<string, number>>;
  cost: { currency: 'USD'; byUnit: Readonly<Record<string, number>>; total: number };
};

export type Meter = {
  /** One call, named `service.Operation`. */
  operation(name: string): void;
  /** Units that are paid for. */
  unit(name: PricedUnit, amount: number): void;
  read(): MeterReading;
};

/** The meter of this run: it counts what the cloud would have charged for, so it starts from zero with the process. */
export const makeMeter = (): Meter => {
  const operations = new Map<string, number>();
  const units = new Map<PricedUnit, number>();
  return {
    operation: (name) => void operations.set(name, (operations.get(name) ?? 0) + 1),
    unit: (name, amount) => void units.set(name, (units.get(name) ?? 0) + amount),
    read: () => {
      const byUnit = new Map([...units].map(([name, amount]) => [name, amount * prices[name]]));
      return {
        operations: sorted(operations),
        units: sorted(units),
        cost: {
          currency: 'USD',
          byUnit: sorted(byUnit),
          total: [...byUnit.values()].reduce((a, b) => a + b, 0),
        },
      };
    },
  };
};

const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b)));
