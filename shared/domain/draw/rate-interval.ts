import { leastWhere } from './sample-size.ts';

/** What a sample without replacement has shown: so many checked of a population, so many of them found defective. */
export type Finds = { population: number; checked: number; found: number };

/**
 * How many orders of the population are defective, with the given confidence: the exact interval after Clopper and Pearson, on the
 * hypergeometric distribution. It covers the truth at least that often, also for one order or for none found, where Wilson's falls short;
 * and as it knows the population's size, it is a single number when all have been checked. It holds for one stratum: over several, with
 * different shares drawn, the sum of the finds is no fair estimate.
 */
export const rateInterval = (finds: Finds, confidenceBp: number): { low: number; high: number } => {
  const { population, checked, found } = finds;
  const sound = mostDefects({ population, checked, found: checked - found }, confidenceBp);
  return { low: population - sound, high: mostDefects(finds, confidenceBp) };
};

/** The most defects with which as few finds as these are still likelier than half of what the confidence leaves. */
const mostDefects = (finds: Finds, confidenceBp: number): number => {
  const { population, checked, found } = finds;
  const tail = (10_000 - confidenceBp) / 20_000;
  return leastWhere(
    found,
    population - checked + found,
    (defects) => probabilityUpTo(found, { population, checked, defects: defects + 1 }) <= tail,
  );
};

/**
 * The hypergeometric probability of at most `count` finds. Each weight follows from its neighbour's, starting with 1 at the most likely
 * count, and their sum is the whole: no factorial, so nothing overflows, and what underflows is nothing.
 */
const probabilityUpTo = (count: number, drawing: Omit<Finds, 'found'> & { defects: number }): number => {
  const { population, checked, defects } = drawing;
  const sound = population - defects;
  const [least, most] = [Math.max(0, checked - sound), Math.min(checked, defects)];
  const mode = Math.floor(((checked + 1) * (defects + 1)) / (population + 2));
  const ratioTo = (next: number) =>
    ((defects - next + 1) * (checked - next + 1)) / (next * (sound - checked + next));
  let [below, all, weight] = [0, 0, 1];
  const add = (at: number) => {
    all += weight;
    if (at <= count) below += weight;
  };
  for (let at = mode; at <= most; at += 1) {
    add(at);
    weight *= ratioTo(at + 1);
  }
  weight = 1;
  for (let at = mode - 1; at >= least; at -= 1) {
    weight /= ratioTo(at + 1);
    add(at);
  }
  return below / all;
};
