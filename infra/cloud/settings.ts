import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod/mini';
import { functionNames } from '../catalogue.ts';

const staffIds = z
  .array(z.string().check(z.minLength(1)))
  .check(z.minLength(1, 'name at least one staff id'));
const httpsUrl = z.url({ protocol: /^https$/, error: 'an https address' });
const origin = z.string().check(z.regex(/^https:\/\/[^/]+$/, 'an https origin without a path'));

/** What an operator chooses for one stage; `infra/docs/deploy.md` says what each means. */
const stageSchema = z.strictObject({
  account: z.optional(z.string().check(z.regex(/^\d{12}$/, 'an account number of 12 digits'))),
  region: z.optional(z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as cn-north-1'))),
  desks: z.strictObject({ manager: staffIds, service: staffIds, support: staffIds }),
  wecomEndpoint: httpsUrl,
  crmAuth: z.enum(['signature', 'iam']),
  encryption: z.enum(['aws-managed', 'customer-key']),
  deletionProtection: z.boolean(),
  fixedEgressIp: z.boolean(),
  logRetentionDays: z
    .enum(RetentionDays)
    .check(z.refine((days) => days !== RetentionDays.INFINITE, 'a number of days that ends')),
  alarmEmail: z.optional(z.email()),
  consoleOrigins: z._default(z.array(origin), []),
  reservedConcurrency: z._default(z.partialRecord(z.enum(functionNames), z.int().check(z.positive())), {}),
  domain: z.optional(z.strictObject({ name: z.string().check(z.minLength(4)), certificateArn: z.string() })),
  runbookUrl: z._default(z.string(), 'infra/docs/runbook.md'),
});
export type StageSettings = z.infer<typeof stageSchema>;

const stageName = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9]{1,11}$/, 'a stage name of 2 to 12 small letters and digits'));
const stagesSchema = z.record(stageName, stageSchema);

/** The stages of the context `stages`, or the one that `-c stage=<name>` picks. Throws with every mistake named. */
export const readSettings = (stages: unknown, only: unknown): ReadonlyMap<string, StageSettings> => {
  const parsed = stagesSchema.safeParse(stages, { error: z.locales.en().localeError });
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(
      (issue) => `  stages.${issue.path.join('.')}: ${messageOf(issue)}`,
    );
    throw new Error(`the context "stages" (cdk.json) is not valid:\n${mistakes.join('\n')}`);
  }
  const found = Object.entries(parsed.data).filter(([stage]) => only === undefined || stage === only);
  if (found.length === 0) throw new Error(`no stage "${String(only)}" in the context "stages" (cdk.json)`);
  return new Map(found);
};

const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? issue.issues.map(messageOf).join('; ') : issue.message;

/** What stands between these settings and a real deployment: printed by a synthesis, refused by `cdk deploy --strict`. */
export const warningsOf = ({ desks, alarmEmail, deletionProtection }: StageSettings): readonly string[] => [
  ...(Object.values(desks)
    .flat()
    .some((id) => id.startsWith('sample-'))
    ? [
        'desks still names the sample staff: set the staff ids of the managers, of customer service and of customer success',
      ]
    : []),
  ...(deletionProtection && alarmEmail === undefined ? ['no alarmEmail: nobody would hear of an alarm'] : []),
];
