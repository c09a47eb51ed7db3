import dayjs from 'dayjs';
import utc from 'dayjs/plugin/utc.js';
import * as z from 'zod/mini';

dayjs.extend(utc);

/** China has kept UTC+8 without summer time since 1992, so a fixed offset is exact and needs no zone data. */
const SHANGHAI_OFFSET_MS = 8 * 60 * 60_000;

/** Shanghai's clock as fields in UTC. Day.js's own `utcOffset` goes through the machine's zone and errs by an hour where that skips one. */
const shanghaiClock = (instant: Instant) => dayjs.utc(epochMs(instant) + SHANGHAI_OFFSET_MS);

/** An instant: ISO 8601 in UTC with milliseconds, so that text order is time order. */
export const instantSchema = z
  .string()
  .check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/))
  .brand<'Instant'>();
export type Instant = z.infer<typeof instantSchema>;

/** A calendar day in Asia/Shanghai, `YYYY-MM-DD`. */
export const calendarDaySchema = z
  .string()
  .check(z.regex(/^\d{4}-\d{2}-\d{2}$/))
  .brand<'CalendarDay'>();
export type CalendarDay = z.infer<typeof calendarDaySchema>;

/** Date.parse makes 2 March of 30 February; zod does not. */
const isDay = (text: string): boolean => z.iso.date().safeParse(text).success;

/** ISO 8601 with an offset, as people and other systems write a time; read as an instant. The years are bounded so that no day of the order overflows. */
export const isoTimeSchema = z.pipe(
  z.string().check(
    z.regex(
      /^20\d{2}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/,
      'a time is ISO 8601 with an offset in the years 2000–2099, e.g. 2025-03-09T14:00:00+08:00',
    ),
    z.refine(
      (text) => isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
      'this day or time does not exist',
    ),
  ),
  z.transform((text) => toInstant(text)),
);

const isInstant = (text: string): text is Instant => text.length === 24;
const isCalendarDay = (text: string): text is CalendarDay => text.length === 10;

/** Epoch milliseconds, or ISO text with an offset, as an instant. Throws a RangeError on what is no time of the years 0–9999. */
export const toInstant = (time: number | string): Instant => {
  const text = new Date(time).toISOString();
  if (!isInstant(text)) throw new RangeError(`no instant: ${text}`);
  return text;
};

/** Epoch milliseconds of an instant. */
export const epochMs = (instant: Instant): number => Date.parse(instant);

export const plusMinutes = (instant: Instant, minutes: number): Instant =>
  toInstant(epochMs(instant) + minutes * 60_000);

/** The next whole second: EventBridge Scheduler's `at()` knows no fractions, and a timer must not fire early. */
export const ceilSecond = (instant: Instant): Instant => toInstant(Math.ceil(epochMs(instant) / 1000) * 1000);

export const later = (a: Instant, b: Instant): Instant => (a >= b ? a : b);

/** The Shanghai day an instant falls on. */
export const dayOf = (instant: Instant): CalendarDay =>
  toCalendarDay(shanghaiClock(instant).format('YYYY-MM-DD'));

/** The Shanghai month an instant falls in, `YYYY-MM`. */
export const monthOf = (instant: Instant): string => shanghaiClock(instant).format('YYYY-MM');

export const plusDays = (day: CalendarDay, days: number): CalendarDay =>
  toCalendarDay(dayjs.utc(day).add(days, 'day').format('YYYY-MM-DD'));

/** The instant at which a Shanghai clock shows `time` (`HH:mm`) on a day. */
export const atShanghai = (day: CalendarDay, time: string): Instant =>
  toInstant(`${day}T${time}:00.000+08:00`);

/** The first instant after `instant` at which a Shanghai clock shows `time` (`HH:mm`). */
export const nextShanghai = (instant: Instant, time: string): Instant => {
  const today = atShanghai(dayOf(instant), time);
  return today > instant ? today : atShanghai(plusDays(dayOf(instant), 1), time);
};

/** `3/17`: month and day without zero padding, as the group remark wants it (R1.2). */
export const monthDay = (day: CalendarDay): string => dayjs.utc(day).format('M/D');

/** `3月9日 14:00`, Shanghai time, for people. */
export const spokenTime = (instant: Instant): string => shanghaiClock(instant).format('M月D日 HH:mm');

/** `3月9日 14:00:07`, with milliseconds where there are any: for a limit that is exact. */
export const spokenTimeExact = (instant: Instant): string => {
  const clock = shanghaiClock(instant);
  return clock.format(clock.millisecond() === 0 ? 'M月D日 HH:mm:ss' : 'M月D日 HH:mm:ss.SSS');
};

function toCalendarDay(text: string): CalendarDay {
  if (!isCalendarDay(text)) throw new RangeError(`no calendar day: ${text}`);
  return text;
}
