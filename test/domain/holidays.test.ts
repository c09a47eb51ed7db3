// The package's data, not its functions: these read a day in the machine's zone and count every weekend as a holiday.
import chineseDays from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import type { HolidayName } from '../../shared/domain/holidays.ts';
import {
  holidayOf,
  isHoliday,
  isMakeupWorkday,
  knownYears,
  missingYear,
  noticeOf,
} from '../../shared/domain/holidays.ts';
import type { CalendarDay } from '../../shared/domain/instant.ts';
import { calendarDaySchema, plusDays } from '../../shared/domain/instant.ts';
import { at } from '../support/build-order.ts';

const day = (text: string): CalendarDay => calendarDaySchema.parse(text);
const daysFrom = (first: string, count: number): CalendarDay[] =>
  Array.from({ length: count }, (_, n) => plusDays(day(first), n));

/** Each day from 2025 on and what the package calls it: `English,Chinese,statutory days`. */
const from2025 = (days: Record<string, string>): Map<string, string> =>
  new Map(
    Object.entries(days)
      .filter(([text]) => text >= '2025')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
const published = {
  holidays: from2025(chineseDays.holidays),
  makeupWorkdays: from2025(chineseDays.workdays),
};

describe('the table of statutory holidays', () => {
  const everyDay = daysFrom('2025-01-01', knownYears().length * 366);

  it('has every year from 2025 on that chinese-days has', () => {
    const years = [...published.holidays.keys()].map((text) => Number(text.slice(0, 4)));
    expect(knownYears()).toEqual([...new Set(years)]);
  });

  it('says of every day what chinese-days says', () => {
    expect(everyDay.filter(isHoliday)).toEqual([...published.holidays.keys()]);
    expect(everyDay.filter(isMakeupWorkday)).toEqual([...published.makeupWorkdays.keys()]);
  });

  it('gives every holiday the name that chinese-days gives it, but for the Mid-Autumn inside National Day 2025', () => {
    const names: Record<HolidayName, string> = {
      'new-year': '元旦',
      'spring-festival': '春节',
      'tomb-sweeping': '清明',
      'labour-day': '劳动节',
      'dragon-boat': '端午',
      'mid-autumn': '中秋',
      'national-day': '国庆节',
    };
    const named = everyDay.filter(isHoliday).map((day) => [day, names[holidayOf(day)!]]);
    const theirs = [...published.holidays].map(([day, text]) => [day, text.split(',')[1]]);
    const merged = theirs.map(([day, name]) => [day, day === '2025-10-06' ? '国庆节' : name]);
    expect(published.holidays.get('2025-10-06')).toMatch(/中秋/);
    expect(named).toEqual(merged);
  });

  it('R3.3 knows the New Year’s holiday as the year’s notice sets it: one day in 2025, three in 2026', () => {
    const around = [...daysFrom('2024-12-30', 5), ...daysFrom('2025-12-30', 7)];
    expect(around.filter((day) => holidayOf(day) === 'new-year')).toEqual([
      '2025-01-01',
      '2026-01-01',
      '2026-01-02',
      '2026-01-03',
    ]);
    expect(isMakeupWorkday(day('2026-01-04'))).toBe(true);
  });

  it('names the holiday of a day, and none beside it', () => {
    expect(holidayOf(day('2026-02-14'))).toBeNull();
    expect(holidayOf(day('2026-02-15'))).toBe('spring-festival');
    expect(holidayOf(day('2026-02-23'))).toBe('spring-festival');
    expect(holidayOf(day('2026-02-24'))).toBeNull();
  });

  it('names the notice behind a year', () => {
    expect(noticeOf(2025)?.notice).toBe('国办发明电〔2024〕12号');
    expect(noticeOf(2026)).toEqual({
      notice: '国办发明电〔2025〕7号',
      source: 'https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm',
    });
    expect(noticeOf(2024)).toBeNull();
  });

  it('takes a day of a year without a notice as a plain weekday or weekend', () => {
    expect(isHoliday(day('2099-10-01'))).toBe(false);
    expect(isMakeupWorkday(day('2099-10-10'))).toBe(false);
  });

  it('misses next year’s notice from 1 November in Shanghai on, and this year’s at any time', () => {
    const last = Math.max(...knownYears());
    expect(missingYear(at('2025-11-01 00:00'))).toBeNull();
    expect(missingYear(at(`${last}-10-31 23:59:59.999`))).toBeNull();
    expect(missingYear(at(`${last}-11-01 00:00`))).toBe(last + 1);
    expect(missingYear(at(`${last}-12-31 23:59:59.999`))).toBe(last + 1);
    expect(missingYear(at(`${last + 1}-01-01 00:00`))).toBe(last + 1);
    expect(missingYear(at(`${last + 1}-12-01 00:00`))).toBe(last + 1);
  });
});
