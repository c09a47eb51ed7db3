import type { HolidayName } from './holidays.ts';
import { holidayOf } from './holidays.ts';
import type { CalendarDay, Instant } from './instant.ts';
import { dayOf } from './instant.ts';
import type { Policy, Season } from './policy.ts';

/** R3.3 The peak season an instant falls in, by Shanghai's calendar; null outside. */
export const seasonAt = (instant: Instant, { seasons }: Policy): Season | null => {
  const day = dayOf(instant);
  return (
    seasons.find((season) =>
      season.type === 'month' ? Number(day.slice(5, 7)) === season.month : isIn(day, season.holiday),
    ) ?? null
  );
};

/** 1 January is New Year's Day by law, also in a year whose notice is not known yet. */
const isIn = (day: CalendarDay, holiday: HolidayName): boolean =>
  holidayOf(day) === holiday || (holiday === 'new-year' && day.endsWith('-01-01'));
