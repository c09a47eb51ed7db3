import * as z from 'zod/mini';
import type { CalendarDay, Instant } from './instant.ts';
import { dayOf } from './instant.ts';

export const holidayNameSchema = z.enum([
  'new-year',
  'spring-festival',
  'tomb-sweeping',
  'labour-day',
  'dragon-boat',
  'mid-autumn',
  'national-day',
]);
export type HolidayName = z.infer<typeof holidayNameSchema>;

/** A year's notice by the State Council's general office: each holiday's first and last day off, the weekends between them included. */
type HolidayNotice = {
  year: number;
  notice: string;
  source: string;
  holidays: readonly { name: HolidayName; first: string; last: string }[];
  makeupWorkdays: readonly string[];
};

/** Written by hand from the notices. A new one comes in November; its year is added here under its number. */
const notices: readonly HolidayNotice[] = [
  {
    year: 2025,
    notice: '国办发明电〔2024〕12号',
    source: 'https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm',
    holidays: [
      { name: 'new-year', first: '2025-01-01', last: '2025-01-01' },
      { name: 'spring-festival', first: '2025-01-28', last: '2025-02-04' },
      { name: 'tomb-sweeping', first: '2025-04-04', last: '2025-04-06' },
      { name: 'labour-day', first: '2025-05-01', last: '2025-05-05' },
      { name: 'dragon-boat', first: '2025-05-31', last: '2025-06-02' },
      // The notice gives National Day and Mid-Autumn (6 October) as one holiday.
      { name: 'national-day', first: '2025-10-01', last: '2025-10-08' },
    ],
    makeupWorkdays: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  {
    year: 2026,
    notice: '国办发明电〔2025〕7号',
    source: 'https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm',
    holidays: [
      { name: 'new-year', first: '2026-01-01', last: '2026-01-03' },
      { name: 'spring-festival', first: '2026-02-15', last: '2026-02-23' },
      { name: 'tomb-sweeping', first: '2026-04-04', last: '2026-04-06' },
      { name: 'labour-day', first: '2026-05-01', last: '2026-05-05' },
      { name: 'dragon-boat', first: '2026-06-19', last: '2026-06-21' },
      { name: 'mid-autumn', first: '2026-09-25', last: '2026-09-27' },
      { name: 'national-day', first: '2026-10-01', last: '2026-10-07' },
    ],
    makeupWorkdays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
];

// Looked up in all notices, not by the day's year: a New Year's holiday may begin in the December before, as that of 2023 did.
const holidays = notices.flatMap((notice) => notice.holidays);
const makeupWorkdays: ReadonlySet<string> = new Set(notices.flatMap((notice) => notice.makeupWorkdays));

/** The years whose notice is in the table. A day of any other year counts as a plain weekday or weekend. */
export const knownYears = (): readonly number[] => notices.map(({ year }) => year);

/** The notice that a year's holidays follow; null for a year that is not known. */
export const noticeOf = (year: number): { notice: string; source: string } | null => {
  const known = notices.find((notice) => notice.year === year);
  return known === undefined ? null : { notice: known.notice, source: known.source };
};

/** The statutory holiday a day belongs to, with the weekend that the notice joins to it; null on other days. */
export const holidayOf = (day: CalendarDay): HolidayName | null =>
  holidays.find(({ first, last }) => first <= day && day <= last)?.name ?? null;

export const isHoliday = (day: CalendarDay): boolean => holidayOf(day) !== null;

/** Whether a day of a weekend is worked to make up for a bridged holiday (调休上班). */
export const isMakeupWorkday = (day: CalendarDay): boolean => makeupWorkdays.has(day);

/** The year whose notice is missing: this year's at any time, next year's from 1 November on, when it is due; null when all is there. */
export const missingYear = (now: Instant): number | null => {
  const today = dayOf(now);
  const year = Number(today.slice(0, 4));
  const needed = today.slice(5) >= '11-01' ? [year, year + 1] : [year];
  return needed.find((wanted) => !knownYears().includes(wanted)) ?? null;
};
