import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BusinessCalendar } from '../../shared/domain/business-calendar.ts';
import {
  addOpenMs,
  businessCalendarSchema,
  isOpen,
  nextOpening,
  openMsBetween,
  roundTheClock,
} from '../../shared/domain/business-calendar.ts';
import { isHoliday, isMakeupWorkday } from '../../shared/domain/holidays.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { atShanghai, calendarDaySchema, epochMs, toInstant } from '../../shared/domain/instant.ts';
import {
  arbitraryCalendar,
  arbitraryDay,
  arbitraryMoment,
  arbitrarySpan,
  arbitraryWindow,
  clockTime,
  DAY,
  MINUTE,
  readingOf,
  wholeWeek,
} from '../support/build-calendar.ts';

const run = promisify(execFile);
const sampler = fileURLToPath(new URL('calendar-zone-sample.ts', import.meta.url));

const readIn = async (zone: string): Promise<string> => {
  const { stdout } = await run(process.execPath, [sampler], { env: { ...process.env, TZ: zone } });
  return stdout;
};

const plusMs = (instant: Instant, ms: number): Instant => toInstant(epochMs(instant) + ms);

/** The calendar's definition read once more, minute by minute, in the plainest way. */
const isOpenByDefinition = (instant: Instant, calendar: BusinessCalendar): boolean => {
  const shanghai = new Date(epochMs(instant) + 8 * 60 * MINUTE);
  const day = calendarDaySchema.parse(shanghai.toISOString().slice(0, 10));
  const time = shanghai.toISOString().slice(11, 16);
  const weekday = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[shanghai.getUTCDay()]!;
  const counted = calendar.makeupWorkdays === 'as-workday' && isMakeupWorkday(day) ? 'mon' : weekday;
  const usual =
    calendar.holidays === 'closed' && isHoliday(day)
      ? []
      : calendar.windows.filter(({ days }) => days.includes(counted));
  const windows = calendar.overrides.find((override) => override.day === day)?.windows ?? usual;
  return windows.some(({ from, to }) => from <= time && time < to);
};

/** Every window of a week without exceptions, cut in two somewhere: it says the same. */
const cut = ({ windows, ...rest }: BusinessCalendar, share: number): BusinessCalendar => ({
  ...rest,
  windows: windows.toReversed().flatMap(({ days, from, to }) => {
    const [opens, closes] = [from, to].map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
    const middle = clockTime(opens! + 1 + Math.floor(share * (closes! - opens! - 1)));
    return [
      { days, from: middle, to },
      { days, from, to: middle },
      { days: days.slice(0, 1), from, to },
    ];
  }),
});

describe('open time', () => {
  it('is what the calendar says, at every instant', () => {
    fc.assert(
      fc.property(arbitraryMoment, arbitraryCalendar, (instant, calendar) => {
        expect(businessCalendarSchema.parse(calendar)).toEqual(calendar);
        expect(isOpen(instant, calendar)).toBe(isOpenByDefinition(instant, calendar));
      }),
      { numRuns: 1000 },
    );
  });

  it('is the sum of all open minutes', () => {
    fc.assert(
      fc.property(arbitraryMoment, fc.nat(4 * 24 * 60), arbitraryCalendar, (start, minutes, calendar) => {
        const from = toInstant(Math.floor(epochMs(start) / MINUTE) * MINUTE);
        const all = Array.from({ length: minutes }, (_, n) => plusMs(from, n * MINUTE));
        const open = all.filter((instant) => isOpenByDefinition(instant, calendar)).length;
        expect(openMsBetween(from, plusMs(from, minutes * MINUTE), calendar)).toBe(open * MINUTE);
      }),
      { numRuns: 60 },
    );
  });

  it('adds up over spans that follow each other, and is none backwards', () => {
    const lengths = fc.tuple(fc.nat(10 * DAY), fc.nat(10 * DAY));
    fc.assert(
      fc.property(arbitraryMoment, lengths, arbitraryCalendar, (a, [first, second], calendar) => {
        const [b, c] = [plusMs(a, first), plusMs(a, first + second)];
        expect(openMsBetween(a, b, calendar) + openMsBetween(b, c, calendar)).toBe(
          openMsBetween(a, c, calendar),
        );
        expect(openMsBetween(c, a, calendar)).toBe(0);
      }),
    );
  });

  it('opens next at the first open instant', () => {
    fc.assert(
      fc.property(arbitraryMoment, arbitraryCalendar, (instant, calendar) => {
        const opening = nextOpening(instant, calendar);
        expect(isOpen(opening, calendar)).toBe(true);
        expect(openMsBetween(instant, opening, calendar)).toBe(0);
        expect(opening === instant).toBe(isOpen(instant, calendar));
        expect(opening >= instant).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the zone of the machine', async () => {
    const zones = ['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe'];
    const [utc, ...others] = await Promise.all(['UTC', ...zones].map(readIn));
    expect(utc).toMatch(/^zone 0\n[0-9a-f]{64}\n$/);
    expect(others.map((text) => text.split('\n')[0])).toEqual(['zone -480', 'zone 300', 'zone -660']);
    expect(new Set([utc, ...others].map((text) => text!.split('\n')[1])).size).toBe(1);
  });
});

describe('what is due after a span of open time', () => {
  it('R3.1 is due inside a window or at its closing, never outside and never after it', () => {
    fc.assert(
      fc.property(arbitraryMoment, arbitrarySpan, arbitraryCalendar, (start, ms, calendar) => {
        const due = addOpenMs(start, ms, calendar);
        const closing = isOpenByDefinition(plusMs(due, -1), calendar);
        expect(closing || isOpenByDefinition(due, calendar)).toBe(true);
        expect(due >= start).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('R3.1 is due to the millisecond: exactly the span lies open before it, one millisecond less before that', () => {
    fc.assert(
      fc.property(arbitraryMoment, arbitrarySpan, arbitraryCalendar, (start, ms, calendar) => {
        const due = addOpenMs(start, ms, calendar);
        expect(openMsBetween(start, due, calendar)).toBe(ms);
        if (ms > 0) expect(openMsBetween(start, plusMs(due, -1), calendar)).toBe(ms - 1);
      }),
      { numRuns: 1000 },
    );
  });

  it('is due later for a longer span, and not earlier for a later start', () => {
    const aWhile = fc.oneof(fc.nat(3), fc.nat(3 * DAY));
    fc.assert(
      fc.property(
        arbitraryMoment,
        fc.tuple(arbitrarySpan, arbitrarySpan),
        aWhile,
        arbitraryCalendar,
        (start, [ms, more], wait, calendar) => {
          const due = addOpenMs(start, ms, calendar);
          const longer = addOpenMs(start, ms + more + 1, calendar);
          expect(longer > due).toBe(true);
          expect(addOpenMs(plusMs(start, wait), ms, calendar) >= due).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is due at the same instant when the span is added in two parts', () => {
    fc.assert(
      fc.property(
        arbitraryMoment,
        fc.tuple(arbitrarySpan, arbitrarySpan),
        arbitraryCalendar,
        (start, [a, b], calendar) => {
          const due = addOpenMs(start, a, calendar);
          expect(addOpenMs(due, b, calendar)).toBe(addOpenMs(start, a + b, calendar));
          expect(addOpenMs(due, 0, calendar)).toBe(due);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('R3.1 is plain addition round the clock, however that is written', () => {
    const written = fc.constantFrom<BusinessCalendar>(
      roundTheClock,
      { ...roundTheClock, makeupWorkdays: 'as-workday' },
      cut(roundTheClock, 0.3),
      { ...roundTheClock, windows: wholeWeek.map((day) => ({ days: [day], from: '00:00', to: '24:00' })) },
      { ...roundTheClock, windows: cut(roundTheClock, 0.5).windows.slice(0, 2) },
    );
    fc.assert(
      fc.property(arbitraryMoment, fc.nat(30 * DAY), written, (start, ms, calendar) => {
        const due = plusMs(start, ms);
        expect(readingOf(start, ms, calendar)).toEqual({ isOpen: true, opening: start, due, open: ms });
      }),
      { numRuns: 500 },
    );
  });
});

describe('a calendar', () => {
  it('lets an override win on its day, whatever else holds there, and changes no other day', () => {
    const windows = fc.array(arbitraryWindow, { maxLength: 3 });
    const elsewhere = fc.integer({ min: 1, max: 729 });
    fc.assert(
      fc.property(arbitraryCalendar, arbitraryDay, windows, elsewhere, (calendar, day, windows, days) => {
        const others = calendar.overrides.filter((override) => override.day !== day);
        const settled = { ...calendar, overrides: [...others, { day, windows, notice: '通知' }] };
        const weekly = windows.map((window) => ({ days: wholeWeek, ...window }));
        const plain: BusinessCalendar = { ...roundTheClock, windows: weekly };
        const [start, end] = [atShanghai(day, '00:00'), plusMs(atShanghai(day, '00:00'), DAY)];
        expect(openMsBetween(start, end, settled)).toBe(openMsBetween(start, end, plain));
        for (const hour of [0, 6, 9, 12, 15, 18, 21])
          expect(isOpen(plusMs(start, hour * 60 * MINUTE), settled)).toBe(
            isOpen(plusMs(start, hour * 60 * MINUTE), plain),
          );
        for (const other of [plusMs(start, -days * DAY), plusMs(end, (days - 1) * DAY)])
          expect(openMsBetween(other, plusMs(other, DAY), settled)).toBe(
            openMsBetween(other, plusMs(other, DAY), { ...calendar, overrides: others }),
          );
      }),
    );
  });

  it('says the same when its windows are cut, doubled or in another order', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(arbitraryMoment, arbitrarySpan, arbitraryCalendar, share, (start, ms, calendar, share) => {
        expect(readingOf(start, ms, cut(calendar, share))).toEqual(readingOf(start, ms, calendar));
      }),
      { numRuns: 500 },
    );
  });
});
