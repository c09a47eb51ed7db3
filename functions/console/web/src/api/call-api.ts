import * as z from 'zod/mini';
import { CallFailed } from '../upload/call-failed.ts';

const refusalSchema = z.object({ error: z.string(), message: z.optional(z.string()) });

export type ApiCall = {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
};

export type CallApi = <Schema extends z.ZodMiniType>(
  path: string,
  schema: Schema,
  call?: ApiCall,
) => Promise<z.infer<Schema>>;

/** For answers whose content is not needed, or that have none. */
export const anyAnswer = z.unknown();

/** A call that gets no answer in this time is taken for lost: a cut line does not tell. */
const answerWithinMs = 30_000;

/**
 * Calls the product's API and checks what it answers. Rejects with `CallFailed`: status 0 without an answer, else the product's code and its
 * sentence. `onSignedOut` is told of every 401.
 */
export const apiCaller =
  (options: {
    base?: string;
    headers?: Readonly<Record<string, string>>;
    onSignedOut?: () => void;
  }): CallApi =>
  async (path, schema, { method = 'GET', body, headers, signal } = {}) => {
    const response = await answerOf(`${options.base ?? ''}${path}`, {
      method,
      headers: {
        ...options.headers,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([
        AbortSignal.timeout(answerWithinMs),
        ...(signal === undefined ? [] : [signal]),
      ]),
    });
    if (response.status === 401) options.onSignedOut?.();
    if (!response.ok) {
      const refusal = refusalSchema.safeParse(response.json).data;
      throw new CallFailed(response.status, refusal?.error ?? null, refusal?.message);
    }
    return schema.parse(response.json);
  };

const answerOf = async (
  url: string,
  init: RequestInit,
): Promise<{ status: number; ok: boolean; json: unknown }> => {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, ok: response.ok, json: parsed(text) };
  } catch {
    throw new CallFailed(0);
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
