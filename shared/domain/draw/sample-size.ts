import type { Detection } from './draw-record.ts';

/** So many orders, of which so many are drawn without replacement. */
export type Drawing = { size: number; take: number };

/**
 * The least sample of one population that shows a defective order with the wanted confidence, if the tolerable share or more are
 * defective. `defects` is that share in orders, at least one. `enough` is false when there are too few orders for a sample: only checking
 * all of them, or none where there are none, is as sure as that.
 */
export const sampleSize = (
  size: number,
  detection: Detection,
): { size: number; defects: number; enough: boolean } => {
  const least = leastWhere(Math.min(1, size), size, (take) => detects([{ size, take }], detection));
  return { size: least, defects: defectsOf(size, detection), enough: least < size };
};

/**
 * Whether drawing like this shows a defective order with the wanted confidence, however the defects are spread over the strata. Exact: in
 * whole numbers of any length.
 */
export const detects = (drawings: readonly Drawing[], detection: Detection): boolean => {
  let [missed, of] = [1n, 1n];
  const isRare = () => missed * 10_000n <= of * BigInt(10_000 - detection.confidenceBp);
  for (const [numerator, denominator] of missFactors(drawings, defectsOf(sizeOf(drawings), detection))) {
    missed *= BigInt(numerator);
    of *= BigInt(denominator);
    if (isRare()) return true;
  }
  return false;
};

/** The probability that none of so many defects is drawn, in their worst spread over the strata. Summed as logarithms, for display. */
export const missProbability = (drawings: readonly Drawing[], defects: number): number => {
  let log = 0;
  for (const [numerator, denominator] of missFactors(drawings, defects))
    log += Math.log1p((numerator - denominator) / denominator);
  return Math.exp(log);
};

/** The least whole number from `low` to `high` for which a test holds that keeps holding above it; `high` where it holds for none. */
export const leastWhere = (low: number, high: number, test: (value: number) => boolean): number => {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (test(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
};

const defectsOf = (size: number, { tolerableBp }: Detection): number =>
  Math.max(1, Math.ceil((size * tolerableBp) / 10_000));

/** The hypergeometric probability of drawing no defect as a product of fractions, the fewest that do. */
function* missFactors(drawings: readonly Drawing[], defects: number): Generator<readonly [number, number]> {
  const [unseen, seen] = [drawings.filter(({ take }) => take === 0), drawings.filter(({ take }) => take > 0)];
  const spread = worstSpread(seen, Math.max(0, defects - sizeOf(unseen)));
  if (spread === null) yield [0, 1];
  else
    for (const { size, take, defects } of spread) {
      const [fewer, more] = [Math.min(take, defects), Math.max(take, defects)];
      for (let step = 0; step < fewer; step += 1) yield [size - more - step, size - step];
    }
}

const sizeOf = (drawings: readonly Drawing[]): number => drawings.reduce((sum, { size }) => sum + size, 0);

type Spread = (Drawing & { defects: number })[];

/**
 * The spread of defects over strata that is most likely to be missed; null when every spread is found, as more are defective than are left
 * undrawn. A defect more in a stratum costs the factor 1 − take / (size − defects there), which falls with each: so the next one always
 * goes where (size − defects) / take is largest, and in the end that quotient is level.
 */
const worstSpread = (drawings: readonly Drawing[], defects: number): Spread | null => {
  const atLevel = (level: number): Spread =>
    drawings.map(({ size, take }) => ({ size, take, defects: Math.max(0, size - Math.floor(level * take)) }));
  let [low, high] = [1, Math.max(1, ...drawings.map(({ size }) => size))];
  if (countOf(atLevel(low)) < defects) return null;
  for (let step = 0; step < 64; step += 1) {
    const middle = (low + high) / 2;
    if (countOf(atLevel(middle)) <= defects) high = middle;
    else low = middle;
  }
  return filledUp(atLevel(high), defects);
};

const countOf = (spread: Spread): number => spread.reduce((sum, { defects }) => sum + defects, 0);

/** Places what the level has left over: at most one defect in each stratum. */
const filledUp = (spread: Spread, defects: number): Spread => {
  const open = spread.toSorted((a, b) => (b.size - b.defects) * a.take - (a.size - a.defects) * b.take);
  const rest = defects - countOf(spread);
  return open.map((stratum, index) =>
    index < rest ? { ...stratum, defects: stratum.defects + 1 } : stratum,
  );
};
