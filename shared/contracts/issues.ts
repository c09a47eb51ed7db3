import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

/** Messages of refused input are English sentences; the small build of zod has none of its own. */
z.config(en());

/** One thing that is wrong with an input: where, and what would be accepted. */
export type InputIssue = { path: string; message: string };

export const toInputIssues = (issues: readonly z.core.$ZodIssue[]): InputIssue[] =>
  issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
