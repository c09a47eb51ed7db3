import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isTimeZone,
  nextOccurrence,
  parseScheduleExpression,
} from '../../infra/local/engines/schedule-expression.ts';

const HOUR = 3_600_000;
const instant = (iso: string) => Date.parse(iso);

/** The first occurrences after an instant, as ISO times in UTC. */
function occurrences(text: string, zone: string, after: string, count: number): string[] {
  const expression = parseScheduleExpression(text)!;
  const found: string[] = [];
  let last: number | null = instant(after);
  while (found.length < count) {
    last = nextOccurrence(expression, zone, instant(after), last);
    if (last === null) break;
    found.push(`${new Date(last).toISOString().slice(0, 19)}Z`);
  }
  return found;
}

const zones = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
);
const instants = fc.integer({ min: instant('2020-01-01T00:00:00Z'), max: instant('2040-01-01T00:00:00Z') });
const crons = fc.constantFrom(
  'cron(0 9 ? * 2L *)',
  'cron(*/7 1-3 * * ? *)',
  'cron(30 2 * * ? *)',
  'cron(0 0 L * ? *)',
  'cron(59 23 15W * ? *)',
  'cron(15 10 ? * MON-FRI *)',
  'cron(0 8 ? JAN,JUL 6#3 *)',
  'cron(30 1 29 2 ? *)',
);

describe('schedule expressions', () => {
  it('finds the last Monday of each month at 09:00 in Shanghai over five years, as counted by hand', () => {
    const byHand: string[] = [];
    // Every hour of five years, looked at as a calendar in UTC+8, which Shanghai has had without change since 1991.
    for (let at = instant('2024-12-31T16:00:00Z'); at < instant('2029-12-31T16:00:00Z'); at += HOUR) {
      const there = new Date(at + 8 * HOUR);
      const aWeekOn = new Date(at + 8 * HOUR + 7 * 24 * HOUR);
      const isLast = there.getUTCMonth() !== aWeekOn.getUTCMonth();
      if (there.getUTCDay() === 1 && there.getUTCHours() === 9 && isLast)
        byHand.push(`${new Date(at).toISOString().slice(0, 19)}Z`);
    }
    expect(byHand).toHaveLength(60);
    expect(occurrences('cron(0 9 ? * 2L *)', 'Asia/Shanghai', '2024-12-31T16:00:00Z', 60)).toEqual(byHand);
  });

  it.each([
    [
      'cron(0 8 1W * ? *)',
      '2025-01-15T00:00:00Z',
      ['2025-02-03T08:00:00Z', '2025-03-03T08:00:00Z', '2025-04-01T08:00:00Z'],
    ],
    ['cron(0 8 31W * ? *)', '2025-05-15T00:00:00Z', ['2025-05-30T08:00:00Z', '2025-07-31T08:00:00Z']],
    ['cron(0 8 L * ? *)', '2028-02-01T00:00:00Z', ['2028-02-29T08:00:00Z', '2028-03-31T08:00:00Z']],
    ['cron(0 9 ? * 3#2 *)', '2025-01-01T00:00:00Z', ['2025-01-14T09:00:00Z', '2025-02-11T09:00:00Z']],
    ['cron(0 9 ? * MON#5 *)', '2025-01-01T00:00:00Z', ['2025-03-31T09:00:00Z', '2025-06-30T09:00:00Z']],
    ['cron(0 9 ? * L *)', '2025-01-01T00:00:00Z', ['2025-01-04T09:00:00Z', '2025-01-11T09:00:00Z']],
    ['cron(0 9 ? * 1 *)', '2025-01-01T00:00:00Z', ['2025-01-05T09:00:00Z']],
    ['cron(15 10 ? * 6L 2022-2023)', '2023-12-01T00:00:00Z', ['2023-12-29T10:15:00Z']],
    [
      'cron(50/5,7 6 1 1 ? 2026/3)',
      '2025-12-31T00:00:00Z',
      ['2026-01-01T06:07:00Z', '2026-01-01T06:50:00Z', '2026-01-01T06:55:00Z', '2029-01-01T06:07:00Z'],
    ],
    ['cron(0 0 29 FEB ? *)', '2025-01-01T00:00:00Z', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
    ['cron(0 0 31 2 ? *)', '2025-01-01T00:00:00Z', []],
    ['rate(5 minutes)', '2025-01-01T00:00:00Z', ['2025-01-01T00:05:00Z', '2025-01-01T00:10:00Z']],
    ['rate(1 day)', '2025-01-01T00:00:00Z', ['2025-01-02T00:00:00Z']],
    ['at(2025-03-09T14:00:00)', '2025-01-01T00:00:00Z', ['2025-03-09T14:00:00Z']],
  ])('%s after %s fires at %j', (text, after, expected) => {
    expect(occurrences(text, 'UTC', after, Math.max(expected.length, 1))).toEqual(expected);
  });

  it('skips a cron time that the change to summer time takes away, and fires once where the clock goes back', () => {
    expect(occurrences('cron(30 2 * * ? *)', 'America/New_York', '2025-03-08T12:00:00Z', 1)).toEqual([
      '2025-03-10T06:30:00Z',
    ]);
    expect(occurrences('cron(30 1 * * ? *)', 'America/New_York', '2025-11-02T00:00:00Z', 2)).toEqual([
      '2025-11-02T05:30:00Z',
      '2025-11-03T06:30:00Z',
    ]);
  });

  it('moves a one-time schedule on where its time does not exist, and takes the first where it comes twice', () => {
    const once = (text: string, zone: string) => occurrences(text, zone, '2010-01-01T00:00:00Z', 1);
    expect(once('at(2025-03-09T02:30:00)', 'America/New_York')).toEqual(['2025-03-09T07:30:00Z']);
    expect(once('at(2025-11-02T01:30:00)', 'America/New_York')).toEqual(['2025-11-02T05:30:00Z']);
    expect(once('at(2011-12-30T12:00:00)', 'Pacific/Apia')).toEqual(['2011-12-30T22:00:00Z']);
  });

  it.each([
    'cron(0 9 * * * *)',
    'cron(0 9 ? * ? *)',
    'cron(0 9 ? * 2L)',
    'cron(60 * * * ? *)',
    'cron(0/0 * * * ? *)',
    'cron(0 9 ? * 0 *)',
    'cron(0 9 ? * 8 *)',
    'cron(0 9 ? * 3#6 *)',
    'cron(0 9 L,1 * ? *)',
    'cron(5-1 * * * ? *)',
    'cron(0 9 ? * 3#1,6#3 *)',
    'cron(0 9 32W * ? *)',
    'cron(0 9 ? FOO MON *)',
    'cron(*-5 * * * ? *)',
    'cron(, * * * ? *)',
    'cron(0 9 1 1 ? 1969)',
    'cron()',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'rate(-1 day)',
    'rate(1.5 days)',
    'rate(5  days)',
    'at(2025-02-30T00:00:00)',
    'at(2025-02-03T24:00:00)',
    'at(2025-02-03T10:00:00Z)',
    'at(2025-02-03)',
    ' at(2025-02-03T10:00:00)',
    'every(1 day)',
    '',
  ])('calls %j invalid', (text) => {
    expect(parseScheduleExpression(text)).toBeNull();
  });

  it('knows the zones of the IANA database and no plain offsets', () => {
    expect(['UTC', 'Asia/Shanghai', '+08:00', 'Asia/Nowhere', ''].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('law: an occurrence lies strictly after the instant it is asked for, and a later instant never has an earlier one', () => {
    fc.assert(
      fc.property(
        crons,
        zones,
        instants,
        fc.integer({ min: 0, max: 100 * 24 * HOUR }),
        (text, zone, after, more) => {
          const cron = parseScheduleExpression(text)!;
          const next = nextOccurrence(cron, zone, 0, after)!;
          const later = nextOccurrence(cron, zone, 0, after + more)!;
          expect(next).toBeGreaterThan(after);
          expect(later).toBeGreaterThanOrEqual(next);
          // Nothing lies between an instant and its next occurrence.
          expect(after + more >= next || later === next).toBe(true);
        },
      ),
    );
  });

  it('law: a cron occurrence shows the hour and minute asked for on the clock of its zone', () => {
    fc.assert(
      fc.property(zones, instants, fc.nat(23), fc.nat(59), (zone, after, hour, minute) => {
        const next = nextOccurrence(
          parseScheduleExpression(`cron(${minute} ${hour} * * ? *)`)!,
          zone,
          0,
          after,
        )!;
        const clock = new Date(next).toLocaleTimeString('en-GB', { timeZone: zone });
        expect(clock).toBe(`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`);
        expect(next - after).toBeLessThanOrEqual(50 * HOUR);
      }),
    );
  });

  it('law: a rate fires on the grid of its anchor, the anchor included', () => {
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 1, max: 5000 }), (anchor, after, minutes) => {
        const rate = parseScheduleExpression(`rate(${minutes} minutes)`)!;
        const next = nextOccurrence(rate, 'UTC', anchor, after)!;
        expect(next).toBeGreaterThan(after);
        expect((next - anchor) % (minutes * 60_000)).toBe(0);
        expect(next).toBeGreaterThanOrEqual(anchor);
        expect(next === anchor || next - minutes * 60_000 <= after).toBe(true);
      }),
    );
  });

  it('law: occurrences do not depend on the zone of the machine', () => {
    const script = `
      import { nextOccurrence, parseScheduleExpression } from './infra/local/engines/schedule-expression.ts';
      const found = [];
      for (const zone of ['UTC', 'Asia/Shanghai', 'America/New_York'])
        for (const text of ['cron(0 9 ? * 2L *)', 'cron(30 2 * * ? *)', 'at(2025-03-09T02:30:00)', 'cron(0 0 L * ? *)'])
          for (let at = Date.UTC(2025, 1, 1); at < Date.UTC(2025, 11, 1); at += 40 * 3_600_000)
            found.push(nextOccurrence(parseScheduleExpression(text), zone, 0, at));
      console.log(found.join());`;
    const run = (TZ: string) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, TZ },
        encoding: 'utf8',
      });
    const inUtc = run('UTC');
    expect(inUtc.split(',').length).toBeGreaterThan(1000);
    for (const zone of ['Asia/Shanghai', 'America/New_York', 'Pacific/Apia']) expect(run(zone)).toBe(inUtc);
  });
});
