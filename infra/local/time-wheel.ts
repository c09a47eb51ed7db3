import type { S3Engine } from './engines/s3.ts';
import type { SchedulerEngine } from './engines/scheduler.ts';
import type { LocalClock } from './local-clock.ts';
import type { Pump } from './pump.ts';

/** Moves time on one machine: fires what is due and lets the effects settle, in real time or on the turned clock. */
export type TimeWheel = {
  /** Turns the clock to this time (epoch ms), stopping at each moment at which something is due. Gives how many schedules fired. */
  turnTo(time: number): Promise<number>;
  /** Carries out all that can be done without the clock moving on. */
  settle(): Promise<void>;
  /** Says that there may be something to do; returns at once. */
  nudge(): void;
  close(): Promise<void>;
};

export type TimeWheelParts = {
  clock: LocalClock;
  scheduler: SchedulerEngine;
  /** What S3 does with objects as time passes. */
  lifecycle: Pick<S3Engine, 'nextDueAt' | 'sweep'>;
  pump: Pump;
  /** The next moment (epoch ms) at which a queued message becomes visible, or null. */
  nextVisibleAt: () => number | null;
  /** Removes what has expired; called once a day of the clock. */
  expire: () => Promise<void>;
};

const longestWaitMs = 60_000;
const waitAfterFaultMs = 1000;
const dayMs = 24 * 60 * 60_000;

export const makeTimeWheel = ({
  clock,
  scheduler,
  lifecycle,
  pump,
  nextVisibleAt,
  expire,
}: TimeWheelParts): TimeWheel => {
  let alarm: NodeJS.Timeout | null = null;
  let closed = false;
  let expiredDay = 0;
  let turning: Promise<unknown> = Promise.resolve();

  const fireDue = async (): Promise<number> => {
    const dueAt = lifecycle.nextDueAt();
    if (dueAt !== null && dueAt <= clock.now()) await lifecycle.sweep();
    const fired = await scheduler.tick();
    await pump.drain();
    return fired;
  };

  const nextMoment = (): number | null => {
    const moments = [scheduler.nextDueAt(), lifecycle.nextDueAt(), nextVisibleAt()].filter(
      (moment) => moment !== null,
    );
    return moments.length === 0 ? null : Math.min(...moments);
  };

  const turn = async (time: number): Promise<number> => {
    let fired = await fireDue();
    for (let next = nextMoment(); next !== null && next <= time; next = nextMoment()) {
      clock.turnTo(next);
      fired += await fireDue();
    }
    clock.turnTo(time);
    await expireDaily();
    return fired;
  };

  const expireDaily = async (): Promise<void> => {
    const day = Math.floor(clock.now() / dayMs);
    if (day === expiredDay) return;
    expiredDay = day;
    await expire();
  };

  /** One turn at a time, so that no two stop at each other's moments. */
  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turning.then(work, work);
    turning = result.catch(() => null);
    return await result;
  };

  const arm = (shortestWaitMs = 0): void => {
    if (closed || clock.mode === 'standing') return;
    if (alarm !== null) clearTimeout(alarm);
    const next = nextMoment();
    const wait = next === null ? longestWaitMs : Math.min(longestWaitMs, next - clock.now());
    alarm = setTimeout(ring, Math.max(shortestWaitMs, wait));
  };

  /** Nobody waits for it, so a fault is told here, and it rings again. */
  const ring = (): void => {
    settle().catch((error: unknown) => {
      console.error(error);
      arm(waitAfterFaultMs);
    });
  };

  const settle = async (): Promise<void> => {
    if (closed) return;
    await inTurn(fireDue);
    await expireDaily();
    arm();
  };

  /** In turn as well: a drain beside a turn of the clock would make what happens at which moment a matter of luck. */
  let nudged = false;
  const nudge = (): void => {
    if (closed || nudged) return;
    nudged = true;
    const drain = async (): Promise<void> => {
      nudged = false;
      await pump.drain();
    };
    inTurn(drain).then(
      () => arm(),
      (error: unknown) => console.error(error),
    );
  };

  return {
    turnTo: async (time) => await inTurn(async () => await turn(time)).finally(() => arm()),
    settle,
    nudge,
    close: async () => {
      closed = true;
      if (alarm !== null) clearTimeout(alarm);
      await turning;
      await pump.drain();
    },
  };
};
