import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atShanghai,
  ceilSecond,
  dayOf,
  epochMs,
  instantSchema,
  isoTimeSchema,
  nextShanghai,
  plusDays,
} from '../../shared/domain/instant.ts';
import { arbitraryInstant } from '../support/build-order.ts';

const run = promisify(execFile);
const sampler = fileURLToPath(new URL('zone-sample.ts', import.meta.url));

const computedIn = async (zone: string): Promise<string> => {
  const { stdout } = await run(process.execPath, [sampler], { env: { ...process.env, TZ: zone } });
  return stdout;
};

describe('time', () => {
  it('does not depend on the zone of the machine', async () => {
    const zones = ['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe'];
    const [utc, ...others] = await Promise.all(['UTC', ...zones].map(computedIn));
    expect(utc).toMatch(/^zone 0\n[0-9a-f]{64}\n$/);
    // Each child says its own offset, so that a zone that was not taken up shows.
    expect(others.map((text) => text.split('\n')[0])).toEqual(['zone -480', 'zone 300', 'zone -660']);
    expect(new Set([utc, ...others].map((text) => text!.split('\n')[1])).size).toBe(1);
  });

  it('is read from any ISO text with an offset that is accepted, as an instant that can be stored', () => {
    const twoDigits = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const texts = fc
      .tuple(
        fc.oneof(
          fc.constantFrom('2025', '2099', '2000', '1999', '9999', '0000'),
          fc.stringMatching(/^\d{4}$/),
        ),
        twoDigits(13),
        twoDigits(32),
        twoDigits(24),
        twoDigits(60),
        fc.constantFrom('', '.5', '.1234567'),
        fc.oneof(
          fc.constant('Z'),
          fc.tuple(fc.constantFrom('+', '-'), twoDigits(24)).map(([s, h]) => `${s}${h}:59`),
        ),
      )
      .map(([y, mo, d, h, mi, f, zone]) => `${y}-${mo}-${d}T${h}:${mi}:00${f}${zone}`);
    fc.assert(
      fc.property(texts, (text) => {
        const read = isoTimeSchema.safeParse(text);
        if (!read.success) return;
        expect(instantSchema.safeParse(read.data).success).toBe(true);
        expect(epochMs(read.data)).toBe(Date.parse(text));
        expect(text).toMatch(/^20/);
      }),
      { numRuns: 500 },
    );
    expect(isoTimeSchema.safeParse('2025-03-09T14:00:00+08:00').data).toBe('2025-03-09T06:00:00.000Z');
    for (const refused of [
      '9999-12-31T23:59:59-12:00',
      '1999-12-31T00:00:00Z',
      '2025-03-09T14:00:00',
      'soon',
    ])
      expect(isoTimeSchema.safeParse(refused).success).toBe(false);
  });

  it('has a Shanghai day that begins at 16:00 UTC, and days that add up', () => {
    fc.assert(
      fc.property(arbitraryInstant, fc.integer({ min: -400, max: 400 }), (instant, days) => {
        const day = dayOf(instant);
        const midnight = atShanghai(day, '00:00');
        expect(midnight.slice(10)).toBe('T16:00:00.000Z');
        expect(epochMs(instant) - epochMs(midnight)).toBeGreaterThanOrEqual(0);
        expect(epochMs(instant) - epochMs(midnight)).toBeLessThan(86_400_000);
        expect(epochMs(atShanghai(plusDays(day, days), '00:00')) - epochMs(midnight)).toBe(days * 86_400_000);
      }),
    );
  });

  it('comes to a clock time next within a day, and never at once', () => {
    fc.assert(
      fc.property(arbitraryInstant, (instant) => {
        const next = nextShanghai(instant, '09:30');
        expect(next.slice(11)).toBe('01:30:00.000Z');
        expect(epochMs(next)).toBeGreaterThan(epochMs(instant));
        expect(epochMs(next) - epochMs(instant)).toBeLessThanOrEqual(86_400_000);
        expect(epochMs(nextShanghai(next, '09:30')) - epochMs(next)).toBe(86_400_000);
      }),
    );
  });

  it('is rounded up to the second for schedules, never down', () => {
    fc.assert(
      fc.property(arbitraryInstant, (instant) => {
        const full = epochMs(ceilSecond(instant));
        expect(full % 1000).toBe(0);
        expect(full - epochMs(instant)).toBeGreaterThanOrEqual(0);
        expect(full - epochMs(instant)).toBeLessThan(1000);
      }),
    );
  });
});
