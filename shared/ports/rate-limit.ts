import type { Instant } from '../domain/instant.ts';

/** WeCom's limits, counted on our side: what is above them would be refused or dropped in silence. */
export type RateLimit = {
  /** Takes one of `limit` places of this minute; null when taken, else the instant at which the next minute begins. */
  take(key: string, limit: number, now: Instant): Promise<Instant | null>;
};
