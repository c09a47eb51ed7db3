import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toInstant } from '../../../shared/domain/instant.ts';
import type { RateLimit } from '../../../shared/ports/rate-limit.ts';

export type RateLimitRig = { fresh(): Promise<RateLimit>; close(): Promise<void> };

const firstMoment = toInstant('2025-03-08T02:00:00.000Z');
const lastMoment = toInstant('2025-03-08T02:00:59.999Z');
const nextMinute = toInstant('2025-03-08T02:01:00.000Z');
const minuteAfter = toInstant('2025-03-08T02:02:00.000Z');

/** What every rate limit must do, whatever is behind it. */
export const describeRateLimit = (name: string, open: () => Promise<RateLimitRig>): void => {
  describe(`the rate limit: ${name}`, () => {
    let rig: RateLimitRig;
    let rateLimit: RateLimit;
    beforeAll(async () => {
      rig = await open();
    });
    beforeEach(async () => {
      rateLimit = await rig.fresh();
    });
    afterAll(async () => {
      await rig.close();
    });

    it('gives exactly as many places of a minute as there are, however many ask at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, async () => await rateLimit.take('robot-1', 20, firstMoment)),
      );
      expect(answers.filter((answer) => answer === null)).toHaveLength(20);
      expect(new Set(answers)).toStrictEqual(new Set([null, nextMinute]));
    });

    it('counts to the last moment of a minute, and anew from the first one of the next', async () => {
      await expect(rateLimit.take('robot-1', 1, firstMoment)).resolves.toBeNull();
      await expect(rateLimit.take('robot-1', 1, lastMoment)).resolves.toBe(nextMinute);
      await expect(rateLimit.take('robot-1', 1, nextMinute)).resolves.toBeNull();
      await expect(rateLimit.take('robot-1', 1, nextMinute)).resolves.toBe(minuteAfter);
    });

    it('counts each key by itself', async () => {
      await rateLimit.take('robot-1', 1, firstMoment);
      await expect(rateLimit.take('robot-2', 1, firstMoment)).resolves.toBeNull();
      await expect(rateLimit.take('robot-1', 2, firstMoment)).resolves.toBeNull();
    });
  });
};
