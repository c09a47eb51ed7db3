import * as fc from 'fast-check';
import type { BusinessCalendar } from '../../shared/domain/business-calendar.ts';
import { addOpenMs, isOpen, nextOpening, openMsBetween } from '../../shared/domain/business-calendar.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { calendarDaySchema, epochMs, plusDays, toInstant } from '../../shared/domain/instant.ts';
import { at } from './build-order.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

type Days = BusinessCalendar['windows'][number]['days'];
export const workweek: Days = ['mon', 'tue', 'wed', 'thu', 'fri'];
export const wholeWeek: Days = [...workweek, 'sat', 'sun'];

/** Mon–Fri 9–18, closed on holidays, open on make-up workdays. */
export const buildCalendar = (overrides: Partial<BusinessCalendar> = {}): BusinessCalendar => ({
  windows: [{ days: workweek, from: '09:00', to: '18:00' }],
  holidays: 'closed',
  makeupWorkdays: 'as-workday',
  overrides: [],
  ...overrides,
});

export const clockTime = (minuteOfDay: number): string => {
  const twoDigits = (n: number): string => String(n).padStart(2, '0');
  return `${twoDigits(Math.floor(minuteOfDay / 60))}:${twoDigits(minuteOfDay % 60)}`;
};

/** Mostly half hours, so that windows touch, and starts and ends come to lie on openings and closings. */
const minuteOfDay = fc.oneof(
  { weight: 4, arbitrary: fc.nat(48).map((n) => n * 30) },
  { weight: 1, arbitrary: fc.nat(1440) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1440) },
);
export const arbitraryWindow = fc
  .tuple(minuteOfDay, minuteOfDay)
  .filter(([a, b]) => Math.abs(a - b) >= 15)
  .map(([a, b]) => ({ from: clockTime(Math.min(a, b)), to: clockTime(Math.max(a, b)) }));

const firstDay = calendarDaySchema.parse('2025-01-01');
export const arbitraryDay = fc.nat(729).map((days) => plusDays(firstDay, days));
const arbitraryOverride = fc.record({
  day: arbitraryDay,
  windows: fc.array(arbitraryWindow, { maxLength: 3 }),
  notice: fc.constant('通知'),
});

export const arbitraryCalendar: fc.Arbitrary<BusinessCalendar> = fc.record({
  windows: fc.array(
    fc
      .tuple(fc.subarray(wholeWeek, { minLength: 1 }), arbitraryWindow)
      .map(([days, window]) => ({ days, ...window })),
    { minLength: 1, maxLength: 4 },
  ),
  holidays: fc.constantFrom('open', 'closed'),
  makeupWorkdays: fc.constantFrom('as-calendar', 'as-workday'),
  overrides: fc.uniqueArray(arbitraryOverride, { maxLength: 20, selector: ({ day }) => day }),
});

const halfHoursOf2025And2026 = fc.nat(730 * 48).map((n) => epochMs(at('2025-01-01 00:00')) + n * 30 * MINUTE);
export const arbitraryMoment = fc
  .tuple(
    halfHoursOf2025And2026,
    fc.oneof(fc.constantFrom(-1, 0, 0, 0, 1), fc.integer({ max: DAY, min: -DAY })),
  )
  .map(([ms, beside]): Instant => toInstant(ms + beside));

export const arbitrarySpan = fc.oneof(
  fc.nat(16).map((n) => n * 30 * MINUTE),
  fc.nat(8 * 60 * MINUTE),
  fc.nat(3),
);

/** All that a calendar says of a start and a span. */
export const readingOf = (start: Instant, ms: number, calendar: BusinessCalendar) => {
  const due = addOpenMs(start, ms, calendar);
  const open = openMsBetween(start, due, calendar);
  return { isOpen: isOpen(start, calendar), opening: nextOpening(start, calendar), due, open };
};
