import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { SchedulerEngine } from '../../infra/local/engines/scheduler.ts';
import { keepText } from '../../infra/local/kept-text.ts';
import { openLocalClock } from '../../infra/local/local-clock.ts';
import { makeTimeWheel } from '../../infra/local/time-wheel.ts';

const folder = mkdtempSync(join(tmpdir(), 'wheel-'));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it('an alarm that fails is told and rings again: it does not end the process', async () => {
  const told = vi.spyOn(console, 'error').mockReturnValue();
  const clock = openLocalClock(keepText(join(folder, 'clock')), null);
  const dueAt = clock.now() + 20;
  let ticks = 0;
  const scheduler: Pick<SchedulerEngine, 'tick' | 'nextDueAt'> = {
    nextDueAt: () => (ticks < 3 ? dueAt : null),
    tick: async () => {
      ticks += 1;
      if (ticks === 2) throw new Error('the engine is away');
      return 0;
    },
  };
  const wheel = makeTimeWheel({
    clock,
    scheduler: scheduler as SchedulerEngine,
    lifecycle: { nextDueAt: () => null, sweep: async () => 0 },
    pump: { drain: async () => {} },
    nextVisibleAt: () => null,
    expire: async () => {},
  });
  await wheel.settle();
  await vi.waitFor(() => expect(ticks).toBe(3), 5000);
  expect(told).toHaveBeenCalledOnce();
  await wheel.close();
});
