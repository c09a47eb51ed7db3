import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { listen } from './listen.ts';
import type { Meter } from './meter.ts';

const capacitySchema = z.object({ CapacityUnits: z.number() });
const answerSchema = z.object({
  ConsumedCapacity: z.optional(z.union([capacitySchema, z.array(capacitySchema)])),
});
const bodySchema = z.record(z.string(), z.unknown());

/** Operations that report what they consume. */
const metered =
  /^(Get|Put|Update|Delete)Item$|^(Query|Scan)$|^Batch(Get|Write)Item$|^Transact(Get|Write)Items$/;
const reads = /^(GetItem|Query|Scan|BatchGetItem|TransactGetItems)$/;

/** Stands before the DynamoDB engine and counts its operations and the units they consume; what passes is otherwise unchanged. */
export const openDynamodbMeter = async (engineUrl: string, meter: Meter) => {
  const agent = new Agent({ keepAlive: true });
  let written = false;
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? 'unknown';
    const body = await buffer(request);
    const sent = metered.test(operation) ? askForCapacity(body) : body;
    const headers = { ...request.headers, 'content-length': String(sent.length) };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send(engineUrl, { method: 'POST', path: request.url, headers, agent }, resolve)
        .once('error', reject)
        .end(sent);
    });
    const bytes = await buffer(answer);
    meter.operation(`dynamodb.${operation}`);
    if (metered.test(operation) && answer.statusCode === 200)
      meter.unit(reads.test(operation) ? 'dynamodb.read-units' : 'dynamodb.write-units', unitsOf(bytes));
    if (!reads.test(operation)) written = true;
    response.writeHead(answer.statusCode ?? 502, answer.headers).end(bytes);
  };
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    /** Whether anything was written since the last call. */
    takeWritten: (): boolean => {
      const taken = written;
      written = false;
      return taken;
    },
    close: async (): Promise<void> => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const askForCapacity = (body: Buffer): Buffer => {
  const parsed = bodySchema.safeParse(JSON.parse(body.toString('utf8')));
  return parsed.success
    ? Buffer.from(JSON.stringify({ ...parsed.data, ReturnConsumedCapacity: 'TOTAL' }))
    : body;
};

const unitsOf = (bytes: Buffer): number => {
  const { ConsumedCapacity = [] } = answerSchema.parse(JSON.parse(bytes.toString('utf8')));
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
};
