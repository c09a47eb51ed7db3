import * as fc from 'fast-check';
import { sha256Hex } from '../../shared/domain/history.ts';
import { holidayOf, isMakeupWorkday, missingYear } from '../../shared/domain/holidays.ts';
import { dayOf, plusMinutes } from '../../shared/domain/instant.ts';
import {
  arbitraryCalendar,
  arbitraryMoment,
  arbitrarySpan,
  buildCalendar,
  MINUTE,
  readingOf,
} from '../support/build-calendar.ts';
import { at } from '../support/build-order.ts';

/**
 * Run as a child process under another TZ: reads the same calendars each time, and an office's over each hour of a year, so that those
 * which a zone skips or repeats are among them. Prints one hash over everything read.
 */
const read = fc
  .sample(fc.tuple(arbitraryMoment, arbitrarySpan, arbitraryCalendar), { seed: 20250324, numRuns: 300 })
  .map((given) => readingOf(...given));

const hours = Array.from({ length: 365 * 24 }, (_, n) => plusMinutes(at('2025-01-01 00:00'), n * 60));
const office = hours.map((instant) => readingOf(instant, 20 * MINUTE, buildCalendar()));
const days = hours.map((instant) => {
  const day = dayOf(instant);
  return [holidayOf(day), isMakeupWorkday(day), missingYear(instant)];
});

const january = new Date('2025-01-15T00:00:00Z').getTimezoneOffset();
process.stdout.write(`zone ${january}\n${sha256Hex([read, office, days])}\n`);
