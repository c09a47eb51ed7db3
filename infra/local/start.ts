import { once } from 'node:events';
import * as z from 'zod/mini';
import { toInputIssues } from '../../shared/contracts/issues.ts';
import { epochMs, isoTimeSchema } from '../../shared/domain/instant.ts';
import { openRuntime } from './runtime.ts';

const settingsSchema = z.object({
  PORT: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(65_535)), 4000),
  DATA_DIR: z._default(z.string().check(z.minLength(1)), '.local'),
  CLOCK_START: z.optional(isoTimeSchema),
  /** `bundles` runs what would be deployed, built before with `npm run build`. */
  CODE: z._default(z.enum(['sources', 'bundles']), 'sources'),
});

const start = async (): Promise<void> => {
  const settings = settingsSchema.safeParse(process.env);
  if (!settings.success)
    throw new Error(
      toInputIssues(settings.error.issues)
        .map(({ path, message }) => `${path}: ${message}`)
        .join('\n'),
    );
  const { PORT, DATA_DIR, CLOCK_START, CODE } = settings.data;
  const runtime = await openRuntime({
    port: PORT,
    dataDir: DATA_DIR,
    clockStart: CLOCK_START === undefined ? null : epochMs(CLOCK_START),
    code: CODE,
  });

  console.log(`ready ${runtime.url}`);
  console.log(`console        ${runtime.url}/console`);
  console.log(`  signed in    ${runtime.url}/local/console?staffId=T-1&roles=trainer`);
  console.log(`WeCom groups   ${runtime.url}/local/wecom`);
  console.log(`interface      ${runtime.url}/openapi.json`);
  console.log(
    `sign in        curl -X POST ${runtime.url}/local/sessions -d '{"staffId":"T-1","roles":["trainer"]}'`,
  );

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await runtime.close();
};

/** `npm start` was killed, and its kill did not reach this process: it ends the same way, so that the port and the data are free. */
const endWithStarter = (): void => {
  const starter = process.ppid;
  setInterval(() => {
    if (process.ppid !== starter) process.kill(process.pid, 'SIGKILL');
  }, 100).unref();
};

/** What kept it from starting, in a sentence: a wrong setting, a port or a data folder that is in use. */
if (process.env['npm_lifecycle_event'] === 'start') endWithStarter();
try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
