import type { Instant } from '../domain/instant.ts';
import { toInstant } from '../domain/instant.ts';
import type { Clock } from '../ports/clock.ts';

const hasClock = (context: object): context is { clock: Clock } => 'clock' in context;

/** Now: by the clock that the local runtime hands in beside the Lambda context, else by the system's. */
export const nowOf = (context: object): Instant =>
  toInstant((hasClock(context) ? context.clock : Date).now());
