import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import type { Clock } from '../../shared/ports/clock.ts';
import type { FunctionName } from '../catalogue.ts';
import { catalogue } from '../catalogue.ts';
import { bundleFolder } from '../cloud/bundle.ts';
import type { Meter } from './meter.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const isHandler = (value: unknown): value is Handler => typeof value === 'function';
const moduleSchema = z.object({ handler: z.custom<Handler>(isHandler) });

/** Runs the functions of the catalogue in this process: the same handlers as in the cloud, with the clock beside the Lambda context. */
export type LambdaHost = { invoke(name: FunctionName, event: unknown): Promise<unknown> };

/** `sources`: the TypeScript files as they are; `bundles`: what would be deployed, built before. */
export const makeLambdaHost = (code: 'sources' | 'bundles', clock: Clock, meter: Meter): LambdaHost => {
  const handlers = new Map<FunctionName, Promise<Handler>>();
  const load = async (name: FunctionName): Promise<Handler> => {
    const path = code === 'sources' ? catalogue[name].entry : `${bundleFolder(name)}/index.mjs`;
    const root = new URL('../../', import.meta.url).pathname;
    const loaded: unknown = await import(pathToFileURL(resolve(root, path)).href);
    return moduleSchema.parse(loaded).handler;
  };
  return {
    invoke: async (name, event) => {
      const known = handlers.get(name) ?? load(name);
      handlers.set(name, known);
      const handler = await known;
      const start = performance.now();
      try {
        return await handler(event, makeContext(name, clock));
      } finally {
        const seconds = (performance.now() - start) / 1000;
        meter.operation(`lambda.${name}`);
        meter.unit('lambda.requests', 1);
        meter.unit('lambda.gb-seconds', (seconds * catalogue[name].memoryMiB) / 1024);
      }
    },
  };
};

const makeContext = (name: FunctionName, clock: Clock) => ({
  clock,
  functionName: `ninedays-local-${name}`,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:local:lambda:local:000000000000:function:${name}`,
  memoryLimitInMB: String(catalogue[name].memoryMiB),
  awsRequestId: randomUUID(),
  logGroupName: 'local',
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => catalogue[name].timeoutSeconds * 1000,
});
