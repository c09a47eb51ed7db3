import { createHash } from 'node:crypto';

/** A number in [0, 1) for each name: the same in every run, whatever else was asked before. */
export type Chance = (name: string) => number;

export const makeChance =
  (seed: string): Chance =>
  (name) =>
    createHash('sha256').update(`${seed}/${name}`).digest().readUInt32BE(0) / 2 ** 32;
