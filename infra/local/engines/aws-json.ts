import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';

/**
 * A refusal as AWS words it. `shape` is the error's name in the service's API model; `code` is its name in the older
 * query protocol, which is what SDK clients of services with that past go by.
 */
export class AwsError extends Error {
  readonly shape: string;
  readonly code: string;
  readonly status: number;

  constructor(shape: string, message: string, { code = shape, status = 400 } = {}) {
    super(message);
    this.shape = shape;
    this.code = code;
    this.status = status;
  }
}

/** What the engine does not do is said plainly: a false success would hide a bug until the cloud finds it. */
export const notImplemented = (what: string): AwsError =>
  new AwsError('NotImplemented', `${what} is not implemented by this local engine.`, { status: 501 });

/** Performs one operation. `gone` aborts when the caller's connection ends before the answer has been sent. */
export type Operation = (input: unknown, gone: AbortSignal) => unknown;

export type AwsJsonService = {
  /** What stands before the dot in `x-amz-target`, e.g. `AmazonSQS`. */
  target: string;
  /** What stands before the `#` in an error's `__type`, e.g. `com.amazonaws.sqs`. */
  namespace: string;
  version: '1.0' | '1.1';
  maxBytes: number;
  operations: Readonly<Record<string, Operation>>;
  onOperation?: ((operation: string) => void) | undefined;
};

/**
 * An operation whose input is checked before it runs: 400 MissingParameter or SerializationException for what is
 * malformed, 501 for a parameter that the schema does not know.
 */
export const operation =
  <S extends z.core.$ZodType>(
    schema: S,
    perform: (input: z.output<S>, gone: AbortSignal) => unknown,
  ): Operation =>
  (input, gone) => {
    const parsed = z.safeParse(schema, input, { reportInput: true });
    if (!parsed.success) throw inputError(parsed.error.issues);
    return perform(parsed.data, gone);
  };

const inputError = ([issue]: z.core.$ZodIssue[]): AwsError => {
  const parameter = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') return notImplemented(`The parameter ${issue.keys.join(', ')}`);
  if (issue?.code === 'invalid_type' && issue.input === undefined) {
    return new AwsError('MissingParameter', `The request must contain the parameter ${parameter}.`);
  }
  return new AwsError('SerializationException', `The value of ${parameter || 'the request'} is malformed.`);
};

const readJson = async (request: IncomingMessage, maxBytes: number): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // What exceeds the limit is read but not kept, so that the caller gets an answer instead of a broken pipe.
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= maxBytes) chunks.push(bytes);
  }
  if (size > maxBytes) {
    throw new AwsError('RequestEntityTooLarge', `A request has at most ${maxBytes} bytes.`, { status: 413 });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new AwsError('SerializationException', 'The request is not JSON in UTF-8.');
  }
};

/** Aborts when the caller hangs up before its answer has been handed to the operating system. */
const goneSignal = ({ socket }: IncomingMessage, response: ServerResponse): AbortSignal => {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  socket.once('end', leave).once('close', leave);
  response.once('finish', () => socket.off('end', leave).off('close', leave));
  return gone.signal;
};

/** Serves one AWS service of the JSON protocol on 127.0.0.1. Port 0 takes a free one. */
export const openAwsJsonServer = async (
  service: AwsJsonService,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> => {
  const operationOf = (target: string): string => {
    const name = target.startsWith(`${service.target}.`) ? target.slice(service.target.length + 1) : '';
    if (!Object.hasOwn(service.operations, name)) throw notImplemented(`The operation «${target}»`);
    return name;
  };

  const perform = async (request: IncomingMessage, gone: AbortSignal): Promise<unknown> => {
    const name = operationOf(String(request.headers['x-amz-target'] ?? ''));
    const input = await readJson(request, service.maxBytes);
    service.onOperation?.(name);
    return service.operations[name]?.(input, gone);
  };

  const refuse = (response: ServerResponse, error: unknown): unknown => {
    const known = error instanceof AwsError;
    if (!known) console.error(error);
    const refusal = known ? error : new AwsError('InternalFailure', 'The engine failed.', { status: 500 });
    response.statusCode = refusal.status;
    response.setHeader(
      'x-amzn-query-error',
      `${refusal.code};${refusal.status < 500 ? 'Sender' : 'Receiver'}`,
    );
    return { __type: `${service.namespace}#${refusal.shape}`, message: refusal.message };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = goneSignal(request, response);
    const body = await perform(request, gone).catch((error: unknown) =>
      gone.aborted ? undefined : refuse(response, error),
    );
    if (gone.aborted) return;
    response.setHeader('content-type', `application/x-amz-json-${service.version}`);
    response.setHeader('x-amzn-requestid', randomUUID());
    // A connection kept alive would hold a closing server open.
    if (!server.listening) response.setHeader('connection', 'close');
    response.end(JSON.stringify(body ?? {}));
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        // Whoever does not read an answer must not hold the server open.
        const patience = setTimeout(() => server.closeAllConnections(), 1000);
        server.close(() => {
          clearTimeout(patience);
          resolve();
        });
      }),
  };
};
