import middy from '@middy/core';
import type { Instant } from '../domain/instant.ts';
import { nowOf } from './lambda-clock.ts';

/** The entry of a function that runs at intervals. What it throws is the function's error metric, and its alarm. */
export const scheduledEntry = (makeFunction: () => (now: Instant) => Promise<void>) => {
  let run: ((now: Instant) => Promise<void>) | undefined;
  return middy<unknown, void>().handler(async (_event, context) => {
    run ??= makeFunction();
    await run(nowOf(context));
  });
};
