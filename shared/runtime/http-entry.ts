import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Instant } from '../domain/instant.ts';
import type { Answer, BytesAnswer, EmptyAnswer, TextAnswer } from './answer.ts';
import { comeAgain, fault, tooLarge } from './answer.ts';
import { nowOf } from './lambda-clock.ts';
import { log } from './log.ts';
import { TryLater } from './try-later.ts';

/** What a function needs of an HTTP request. Header names are in lower case; the body is the raw text, as signatures are made over it. */
export type HttpRequest = {
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  cookies: readonly string[];
  body: string;
};

type AnyAnswer = Answer | TextAnswer | BytesAnswer | EmptyAnswer;

export type HttpFunction = (request: HttpRequest, now: Instant) => Promise<AnyAnswer>;

/** An order's record holds what was sent up to three times, and DynamoDB takes 400 KB an item. */
export const maxBodyBytes = 64 * 1024;

/** The entry of an HTTP function: reads the event, hands in the time, and turns what is thrown into an answer that gives nothing away. */
export const httpEntry = (makeFunction: () => HttpFunction, mostBytes = maxBodyBytes) => {
  let run: HttpFunction | undefined;
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use({
      onError: (request) => {
        request.response = toResult(answerError(request.error, request.event));
      },
    })
    .handler(async (event, context) => {
      const body = readBody(event, mostBytes);
      if (body === null) return toResult(tooLarge(mostBytes));
      run ??= makeFunction();
      return toResult(await run(toRequest(event, body), nowOf(context)));
    });
};

/** The log names the route only: a path may hold a customer's link. */
const answerError = (error: unknown, { routeKey }: APIGatewayProxyEventV2): Answer => {
  if (error instanceof TryLater || isThrottled(error)) return comeAgain();
  log('error', 'request-failed', { route: routeKey }, error);
  return fault();
};

/** AWS is busy, and the SDK's own retries were in vain: nothing was written. */
const isThrottled = (error: unknown): boolean =>
  error instanceof Error &&
  /^(ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded)$/.test(error.name);

const toRequest = (event: APIGatewayProxyEventV2, body: string): HttpRequest => ({
  params: onlyTexts(event.pathParameters ?? {}),
  query: onlyTexts(event.queryStringParameters ?? {}),
  headers: lowerCased(onlyTexts(event.headers)),
  cookies: event.cookies ?? [],
  body,
});

const readBody = ({ body, isBase64Encoded }: APIGatewayProxyEventV2, mostBytes: number): string | null => {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  return bytes.length > mostBytes ? null : bytes.toString('utf8');
};

const onlyTexts = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const toResult = (answer: AnyAnswer): APIGatewayProxyStructuredResultV2 => {
  const { type, ...content } = contentOf(answer);
  return {
    statusCode: answer.status,
    headers: {
      ...(type !== undefined && { 'content-type': type }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...answer.headers,
    },
    ...content,
  };
};

const contentOf = (
  answer: AnyAnswer,
): { type?: string } & Pick<APIGatewayProxyStructuredResultV2, 'body' | 'cookies' | 'isBase64Encoded'> => {
  if ('text' in answer) return { type: answer.text.type, body: answer.text.content };
  if ('cookies' in answer) return { cookies: [...answer.cookies] };
  if ('bytes' in answer) {
    const { type, content } = answer.bytes;
    return { type, body: content.toString('base64'), isBase64Encoded: true };
  }
  return { type: 'application/json; charset=utf-8', body: JSON.stringify(answer.body) };
};
