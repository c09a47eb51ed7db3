/**
 * EventBridge Scheduler's expressions: `at(yyyy-mm-ddThh:mm:ss)`, `rate(value unit)` and six-field `cron(…)`.
 * Instants are epoch milliseconds; local times are milliseconds as if the zone's wall clock stood in UTC.
 *
 * Where a zone changes its offset, cron does as AWS writes ("Schedule types", daylight saving time): a local time that
 * does not exist is skipped, one that comes twice counts once, the first time. An `at()` in the gap is moved on by the
 * gap's length: AWS says nothing of it, and a one-time schedule must not be lost.
 */
export type ScheduleExpression =
  | { kind: 'at'; local: number }
  | { kind: 'rate'; period: number }
  | {
      kind: 'cron';
      minutes: number[];
      hours: number[];
      days: DaysOfMonth;
      months: number[];
      years: number[];
    };

/** The days, ascending, on which a cron expression fires in a month (1–12). */
type DaysOfMonth = (year: number, month: number) => number[];
type Field = { min: number; max: number; names?: string[] };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const minuteField: Field = { min: 0, max: 59 };
const hourField: Field = { min: 0, max: 23 };
const dayField: Field = { min: 1, max: 31 };
const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const monthField: Field = { min: 1, max: 12, names: monthNames };
/** Sunday is 1, as everywhere in AWS's cron. */
const weekdayField: Field = { min: 1, max: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };
const yearField: Field = { min: 1970, max: 2199 };

/** The expression, or null where AWS would call it invalid. */
export function parseScheduleExpression(text: string): ScheduleExpression | null {
  const [, kind, argument = ''] = /^(at|rate|cron)\((.+)\)$/.exec(text) ?? [];
  if (kind === 'at') return parseAt(argument);
  if (kind === 'rate') return parseRate(argument);
  return kind === 'cron' ? parseCron(argument) : null;
}

/** Whether the name is one of the IANA time zone database; plain offsets are not. */
export function isTimeZone(name: string): boolean {
  try {
    return /^[A-Z]/i.test(name) && formatterOf(name) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The first occurrence strictly after an instant, or null if there is none. A rate's occurrences are the anchor itself
 * and every period from there; a "day" is 24 hours whatever the zone does.
 */
export function nextOccurrence(
  expression: ScheduleExpression,
  zone: string,
  anchor: number,
  after: number,
): number | null {
  if (expression.kind === 'rate') {
    const { period } = expression;
    return anchor > after ? anchor : anchor + (Math.floor((after - anchor) / period) + 1) * period;
  }
  if (expression.kind === 'at') {
    const { instant } = instantOf(zone, expression.local);
    return instant > after ? instant : null;
  }
  for (const local of localTimesAfter(expression, after + offsetAt(zone, after))) {
    const { instant, exists } = instantOf(zone, local);
    if (exists && instant > after) return instant;
  }
  return null;
}

function parseAt(argument: string): ScheduleExpression | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(argument)) return null;
  const local = Date.parse(`${argument}Z`);
  // The way back finds 30 February and 24:00, which Date.parse may accept.
  const isReal = !Number.isNaN(local) && new Date(local).toISOString().startsWith(argument);
  return isReal ? { kind: 'at', local } : null;
}

function parseRate(argument: string): ScheduleExpression | null {
  const [, value, unit] = /^(\d{1,7}) (minute|hour|day)s?$/.exec(argument) ?? [];
  const period = Number(value) * (unit === 'minute' ? MINUTE : unit === 'hour' ? HOUR : DAY);
  return period > 0 ? { kind: 'rate', period } : null;
}

function parseCron(argument: string): ScheduleExpression | null {
  const fields = argument.toUpperCase().split(/\s+/);
  if (fields.length !== 6) return null;
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  // One of the two day fields must say something, the other must say `?`.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return null;
  const minutes = parseField(minute, minuteField);
  const hours = parseField(hour, hourField);
  const days = dayOfWeek === '?' ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
  const months = parseField(month, monthField);
  const years = parseField(year, yearField);
  return minutes && hours && days && months && years
    ? { kind: 'cron', minutes, hours, days, months, years }
    : null;
}

/** A list of `*`, `a`, `a-b`, each with an optional `/step`; a step after a lone `a` runs to the field's end. */
function parseField(text: string, field: Field): number[] | null {
  const chosen = new Set<number>();
  for (const item of text.split(',')) {
    const [, range, low = '', high, step] = /^(\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
    const from = range === '*' ? field.min : valueOf(low, field);
    const open = range === '*' || (step !== undefined && high === undefined);
    const to = open ? field.max : valueOf(high ?? low, field);
    if (!(from <= to) || step === '0') return null;
    for (let value = from; value <= to; value += Number(step ?? 1)) chosen.add(value);
  }
  return [...chosen].toSorted((a, b) => a - b);
}

/** The number or name, NaN where it isn't one of the field's. */
function valueOf(token: string, { min, max, names = [] }: Field): number {
  const value = names.includes(token)
    ? names.indexOf(token) + min
    : /^\d+$/.test(token)
      ? Number(token)
      : NaN;
  return value >= min && value <= max ? value : NaN;
}

/** `L` is the last day, `15W` the working day (Monday to Friday) of the month nearest to the 15th. */
function parseDayOfMonth(text: string): DaysOfMonth | null {
  if (text === 'L') return (year, month) => [lengthOf(year, month)];
  const nearest = valueOf(/^(\d+)W$/.exec(text)?.[1] ?? '', dayField);
  if (!Number.isNaN(nearest)) return (year, month) => nearestWorkingDay(year, month, nearest);
  const chosen = parseField(text, dayField);
  return chosen && ((year, month) => chosen.filter((day) => day <= lengthOf(year, month)));
}

/** `2L` is the last Monday of the month, `2#1` its first; `L` alone is the week's last day, Saturday. */
function parseDayOfWeek(text: string): DaysOfMonth | null {
  const [, name = '', mark, nth] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(text) ?? [];
  const weekday = valueOf(name, weekdayField);
  if (Number.isNaN(weekday)) {
    const chosen = text === 'L' ? [7] : parseField(text, weekdayField);
    return chosen && ((year, month) => daysOn(year, month, chosen));
  }
  if (mark === 'L') return (year, month) => daysOn(year, month, [weekday]).slice(-1);
  return (year, month) => daysOn(year, month, [weekday]).slice(Number(nth) - 1, Number(nth));
}

const lengthOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();
const weekdayOf = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

function daysOn(year: number, month: number, weekdays: number[]): number[] {
  const days = Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1);
  return days.filter((day) => weekdays.includes(weekdayOf(year, month, day)));
}

function nearestWorkingDay(year: number, month: number, day: number): number[] {
  const last = lengthOf(year, month);
  if (day > last) return [];
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return [day > 1 ? day - 1 : day + 2];
  if (weekday === 1) return [day < last ? day + 1 : day - 2];
  return [day];
}

/** The cron's local times after one, ascending. */
function* localTimesAfter(cron: Extract<ScheduleExpression, { kind: 'cron' }>, after: number) {
  const midnight = Math.floor(after / DAY) * DAY;
  const firstYear = new Date(after).getUTCFullYear();
  for (const year of cron.years.filter((each) => each >= firstYear)) {
    for (const month of cron.months) {
      for (const day of cron.days(year, month)) {
        const date = Date.UTC(year, month - 1, day);
        if (date < midnight) continue;
        for (const hour of cron.hours) {
          for (const minute of cron.minutes) {
            const local = date + hour * HOUR + minute * MINUTE;
            if (local > after) yield local;
          }
        }
      }
    }
  }
}

/** The (first) instant at which the zone's clock shows a local time; in a gap, the instant that far past its start. */
function instantOf(zone: string, local: number): { instant: number; exists: boolean } {
  // A day either way is beyond every offset, so these are the offsets before and after a change close by.
  const before = offsetAt(zone, local - DAY);
  const after = offsetAt(zone, local + DAY);
  const offset = [before, after].find((each) => offsetAt(zone, local - each) === each);
  return { instant: local - (offset ?? before), exists: offset !== undefined };
}

/** Local time minus UTC in milliseconds. */
function offsetAt(zone: string, instant: number): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) shown[type] = Number(value);
  const { year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
