import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { KeptText } from '../../infra/local/kept-text.ts';
import { openLocalClock } from '../../infra/local/local-clock.ts';

const start = Date.parse('2025-03-08T10:00:00+08:00');
const hour = 60 * 60_000;

const makeKept = (): KeptText => {
  let text: string | null = null;
  return { load: () => text, save: (given) => void (text = given), close: () => {} };
};

beforeEach(() => void vi.useFakeTimers({ now: start }));
afterEach(() => void vi.useRealTimers());

it('a running clock goes on from what it has shown when the system’s clock is set back, also after a restart', () => {
  const kept = makeKept();
  const clock = openLocalClock(kept, null);
  vi.setSystemTime(start + hour);
  expect(clock.now()).toBe(start + hour);
  vi.setSystemTime(start);
  expect(clock.now()).toBe(start + hour);
  vi.setSystemTime(start + 500);
  expect(clock.now()).toBe(start + hour + 500);
  clock.close();

  vi.setSystemTime(start - hour);
  const reopened = openLocalClock(kept, null);
  expect(reopened.now()).toBe(start + hour + 500);
  vi.setSystemTime(start);
  expect(reopened.now()).toBe(start + 2 * hour + 500);
});

it('a running clock that was killed goes back by less than a second', () => {
  const kept = makeKept();
  const clock = openLocalClock(kept, null);
  for (let shown = 0; shown < 60_000; shown += 700) {
    vi.setSystemTime(start + shown);
    clock.now();
  }
  const last = clock.now();
  vi.setSystemTime(start);
  expect(openLocalClock(kept, null).now()).toBeGreaterThan(last - 1000);
});

it('a running clock can be turned ahead, and stays so', () => {
  const kept = makeKept();
  openLocalClock(kept, null).turnTo(start + hour);
  vi.setSystemTime(start + 1000);
  expect(openLocalClock(kept, null).now()).toBe(start + hour + 1000);
});

it('a standing clock stands where it was turned to, whatever the time', () => {
  const kept = makeKept();
  openLocalClock(kept, start).turnTo(start + hour);
  vi.setSystemTime(start + 9 * hour);
  const clock = openLocalClock(kept, start + 2 * hour);
  clock.turnTo(start);
  expect([clock.mode, clock.now()]).toEqual(['standing', start + hour]);
});
