import { compareText } from '../compare-text.ts';
import type { Detection, TakeRule } from './draw-record.ts';
import { detects, leastWhere } from './sample-size.ts';

/** The orders of one trainer, and how many of them there are. */
export type StratumSize = { id: string; size: number };
export type Stratum = StratumSize & { take: number };

/** How many orders are drawn of each stratum: at least one, the rest in proportion. Strata come by their ids; none of them is empty. */
export const takesOf = (sizes: readonly StratumSize[], rule: TakeRule): readonly Stratum[] => {
  const strata = sizes.filter(({ size }) => size > 0).toSorted((a, b) => compareText(a.id, b.id));
  return apportion(strata, totalOf(strata, rule));
};

const totalOf = (strata: readonly StratumSize[], rule: TakeRule): number => {
  switch (rule.by) {
    case 'rate':
      return Math.ceil((populationOf(strata) * rule.rateBp) / 10_000);
    case 'number':
      return rule.orders;
    case 'confidence':
      return totalThatDetects(strata, rule);
  }
};

/** Sampling by strata may be a little blinder than the plain sample of that size, so the total is sought on the strata themselves. */
const totalThatDetects = (strata: readonly StratumSize[], detection: Detection): number =>
  leastWhere(strata.length, populationOf(strata), (total) => detects(apportion(strata, total), detection));

const populationOf = (strata: readonly StratumSize[]): number =>
  strata.reduce((sum, { size }) => sum + size, 0);

/**
 * Sainte-Laguë's method after one for each: the next order is always drawn where (2 · take + 1) / size is least, in a tie of the first id.
 * A larger total only adds to the takes; the method of largest remainders would at times take an order back (the Alabama paradox).
 */
const apportion = (strata: readonly StratumSize[], total: number): readonly Stratum[] => {
  const takes = strata.map((stratum) => ({ ...stratum, take: 1 }));
  const population = populationOf(strata);
  const wanted = Math.min(total, population);
  // All draws up to this share are made at once. They are never too many, as each stratum's exceed its share by less than one.
  const share = Math.max(0, wanted - strata.length);
  for (const stratum of takes)
    stratum.take = Math.max(1, Math.ceil((2 * share * stratum.size - population) / (2 * population)));
  let rest = wanted - takes.reduce((sum, { take }) => sum + take, 0);
  for (; rest > 0; rest -= 1) {
    const next = takes.reduce((best, stratum) => (isBehind(stratum, best) ? stratum : best));
    next.take += 1;
  }
  return takes;
};

const isBehind = (a: Stratum, b: Stratum): boolean => (2 * a.take + 1) * b.size < (2 * b.take + 1) * a.size;
