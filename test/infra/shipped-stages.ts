import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { readSettings } from '../../infra/cloud/settings.ts';

const cdkJson = z
  .object({ context: z.looseObject({ stages: z.unknown() }) })
  .parse(JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')));

/** The context of a synthesis, as it is shipped. */
export const shippedContext = cdkJson.context;

/** The stages as they are shipped. */
export const shippedStages = readSettings(cdkJson.context.stages, undefined);
