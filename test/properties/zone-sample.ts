import * as fc from 'fast-check';
import { sha256Hex } from '../../shared/domain/history.ts';
import { planOf } from '../../shared/domain/plan.ts';
import { dayOf, plusMinutes, spokenTime, toInstant } from '../../shared/domain/instant.ts';
import { arbitraryWalk, buildFacts, walkThrough } from '../support/build-order.ts';

/**
 * Run as a child process under another TZ: lives the same walks through each time, and prints one hash over every record, notice and plan,
 * and over each half hour of a year, so that the hours which a zone skips or repeats are among them.
 */
const computed = fc.sample(arbitraryWalk, { seed: 20250324, numRuns: 30 }).map((walk) => {
  const steps = walkThrough(walk);
  const { change, now } = steps.at(-1)!;
  const plan = planOf(change.order, buildFacts(now), plusMinutes(now, 20 * 24 * 60));
  return { changes: steps.map(({ change: { order, notices } }) => ({ order, notices })), plan };
});

const start = toInstant('2025-01-01T00:00:00Z');
const year = Array.from({ length: 365 * 48 }, (_, index) => plusMinutes(start, index * 30));
const read = year.map((instant) => [dayOf(instant), spokenTime(instant)]);

const january = new Date('2025-01-15T00:00:00Z').getTimezoneOffset();
process.stdout.write(`zone ${january}\n${sha256Hex([computed, read])}\n`);
