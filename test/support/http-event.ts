import { marshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEventV2, Context, DynamoDBStreamEvent, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Instant } from '../../shared/domain/instant.ts';
import { epochMs } from '../../shared/domain/instant.ts';
import type { Clock } from '../../shared/ports/clock.ts';

type Request = {
  method: 'GET' | 'POST' | 'DELETE';
  routeKey?: string;
  path: string;
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  cookies?: readonly string[];
  /** Text is sent as it is, bytes in base64, as API Gateway does by content type. */
  body?: string | Uint8Array;
};

/** A request as an HTTP API hands it to a function, payload format 2.0; the shape is one that API Gateway has sent. */
export const makeHttpEvent = (request: Request): APIGatewayProxyEventV2 => {
  const { method, path, params = {}, query = {}, headers = {}, cookies = [], body } = request;
  const routeKey = request.routeKey ?? `${method} ${path}`;
  const isBase64Encoded = body !== undefined && typeof body !== 'string';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    ...(cookies.length > 0 && { cookies: [...cookies] }),
    headers: {
      accept: '*/*',
      'content-length': String(body?.length ?? 0),
      host: 'a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn',
      'user-agent': 'crm/1.0',
      'x-amzn-trace-id': 'Root=1-67cba7a0-1b2c3d4e5f60718293a4b5c6',
      'x-forwarded-for': '203.0.113.10',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: { ...query } }),
    ...(Object.keys(params).length > 0 && { pathParameters: { ...params } }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      domainName: 'a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn',
      domainPrefix: 'a1b2c3d4e5',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.10', userAgent: 'crm/1.0' },
      requestId: 'HDlXyjmRiGcEPhw=',
      routeKey,
      stage: '$default',
      time: '08/Mar/2025:02:00:00 +0000',
      timeEpoch: 1_741_399_200_000,
    },
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : Buffer.from(body).toString('base64'),
    }),
    isBase64Encoded,
  };
};

/** A batch of queue messages as Lambda's event source mapping hands it over; bodies as text, ids `message-1`, `message-2` … */
export const makeSqsEvent = (...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => makeSqsRecord(body, `message-${index + 1}`)),
});

export const makeSqsRecord = (body: string, messageId: string, receiveCount = 1): SQSRecord => ({
  messageId,
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...',
  body,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '1741399200000',
    SenderId: 'AROAXXXXXXXXXXXXXXXXX:scheduler',
    ApproximateFirstReceiveTimestamp: '1741399200005',
  },
  messageAttributes: {},
  md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws-cn:sqs:cn-north-1:123456789012:due-timers',
  awsRegion: 'cn-north-1',
});

/** Changes of the outbox's table as its stream hands them over; sequence numbers `1000`, `1001` … */
export const makeStreamEvent = (
  items: readonly Readonly<Record<string, unknown>>[],
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE' = 'INSERT',
): DynamoDBStreamEvent => ({
  Records: items.map((item, index) => ({
    eventID: `c4ca4238a0b923820dcc509a6f75849${index}`,
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'cn-north-1',
    eventSourceARN: 'arn:aws-cn:dynamodb:cn-north-1:123456789012:table/outbox/stream/2025-03-08T02:00:00.000',
    dynamodb: {
      ApproximateCreationDateTime: 1_741_399_200,
      Keys: image({ id: item['id'] }),
      ...(eventName !== 'REMOVE' && { NewImage: image(item) }),
      SequenceNumber: String(1000 + index),
      SizeBytes: 512,
      StreamViewType: 'NEW_IMAGE',
    },
  })),
});

/** The Lambda types and the SDK's name the same attribute values differently. */
const image = (item: Readonly<Record<string, unknown>>): any =>
  marshall(item, { removeUndefinedValues: true });

/** The Lambda context with the clock beside it, as the local runtime hands it in; the clock stands where `now` says. */
export const makeContext = (now: () => Instant): Context & { clock: Clock } => ({
  clock: { now: () => epochMs(now()) },
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'ninedays-test',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws-cn:lambda:cn-north-1:123456789012:function:ninedays-test',
  memoryLimitInMB: '512',
  awsRequestId: '8f507cfc-example-4697-b07a-ac58fc914c95',
  logGroupName: '/aws/lambda/ninedays-test',
  logStreamName: '2025/03/08/[$LATEST]58419525dade4d17a495dceeeed44708',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
});
