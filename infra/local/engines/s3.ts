import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../shared/ports/clock.ts';
import { openBlobs } from './s3-blobs.ts';
import { openBuckets } from './s3-buckets.ts';
import { openS3Database } from './s3-database.ts';
import { openEvents, type S3EventRecord } from './s3-events.ts';
import { openS3Server } from './s3-server.ts';
import type { Credentials } from './s3-signature.ts';
import { openSweep } from './s3-sweep.ts';
import { openUploads } from './s3-uploads.ts';
import { openVersions } from './s3-versions.ts';

export type { S3EventRecord } from './s3-events.ts';

export type S3EngineOptions = {
  /** The folder that keeps all state: one engine at a time. */
  dir: string;
  clock: Clock;
  /** The one key that requests have to be signed with. */
  credentials: Credentials;
  /** Default `us-east-1`. */
  region?: string | undefined;
  /** 0, the default, takes a free one. */
  port?: number | undefined;
  /** Origins whose pages may upload to and play from buckets that have no CORS configuration of their own. */
  corsOrigins?: readonly string[] | undefined;
  /** Told of each event after its commit, in order, until it returns or resolves: at least once. */
  onEvent?: ((record: S3EventRecord) => void | Promise<void>) | undefined;
  /** Told of each operation of the API whose signature is good. */
  onOperation?: ((operation: string) => void) | undefined;
};

export type S3Engine = {
  /** `http://127.0.0.1:<port>`: the endpoint for the SDK's client, buckets in the path. */
  url: string;
  /** When (epoch ms, a midnight UTC) the buckets' lifecycles have something to do next. */
  nextDueAt(): number | null;
  /** Carries out what the lifecycles have due at the clock's time, and its events; gives how many versions and uploads have ended. */
  sweep(): Promise<number>;
  /** Resolves when every event so far has been taken, or `onEvent` has failed: it is told again a second later. */
  deliverEvents(): Promise<void>;
  close(): Promise<void>;
};

/**
 * S3 on 127.0.0.1 for the unchanged SDK client and for presigned addresses, on a clock handed in. What has been
 * acknowledged is on the disk. Nothing expires by itself: the caller sweeps, as its clock runs or is turned.
 */
export const openS3Engine = async (options: S3EngineOptions): Promise<S3Engine> => {
  const { dir, clock, credentials, region = 'us-east-1', port = 0, corsOrigins = [] } = options;
  const { onEvent = () => undefined, onOperation = () => undefined } = options;
  mkdirSync(dir, { recursive: true });
  const database = openS3Database(join(dir, 'metadata.sqlite'), (discarded) => {
    discarded.forEach((blob) => blobs.discard(blob));
    lifecycle.forget();
    void events.deliver();
  });
  const blobs = await openBlobs(join(dir, 'blobs'), database.isKnown);
  const buckets = openBuckets(database, clock);
  const events = openEvents(database, clock, region, onEvent);
  const versions = openVersions(database, buckets, events, clock);
  const uploads = openUploads(database, clock);
  const state = { database, buckets, versions, uploads, blobs, clock, region };
  const lifecycle = openSweep(state);
  const server = await openS3Server(state, { credentials, corsOrigins, port, onOperation });
  void events.deliver();

  return {
    url: `http://127.0.0.1:${server.port}`,
    nextDueAt: lifecycle.nextDueAt,
    sweep: async () => {
      const count = lifecycle.sweep();
      await events.deliver();
      return count;
    },
    deliverEvents: events.deliver,
    close: async () => {
      await server.close();
      await events.close();
      await blobs.close();
      database.close();
    },
  };
};
