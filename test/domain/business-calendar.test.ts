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
import { calendarDaySchema, plusDays } from '../../shared/domain/instant.ts';
import { buildCalendar, DAY, MINUTE, workweek } from '../support/build-calendar.ts';
import { at } from '../support/build-order.ts';

/** When the answer to a question is due: R3.1's 20 minutes. */
const due = (asked: string, calendar: BusinessCalendar) => addOpenMs(at(asked), 20 * MINUTE, calendar);
const openMs = (from: string, to: string, calendar: BusinessCalendar) =>
  openMsBetween(at(from), at(to), calendar);
const opening = (from: string, calendar: BusinessCalendar) => nextOpening(at(from), calendar);

const office = buildCalendar();
const withLunch = buildCalendar({
  windows: [
    { days: workweek, from: '09:00', to: '12:00' },
    { days: workweek, from: '13:30', to: '18:00' },
  ],
});
const day = (text: string) => calendarDaySchema.parse(text);
const notice = '本公司通知〔2025〕1号';

describe('the business calendar', () => {
  it('R3.1 is round the clock by default: 20 minutes are 20 minutes, also at night and on a holiday', () => {
    expect(due('2025-10-01 23:50', roundTheClock)).toBe(at('2025-10-02 00:10'));
    expect(openMs('2025-10-01 00:00', '2025-10-08 00:00', roundTheClock)).toBe(7 * DAY);
    expect(isOpen(at('2025-10-01 03:00'), roundTheClock)).toBe(true);
    expect(opening('2025-10-01 03:00', roundTheClock)).toBe(at('2025-10-01 03:00'));
    expect(businessCalendarSchema.parse(roundTheClock)).toEqual(roundTheClock);
  });

  it('R3.1 closes on Friday at 18:00: what is asked at 17:55 is due on Monday at 09:15', () => {
    expect(due('2025-03-07 17:55', office)).toBe(at('2025-03-10 09:15'));
    expect(due('2025-03-08 11:00', office)).toBe(at('2025-03-10 09:20'));
    expect(due('2025-03-10 08:59:59.999', office)).toBe(at('2025-03-10 09:20'));
    expect(openMs('2025-03-07 17:55', '2025-03-10 09:15', office)).toBe(20 * MINUTE);
  });

  it('R3.1 lets what ends with a window be due at its closing, one millisecond more after the next opening', () => {
    expect(due('2025-03-07 17:40', office)).toBe(at('2025-03-07 18:00'));
    expect(due('2025-03-07 17:40:00.001', office)).toBe(at('2025-03-10 09:00:00.001'));
    expect(addOpenMs(at('2025-03-07 17:40'), 20 * MINUTE + 1, office)).toBe(at('2025-03-10 09:00:00.001'));
  });

  it('has a span of nothing end at once where it is open or just closes, else at the next opening', () => {
    expect(addOpenMs(at('2025-03-07 17:00'), 0, office)).toBe(at('2025-03-07 17:00'));
    expect(addOpenMs(at('2025-03-07 18:00'), 0, office)).toBe(at('2025-03-07 18:00'));
    expect(addOpenMs(at('2025-03-07 18:00:00.001'), 0, office)).toBe(at('2025-03-10 09:00'));
    expect(addOpenMs(at('2025-03-07 18:00:00.001'), 0, roundTheClock)).toBe(at('2025-03-07 18:00:00.001'));
  });

  it('is open at the opening instant and no longer at the closing one', () => {
    expect(isOpen(at('2025-03-10 08:59:59.999'), office)).toBe(false);
    expect(isOpen(at('2025-03-10 09:00'), office)).toBe(true);
    expect(isOpen(at('2025-03-10 17:59:59.999'), office)).toBe(true);
    expect(isOpen(at('2025-03-10 18:00'), office)).toBe(false);
    expect(opening('2025-03-10 09:00', office)).toBe(at('2025-03-10 09:00'));
    expect(opening('2025-03-10 18:00', office)).toBe(at('2025-03-11 09:00'));
  });

  it('may close at midnight, which is still that day’s closing', () => {
    const late = buildCalendar({ windows: [{ days: ['fri'], from: '18:00', to: '24:00' }] });
    expect(due('2025-03-07 23:40', late)).toBe(at('2025-03-08 00:00'));
    expect(addOpenMs(at('2025-03-08 00:00'), 0, late)).toBe(at('2025-03-08 00:00'));
    expect(isOpen(at('2025-03-07 23:59:59.999'), late)).toBe(true);
    expect(isOpen(at('2025-03-08 00:00'), late)).toBe(false);
    expect(opening('2025-03-08 00:00', late)).toBe(at('2025-03-14 18:00'));
  });

  it('may go on past midnight, written as two windows', () => {
    const night = buildCalendar({
      windows: [
        { days: ['fri'], from: '22:00', to: '24:00' },
        { days: ['sat'], from: '00:00', to: '02:00' },
      ],
    });
    expect(due('2025-03-07 23:50', night)).toBe(at('2025-03-08 00:10'));
    expect(due('2025-03-08 01:50', night)).toBe(at('2025-03-14 22:10'));
    expect(openMs('2025-03-07 12:00', '2025-03-08 12:00', night)).toBe(240 * MINUTE);
  });

  it('R3.1 may break for lunch', () => {
    expect(due('2025-03-10 11:50', withLunch)).toBe(at('2025-03-10 13:40'));
    expect(due('2025-03-10 11:50:00.001', withLunch)).toBe(at('2025-03-10 13:40:00.001'));
    expect(due('2025-03-10 11:40', withLunch)).toBe(at('2025-03-10 12:00'));
    expect(due('2025-03-10 12:30', withLunch)).toBe(at('2025-03-10 13:50'));
    expect(openMs('2025-03-10 00:00', '2025-03-11 00:00', withLunch)).toBe(450 * MINUTE);
    expect(isOpen(at('2025-03-10 12:00'), withLunch)).toBe(false);
    expect(opening('2025-03-10 12:00', withLunch)).toBe(at('2025-03-10 13:30'));
  });

  it('counts windows that touch, overlap or lie in each other once', () => {
    const untidy = buildCalendar({
      windows: [
        { days: workweek, from: '12:30', to: '18:00' },
        { days: ['mon'], from: '10:00', to: '11:00' },
        { days: workweek, from: '11:30', to: '12:30' },
        { days: workweek, from: '09:00', to: '12:00' },
      ],
    });
    expect(openMs('2025-03-10 00:00', '2025-03-11 00:00', untidy)).toBe(540 * MINUTE);
    expect(due('2025-03-10 11:50', untidy)).toBe(at('2025-03-10 12:10'));
    expect(due('2025-03-10 12:10', untidy)).toBe(at('2025-03-10 12:30'));
  });

  it('rests over Spring Festival 2025 and opens on its make-up Sunday and Saturday', () => {
    expect(due('2025-01-25 10:00', office)).toBe(at('2025-01-26 09:20'));
    expect(due('2025-01-27 17:55', office)).toBe(at('2025-02-05 09:15'));
    expect(due('2025-02-07 17:55', office)).toBe(at('2025-02-08 09:15'));
    expect(due('2025-02-08 17:55', office)).toBe(at('2025-02-10 09:15'));
  });

  it('rests over Spring Festival 2026 and opens on its make-up Saturdays', () => {
    expect(due('2026-02-13 17:55', office)).toBe(at('2026-02-14 09:15'));
    expect(due('2026-02-14 17:55', office)).toBe(at('2026-02-24 09:15'));
    expect(due('2026-02-27 17:55', office)).toBe(at('2026-02-28 09:15'));
    expect(openMs('2026-02-14 18:00', '2026-02-24 09:00', office)).toBe(0);
  });

  it('rests over National Day week, unless the policy is open on holidays', () => {
    expect(due('2025-09-27 12:00', office)).toBe(at('2025-09-28 09:20'));
    expect(due('2025-09-30 17:55', office)).toBe(at('2025-10-09 09:15'));
    expect(due('2025-09-30 17:55', buildCalendar({ holidays: 'open' }))).toBe(at('2025-10-01 09:15'));
    expect(opening('2026-10-01 09:00', office)).toBe(at('2026-10-08 09:00'));
  });

  it('R3.1 may fill every day and yet rest on holidays', () => {
    const everyDay: BusinessCalendar = { ...roundTheClock, holidays: 'closed' };
    expect(due('2025-09-30 23:50', everyDay)).toBe(at('2025-10-09 00:10'));
    expect(due('2025-09-30 23:40', everyDay)).toBe(at('2025-10-01 00:00'));
    expect(openMs('2025-09-30 00:00', '2025-10-10 00:00', everyDay)).toBe(2 * DAY);
  });

  it('is closed for part of a day or on one weekday alone, and is not taken for round the clock then', () => {
    const but = (windows: BusinessCalendar['windows']) => ({ ...roundTheClock, windows });
    const [whole] = roundTheClock.windows;
    const noSunday = but([{ ...whole!, days: [...workweek, 'sat'] }]);
    expect(due('2025-03-08 23:50', noSunday)).toBe(at('2025-03-10 00:10'));
    expect(due('2025-03-08 23:50', but([{ ...whole!, from: '01:00' }]))).toBe(at('2025-03-09 01:10'));
    expect(due('2025-03-08 22:50', but([{ ...whole!, to: '23:00' }]))).toBe(at('2025-03-09 00:10'));
    expect(openMs('2025-03-08 00:00', '2025-03-10 00:00', noSunday)).toBe(DAY);
  });

  it('takes a Monday’s windows on a make-up workday, or the weekday’s own where the policy says so', () => {
    const windows: BusinessCalendar['windows'] = [
      { days: ['mon'], from: '08:00', to: '18:00' },
      { days: ['tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' },
      { days: ['sat'], from: '10:00', to: '16:00' },
    ];
    const asWorkday = buildCalendar({ windows });
    const asCalendar = buildCalendar({ windows, makeupWorkdays: 'as-calendar' });
    expect(opening('2025-02-08 00:00', asWorkday)).toBe(at('2025-02-08 08:00'));
    expect(opening('2025-02-08 00:00', asCalendar)).toBe(at('2025-02-08 10:00'));
    expect(opening('2025-01-26 00:00', asWorkday)).toBe(at('2025-01-26 08:00'));
    expect(opening('2025-01-26 00:00', asCalendar)).toBe(at('2025-01-27 08:00'));
    expect(opening('2025-02-15 00:00', asWorkday)).toBe(at('2025-02-15 10:00'));
  });

  it('follows an override before all else', () => {
    const calendar = buildCalendar({
      overrides: [
        { day: day('2025-01-26'), windows: [], notice },
        { day: day('2025-01-27'), windows: [{ from: '09:00', to: '12:00' }], notice },
        { day: day('2025-01-30'), windows: [{ from: '10:00', to: '11:00' }], notice },
      ],
    });
    expect(businessCalendarSchema.parse(calendar)).toEqual(calendar);
    expect(due('2025-01-25 10:00', calendar)).toBe(at('2025-01-27 09:20'));
    expect(due('2025-01-27 11:50', calendar)).toBe(at('2025-01-30 10:10'));
    expect(due('2025-01-30 10:50', calendar)).toBe(at('2025-02-05 09:10'));
    const pause = { ...roundTheClock, overrides: [{ day: day('2025-03-10'), windows: [], notice }] };
    expect(due('2025-03-09 23:50', pause)).toBe(at('2025-03-11 00:10'));
  });

  it('takes the days of a year without a notice as plain weekdays and weekends', () => {
    expect(isOpen(at('2099-10-01 10:00'), office)).toBe(true);
    expect(due('2099-10-02 17:55', office)).toBe(at('2099-10-05 09:15'));
  });

  it('can be counted over years', () => {
    const hourly = buildCalendar({
      windows: [{ days: ['mon'], from: '09:00', to: '10:00' }],
      holidays: 'open',
      makeupWorkdays: 'as-calendar',
    });
    const end = addOpenMs(at('2025-01-06 00:00'), 200 * 60 * MINUTE, hourly);
    expect(end).toBe(at('2028-10-30 10:00'));
    expect(openMsBetween(at('2025-01-06 00:00'), end, hourly)).toBe(200 * 60 * MINUTE);
  });

  it('is searched for two years, and never waited for in vain', () => {
    const mondaysWithout = (count: number) =>
      buildCalendar({
        windows: [{ days: ['mon'], from: '09:00', to: '18:00' }],
        makeupWorkdays: 'as-calendar',
        overrides: Array.from({ length: count }, (_, week) => ({
          day: plusDays(day('2025-01-06'), week * 7),
          windows: [],
          notice,
        })),
      });
    expect(due('2025-01-01 12:00', mondaysWithout(103))).toBe(at('2026-12-28 09:20'));
    const gone = mondaysWithout(105);
    expect(() => due('2025-01-01 12:00', gone)).toThrow(
      new RangeError('the business calendar does not open in the two years after 2025-01-01T04:00:00.000Z'),
    );
    expect(() => opening('2025-01-01 12:00', gone)).toThrow(RangeError);
    expect(isOpen(at('2025-01-06 12:00'), gone)).toBe(false);
    expect(openMs('2025-01-01 00:00', '2027-01-01 00:00', gone)).toBe(0);
  });

  it('knows no negative, broken or endless span, and none that runs backwards', () => {
    for (const ms of [-1, 0.5, Infinity, Number.NaN])
      for (const calendar of [office, roundTheClock])
        expect(() => addOpenMs(at('2025-03-10 10:00'), ms, calendar)).toThrow(`no span of open time: ${ms}`);
    for (const calendar of [office, roundTheClock])
      expect(openMs('2025-03-10 12:00', '2025-03-10 10:00', calendar)).toBe(0);
  });

  it.each([
    ['a calendar that never opens', { windows: [] }, /never open/],
    [
      'a window without a weekday',
      { windows: [{ days: [], from: '09:00', to: '18:00' }] },
      /a window names its weekdays/,
    ],
    [
      'a window that closes before it opens',
      { windows: [{ days: ['mon'], from: '18:00', to: '09:00' }] },
      /written as two/,
    ],
    [
      'a window of no length',
      { windows: [{ days: ['mon'], from: '09:00', to: '09:00' }] },
      /closes later than it opens/,
    ],
    [
      'a window that opens at 24:00',
      { windows: [{ days: ['mon'], from: '24:00', to: '24:00' }] },
      /00:00 to 23:59/,
    ],
    [
      'a window that closes after 24:00',
      { windows: [{ days: ['mon'], from: '09:00', to: '24:01' }] },
      /at latest 24:00/,
    ],
    [
      'a window with a time of another form',
      { windows: [{ days: ['mon'], from: '9:00', to: '18:00:00' }] },
      /opens at HH:mm.*closes at HH:mm/,
    ],
    [
      'an override on 30 February',
      { overrides: [{ day: '2025-02-30', windows: [], notice }] },
      /this day does not exist/,
    ],
    [
      'an override that closes before it opens',
      { overrides: [{ day: '2025-02-03', windows: [{ from: '18:00', to: '09:00' }], notice }] },
      /written as two/,
    ],
    [
      'an override that names no notice',
      { overrides: [{ day: '2025-02-03', windows: [], notice: '' }] },
      /an override names its notice/,
    ],
    [
      'two overrides of a day',
      { overrides: ['a', 'b'].map((notice) => ({ day: '2025-02-03', windows: [], notice })) },
      /a day has one override/,
    ],
  ])('refuses %s', (_, part, message) => {
    const read = businessCalendarSchema.safeParse({ ...office, ...part });
    expect(read.success).toBe(false);
    expect(read.error?.issues.map((issue) => issue.message).join('; ')).toMatch(message);
  });
});
