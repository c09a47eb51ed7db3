import type { Instant } from '../domain/instant.ts';
import type { DueTimer } from './order-store.ts';

/** The timer service. Names are deterministic, so both calls can be repeated. */
export type Timers = {
  /** Sets a timer; one whose time has come is sent on at once. A timer that exists already is left as it is. */
  set(timer: DueTimer & { at: Instant }, now: Instant): Promise<void>;
  /** Drops a timer; one that has fired or never was is fine. */
  drop(timer: DueTimer): Promise<void>;
};

/** The queue of due timers. */
export type DueTimers = { send(timers: readonly DueTimer[]): Promise<void> };

/** A queue of effects to carry out, by the ids of their outbox items. */
export type EffectQueue = { send(ids: readonly string[]): Promise<void> };
