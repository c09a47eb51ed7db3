import { once } from 'node:events';
import * as z from 'zod/mini';
import { epochMs, isoTimeSchema } from '../../shared/domain/instant.ts';
import { openRuntime } from './runtime.ts';

const settingsSchema = z.object({
  PORT: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(65_535)), 4000),
  DATA_DIR: z._default(z.string().check(z.minLength(1)), '.local'),
  CLOCK_START: z.optional(isoTimeSchema),
  /** `bundles` runs what would be deployed, built before with `npm run build`. */
  CODE: z._default(z.enum(['sources', 'bundles']), 'sources'),
});

const { PORT, DATA_DIR, CLOCK_START, CODE } = settingsSchema.parse(process.env);
const runtime = await openRuntime({
  port: PORT,
  dataDir: DATA_DIR,
  clockStart: CLOCK_START === undefined ? null : epochMs(CLOCK_START),
  code: CODE,
});

console.log(`ready ${runtime.url}`);
console.log(`WeCom groups   ${runtime.url}/local/wecom`);
console.log(`interface      ${runtime.url}/openapi.json`);
console.log(
  `sign in        curl -X POST ${runtime.url}/local/sessions -d '{"staffId":"T-1","roles":["trainer"]}'`,
);

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await runtime.close();
