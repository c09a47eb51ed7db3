import { epochMs, toInstant } from '../../../shared/domain/instant.ts';
import type { RateLimit } from '../../../shared/ports/rate-limit.ts';

/** Places in a minute, counted in memory. */
export const memoryRateLimit = (): RateLimit => {
  const taken = new Map<string, number>();
  return {
    take: async (key, limit, now) => {
      const minute = Math.floor(epochMs(now) / 60_000);
      const place = `${key}.${minute}`;
      const count = taken.get(place) ?? 0;
      if (count >= limit) return toInstant((minute + 1) * 60_000);
      taken.set(place, count + 1);
      return null;
    },
  };
};
