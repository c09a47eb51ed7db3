import middy from '@middy/core';
import type * as z from 'zod/mini';
import { toInputIssues } from '../contracts/issues.ts';
import type { Instant } from '../domain/instant.ts';
import { nowOf } from './lambda-clock.ts';

/** The entry of an operator's command, called with their own AWS credentials: wrong input is answered with what is accepted. */
export const operatorEntry = <Input, Result extends object>(
  schema: z.ZodMiniType<Input>,
  makeFunction: () => (input: Input, now: Instant) => Promise<Result>,
) => {
  let run: ((input: Input, now: Instant) => Promise<Result>) | undefined;
  return middy<unknown, Result | { issues: ReturnType<typeof toInputIssues> }>().handler(
    async (event, context) => {
      const parsed = schema.safeParse(event);
      if (!parsed.success) return { issues: toInputIssues(parsed.error.issues) };
      run ??= makeFunction();
      return await run(parsed.data, nowOf(context));
    },
  );
};
