import * as z from 'zod/mini';
import { isHoliday, isMakeupWorkday } from './holidays.ts';
import type { CalendarDay, Instant } from './instant.ts';
import { atShanghai, calendarDaySchema, dayOf, epochMs, toInstant } from './instant.ts';

/** In the order of `getUTCDay`. */
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const MONDAY = weekdays.indexOf('mon');

/** Part of a day on a Shanghai clock: open from `from` on, closed at `to`. */
type Window = { from: string; to: string };

const hours = {
  from: z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a window opens at HH:mm, 00:00 to 23:59')),
  to: z
    .string()
    .check(z.regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a window closes at HH:mm, at latest 24:00')),
};
const closesAfterOpening = z.refine<Window>(
  ({ from, to }) => to > from,
  'a window closes later than it opens on the same day; one that passes midnight is written as two',
);

const overrideSchema = z.object({
  day: calendarDaySchema.check(
    z.refine((day) => z.iso.date().safeParse(day).success, 'this day does not exist'),
  ),
  /** All windows of that day; none: closed. */
  windows: z.array(z.object(hours).check(closesAfterOpening)),
  /** The government's or the house's notice that orders it. */
  notice: z.string().check(z.minLength(1, 'an override names its notice')),
});

/**
 * R3.1 When questions are answered, by Shanghai's clock. An override settles its day; else a statutory holiday may be closed; else the
 * windows of the weekday hold. `as-workday` gives a make-up workday the windows of a Monday, whatever day of the weekend it is.
 */
export const businessCalendarSchema = z.object({
  windows: z
    .array(
      z
        .object({
          days: z.array(z.enum(weekdays)).check(z.minLength(1, 'a window names its weekdays')),
          ...hours,
        })
        .check(closesAfterOpening),
    )
    .check(z.minLength(1, 'this calendar is never open: it needs at least one window a week')),
  holidays: z.enum(['open', 'closed']),
  makeupWorkdays: z.enum(['as-calendar', 'as-workday']),
  overrides: z
    .array(overrideSchema)
    .check(
      z.refine(
        (overrides) => new Set(overrides.map(({ day }) => day)).size === overrides.length,
        'a day has one override',
      ),
    ),
});
export type BusinessCalendar = z.infer<typeof businessCalendarSchema>;

/** R3.1 The default: every minute counts, as the rule book names no hours. */
export const roundTheClock: BusinessCalendar = {
  windows: [{ days: [...weekdays], from: '00:00', to: '24:00' }],
  holidays: 'open',
  makeupWorkdays: 'as-calendar',
  overrides: [],
};

/** Whether open time is plain time. A week that is filled by several windows is not taken for one: it is counted, with the same result. */
const isRoundTheClock = ({ windows, holidays, overrides }: BusinessCalendar): boolean =>
  holidays === 'open' &&
  overrides.length === 0 &&
  weekdays.every((weekday) =>
    windows.some(({ days, from, to }) => from === '00:00' && to === '24:00' && days.includes(weekday)),
  );

const DAY_MS = 24 * 60 * 60_000;
const SEARCH_MS = 2 * 366 * DAY_MS;

/** An opening and a closing in milliseconds, counted from midnight or from the epoch. */
type Opening = { opens: number; closes: number };

const msOfDay = (time: string): number => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000;

/** The windows in order, those that touch or overlap as one. */
const openingsOf = (windows: readonly Window[]): readonly Opening[] => {
  const merged: Opening[] = [];
  for (const { from, to } of windows.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const [opens, closes] = [msOfDay(from), msOfDay(to)];
    const last = merged.at(-1);
    if (last === undefined || last.closes < opens) merged.push({ opens, closes });
    else last.closes = Math.max(last.closes, closes);
  }
  return merged;
};

/** The openings of each weekday, Sunday first, where no override, holiday or make-up workday says otherwise. */
const weekOf = ({ windows }: BusinessCalendar): readonly (readonly Opening[])[] =>
  weekdays.map((weekday) => openingsOf(windows.filter(({ days }) => days.includes(weekday))));

/** Milliseconds of open time in such a week. */
export const openMsAWeek = (calendar: BusinessCalendar): number =>
  weekOf(calendar)
    .flat()
    .reduce((sum, { opens, closes }) => sum + closes - opens, 0);

/** Tells the openings of the Shanghai day that begins at an epoch millisecond. Reads the calendar once, since many days may be asked for. */
const readCalendar = (calendar: BusinessCalendar): ((midnight: number) => readonly Opening[]) => {
  const week = weekOf(calendar);
  const overrides = new Map(calendar.overrides.map(({ day, windows }) => [day, openingsOf(windows)]));
  const openingsOn = (day: CalendarDay): readonly Opening[] => {
    if (calendar.holidays === 'closed' && isHoliday(day)) return [];
    const asMonday = calendar.makeupWorkdays === 'as-workday' && isMakeupWorkday(day);
    return week[asMonday ? MONDAY : new Date(day).getUTCDay()] ?? [];
  };
  return (midnight) => {
    const day = dayOf(toInstant(midnight));
    return (overrides.get(day) ?? openingsOn(day)).map(({ opens, closes }) => ({
      opens: midnight + opens,
      closes: midnight + closes,
    }));
  };
};

/** When the Shanghai day of an instant began. */
const midnightOf = (instant: Instant): number => epochMs(atShanghai(dayOf(instant), '00:00'));

/**
 * Goes through what is open from `start` on, in order, until `find` names the epoch millisecond sought. A window that closes at `start`
 * itself is the first one shown, so the search begins a day before: a window may have closed at midnight.
 */
const search = (
  start: Instant,
  calendar: BusinessCalendar,
  find: (opening: Opening) => number | null,
): Instant => {
  const startMs = epochMs(start);
  const openingsFrom = readCalendar(calendar);
  let lastOpen = startMs;
  for (let midnight = midnightOf(start) - DAY_MS; midnight < lastOpen + SEARCH_MS; midnight += DAY_MS)
    for (const { opens, closes } of openingsFrom(midnight)) {
      if (closes < startMs) continue;
      const found = find({ opens: Math.max(opens, startMs), closes });
      if (found !== null) return toInstant(found);
      lastOpen = closes;
    }
  throw new RangeError(`the business calendar does not open in the two years after ${toInstant(lastOpen)}`);
};

/** Whether an instant lies in a window. The opening instant does, the closing instant does not. */
export const isOpen = (instant: Instant, calendar: BusinessCalendar): boolean =>
  readCalendar(calendar)(midnightOf(instant)).some(
    ({ opens, closes }) => opens <= epochMs(instant) && epochMs(instant) < closes,
  );

/** The first open instant that is not earlier: the instant itself where it is open. Throws a RangeError when nothing opens for two years. */
export const nextOpening = (instant: Instant, calendar: BusinessCalendar): Instant =>
  search(instant, calendar, ({ opens, closes }) => (opens < closes ? opens : null));

/**
 * R3.1 The instant at which so many milliseconds of open time have passed since `start`. Outside the windows counting begins at the next
 * opening; what ends with a window is due at its closing, not at the next opening. Throws a RangeError when `ms` is negative or no whole
 * number, and when nothing opens for two years.
 */
export const addOpenMs = (start: Instant, ms: number, calendar: BusinessCalendar): Instant => {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`no span of open time: ${ms}`);
  if (isRoundTheClock(calendar)) return toInstant(epochMs(start) + ms);
  let left = ms;
  return search(start, calendar, ({ opens, closes }) => {
    if (left <= closes - opens) return opens + left;
    left -= closes - opens;
    return null;
  });
};

/** Milliseconds of open time between two instants; 0 when `to` is not the later one. */
export const openMsBetween = (from: Instant, to: Instant, calendar: BusinessCalendar): number => {
  const [fromMs, toMs] = [epochMs(from), epochMs(to)];
  if (isRoundTheClock(calendar)) return Math.max(0, toMs - fromMs);
  const openingsFrom = readCalendar(calendar);
  let total = 0;
  for (let midnight = midnightOf(from); midnight < toMs; midnight += DAY_MS)
    for (const { opens, closes } of openingsFrom(midnight))
      total += Math.max(0, Math.min(closes, toMs) - Math.max(opens, fromMs));
  return total;
};
