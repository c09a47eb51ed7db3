import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listen } from '../listen.ts';
import { bucketOperations } from './s3-bucket-operations.ts';
import { corsHeaders, corsOf, preflight, readCors, type CorsRule } from './s3-cors.ts';
import { notImplemented, S3Error } from './s3-errors.ts';
import { listOperations } from './s3-list-operations.ts';
import { multipartOperations } from './s3-multipart-operations.ts';
import { objectOperations } from './s3-object-operations.ts';
import { refuseUnknown, type Answer, type S3State } from './s3-operation.ts';
import { headerOf, readRequest, type S3Request } from './s3-request.ts';
import { checkSignature, type Credentials } from './s3-signature.ts';
import { toErrorXml } from './s3-xml.ts';

/** Method, what the path names, and the parameter that picks the operation. */
const ROUTES = new Map([
  ['GET service', 'ListBuckets'],
  ['PUT bucket', 'CreateBucket'],
  ['HEAD bucket', 'HeadBucket'],
  ['GET bucket?list-type', 'ListObjectsV2'],
  ['GET bucket?versions', 'ListObjectVersions'],
  ['GET bucket?uploads', 'ListMultipartUploads'],
  ['POST bucket?delete', 'DeleteObjects'],
  ['GET bucket?versioning', 'GetBucketVersioning'],
  ['PUT bucket?versioning', 'PutBucketVersioning'],
  ['GET bucket?lifecycle', 'GetBucketLifecycleConfiguration'],
  ['PUT bucket?lifecycle', 'PutBucketLifecycleConfiguration'],
  ['DELETE bucket?lifecycle', 'DeleteBucketLifecycle'],
  ['GET bucket?cors', 'GetBucketCors'],
  ['PUT bucket?cors', 'PutBucketCors'],
  ['DELETE bucket?cors', 'DeleteBucketCors'],
  ['PUT object', 'PutObject'],
  ['GET object', 'GetObject'],
  ['HEAD object', 'HeadObject'],
  ['DELETE object', 'DeleteObject'],
  ['GET object?tagging', 'GetObjectTagging'],
  ['PUT object?tagging', 'PutObjectTagging'],
  ['DELETE object?tagging', 'DeleteObjectTagging'],
  ['POST object?uploads', 'CreateMultipartUpload'],
  ['PUT object?uploadId', 'UploadPart'],
  ['GET object?uploadId', 'ListParts'],
  ['POST object?uploadId', 'CompleteMultipartUpload'],
  ['DELETE object?uploadId', 'AbortMultipartUpload'],
]);
const PICKERS = new Set([...ROUTES.keys()].map((route) => route.split('?')[1]));

/** The route of a request, whether there is such a one or not. */
const routeOf = ({ method, bucket, key, query }: S3Request): string => {
  const level = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const picker = query.find(([name]) => PICKERS.has(name))?.[0];
  return `${method} ${level}${picker === undefined ? '' : `?${picker}`}`;
};

/** A caller that hung up is no fault of the engine. */
const isHangUp = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code));

const toRefusal = (error: unknown): S3Error => {
  if (error instanceof S3Error) return error;
  if (!isHangUp(error)) console.error(error);
  return new S3Error('InternalError', 'We encountered an internal error. Please try again.');
};

const setHeaders = (response: ServerResponse, headers: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
};

const send = async (
  response: ServerResponse,
  { status = 200, headers = {}, xml, bytes }: Answer,
): Promise<void> => {
  response.statusCode = status;
  // A byte too many would be the next answer's first.
  response.strictContentLength = true;
  setHeaders(response, headers);
  if (bytes) await pipeline(Readable.from(bytes.pieces(), { objectMode: false }), response);
  else if (xml === undefined) response.end();
  else response.setHeader('content-type', 'application/xml').end(xml);
};

const refuse = async (request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> => {
  const { code, message, status, details, headers } = toRefusal(error);
  // What has begun to be answered as a success can only be broken off.
  if (response.headersSent) response.destroy();
  else {
    const ids = { RequestId: String(response.getHeader('x-amz-request-id')), HostId: 'local' };
    const Resource = request.url?.split('?')[0];
    const xml = toErrorXml({ Code: code, Message: message, ...details, Resource, ...ids });
    await send(response, { status, headers, xml });
  }
};

export type S3ServerOptions = {
  credentials: Credentials;
  /** Origins whose pages may use buckets that have no CORS configuration of their own. */
  corsOrigins: readonly string[];
  port: number;
  onOperation: (operation: string) => void;
};

/** Serves the engine's state on 127.0.0.1: CORS, signature, route, operation, in this order. */
export const openS3Server = async (
  state: S3State,
  { credentials, corsOrigins, port, onOperation }: S3ServerOptions,
): Promise<{ port: number; close(): Promise<void> }> => {
  const { clock, region, buckets } = state;
  const operations = new Map(
    Object.entries({
      ...bucketOperations(state),
      ...listOperations(state),
      ...objectOperations(state),
      ...multipartOperations(state),
    }),
  );
  const corsByDefault = corsOf(corsOrigins);

  const corsRules = (bucket: string): CorsRule[] => {
    const document = buckets.seek(bucket)?.cors ?? null;
    return document === null ? corsByDefault : readCors(document);
  };

  const perform = async (request: S3Request): Promise<Answer> => {
    const payload = checkSignature(request, { credentials, region, clock });
    const route = routeOf(request);
    const name = ROUTES.get(route) ?? '';
    const operation = operations.get(name);
    if (!operation) throw notImplemented(route);
    refuseUnknown(request, operation);
    onOperation(name);
    return await operation.perform({ ...request, payload });
  };

  const answer = async (
    message: IncomingMessage,
    response: ServerResponse,
    proceed: () => void,
  ): Promise<void> => {
    response.setHeader('date', new Date(clock.now()).toUTCString());
    response.setHeader('x-amz-request-id', randomUUID());
    // A connection kept alive would hold a closing server open.
    if (!server.listening) response.setHeader('connection', 'close');
    const request = readRequest(message, proceed);
    const origin = headerOf(request, 'origin');
    const rules = corsRules(request.bucket);
    if (request.method === 'OPTIONS') {
      const [asked, headers] = ['method', 'headers'].map((what) =>
        headerOf(request, `access-control-request-${what}`),
      );
      await send(response, { headers: preflight(rules, origin, asked, headers) });
      return;
    }
    // Before anything is refused: a page may read why.
    setHeaders(response, corsHeaders(rules, origin, request.method));
    const answered = await perform(request);
    try {
      await send(response, answered);
    } finally {
      answered.bytes?.close();
    }
  };

  const underWay = new Set<Promise<void>>();
  const take = (message: IncomingMessage, response: ServerResponse, proceed: () => void): void => {
    const work = answer(message, response, proceed)
      .catch((error: unknown) => refuse(message, response, error))
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        underWay.delete(work);
        // What is left of a refused body: a caller that is still sending does not listen yet.
        message.resume();
      });
    underWay.add(work);
  };

  const server = createServer((message, response) => take(message, response, () => undefined));
  server.on('checkContinue', (message, response) => take(message, response, () => response.writeContinue()));
  // A large part over a slow line takes its time.
  server.requestTimeout = 0;
  return {
    port: await listen(server, port),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      // Connections whose last answer is just being read become idle in a moment; others get a second.
      const glance = setInterval(() => server.closeIdleConnections(), 20);
      const patience = setTimeout(() => server.closeAllConnections(), 1000);
      await closed;
      clearInterval(glance);
      clearTimeout(patience);
      await Promise.all(underWay);
    },
  };
};
