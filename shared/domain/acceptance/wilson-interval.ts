/** The 97.5th percentile of the normal distribution. */
const z = 1.959963984540054;

/**
 * The 95 % interval of a share after Wilson: between which shares the truth may lie when so many of so many were counted. Unlike the plain
 * one it stays within 0 and 1, and is of use for few answers. `of` is positive.
 */
export const wilsonInterval = (count: number, of: number): { low: number; high: number } => {
  const centre = count + (z * z) / 2;
  const margin = z * Math.sqrt((count * (of - count)) / of + (z * z) / 4);
  const whole = of + z * z;
  // Where none or all were counted the end is exact, which rounding would miss by a hair.
  return {
    low: count === 0 ? 0 : (centre - margin) / whole,
    high: count === of ? 1 : (centre + margin) / whole,
  };
};
