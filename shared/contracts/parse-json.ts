import type * as z from 'zod/mini';
import type { InputIssue } from './issues.ts';
import { toInputIssues } from './issues.ts';

/** JSON text of the outside world, as the schema wants it, or what is wrong with it. */
export const parseJson = <Data>(
  schema: z.ZodMiniType<Data>,
  text: string,
): { data: Data } | { issues: readonly InputIssue[] } => {
  const json = readJson(text);
  if ('issues' in json) return json;
  const parsed = schema.safeParse(json.value);
  return parsed.success ? { data: parsed.data } : { issues: toInputIssues(parsed.error.issues) };
};

/** JSON text as a value; no text at all is an empty object. Half characters (lone surrogates), which no store takes, are refused. */
export const readJson = (text: string): { value: unknown } | { issues: readonly InputIssue[] } => {
  try {
    return { value: text === '' ? {} : JSON.parse(text, requireWellFormed) };
  } catch {
    return { issues: [{ path: '', message: 'the body is not JSON in well-formed Unicode' }] };
  }
};

const requireWellFormed = (key: string, value: unknown): unknown => {
  if (key.isWellFormed() && (typeof value !== 'string' || value.isWellFormed())) return value;
  throw new SyntaxError('half a character');
};
