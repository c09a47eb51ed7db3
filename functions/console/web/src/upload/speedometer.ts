/** A window this long evens out bursts, and still shows within seconds that a line has become slower. */
const windowMs = 10_000;

export type Speedometer = {
  /** Notes how many bytes there are now. A fall, where a part is sent again, is no movement. */
  note(now: number, bytes: number): void;
  /** Bytes a second over the last seconds; null while nothing can be said. */
  speed(now: number): number | null;
};

/** Measures an upload's speed from its progress. */
export const makeSpeedometer = (): Speedometer => {
  let last: number | null = null;
  let moved = 0;
  let samples: { at: number; moved: number }[] = [];
  return {
    note: (now, bytes) => {
      moved += last === null ? 0 : Math.max(0, bytes - last);
      last = bytes;
      samples = [...samples.filter(({ at }) => at >= now - windowMs), { at: now, moved }];
    },
    speed: (now) => {
      const oldest = samples.find(({ at }) => at >= now - windowMs);
      if (oldest === undefined || now - oldest.at < 500) return null;
      return ((moved - oldest.moved) * 1000) / (now - oldest.at);
    },
  };
};

/** Seconds until the rest has gone at this speed; null while the speed is unknown or nothing moves. */
export const secondsLeft = (bytesLeft: number, speed: number | null): number | null =>
  speed === null || speed < 1 ? null : Math.ceil(bytesLeft / speed);
