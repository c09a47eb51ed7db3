import * as z from 'zod/mini';
import { isTimeZone, nextOccurrence, parseScheduleExpression } from './schedule-expression.ts';

/** A refusal in the shape of the SDK's modelled exceptions. */
export class SchedulerError extends Error {
  readonly status: number;
  constructor(name: keyof typeof STATUS, message: string) {
    super(message);
    this.name = name;
    this.status = STATUS[name];
  }
}

const STATUS = {
  ValidationException: 400,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  NotImplementedException: 501,
} as const;

const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const name = z.string().check(z.regex(NAME));
const clientToken = z.optional(z.string().check(z.regex(/^[a-zA-Z0-9-_]{1,64}$/)));
const epochSeconds = z.optional(z.number().check(z.gte(0), z.lte(253_402_300_799)));
const retryPolicy = z.object({
  MaximumEventAgeInSeconds: z._default(z.int().check(z.gte(60), z.lte(86_400)), 86_400),
  MaximumRetryAttempts: z._default(z.int().check(z.gte(0), z.lte(185)), 185),
});

export const target = z.object({
  Arn: z.string().check(z.minLength(1), z.maxLength(1600)),
  RoleArn: z.string().check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/)),
  Input: z.optional(z.string().check(z.minLength(1))),
  DeadLetterConfig: z.optional(
    z.object({ Arn: z.optional(z.string().check(z.regex(/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]+$/))) }),
  ),
  RetryPolicy: z.prefault(retryPolicy, {}),
});
export type Target = z.infer<typeof target>;

/** What Create and Update store of a schedule, AWS's defaults filled in; dates are epoch seconds. */
export const definition = z.object({
  ScheduleExpression: z.string().check(z.minLength(1), z.maxLength(256)),
  ScheduleExpressionTimezone: z._default(z.string().check(z.minLength(1), z.maxLength(50)), 'UTC'),
  StartDate: epochSeconds,
  EndDate: epochSeconds,
  Description: z.optional(z.string().check(z.maxLength(512))),
  State: z._default(z.enum(['ENABLED', 'DISABLED']), 'ENABLED'),
  FlexibleTimeWindow: z.discriminatedUnion('Mode', [
    z.object({ Mode: z.literal('OFF'), MaximumWindowInMinutes: z.optional(z.never()) }),
    z.object({
      Mode: z.literal('FLEXIBLE'),
      MaximumWindowInMinutes: z.int().check(z.gte(1), z.lte(1440)),
    }),
  ]),
  Target: target,
  ActionAfterCompletion: z._default(z.enum(['NONE', 'DELETE']), 'NONE'),
});
export type Definition = z.infer<typeof definition>;

export const tags = z.array(
  z.object({
    Key: z.string().check(z.minLength(1), z.maxLength(128)),
    Value: z.string().check(z.minLength(1), z.maxLength(256)),
  }),
);
export type Tag = z.infer<typeof tags>[number];

const pageSize = z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 100);
const prefix = z._default(name, '');

/** The requests' members, wherever the wire carries them: path, query or body. */
export const requests = {
  saveSchedule: z.extend(definition, {
    Name: name,
    GroupName: z._default(name, 'default'),
    ClientToken: clientToken,
  }),
  schedule: z.object({ Name: name, groupName: z._default(name, 'default'), clientToken }),
  listSchedules: z.object({
    ScheduleGroup: z.optional(name),
    NamePrefix: prefix,
    State: z.optional(z.enum(['ENABLED', 'DISABLED'])),
    MaxResults: pageSize,
    NextToken: z.optional(z.string()),
  }),
  createGroup: z.object({ Name: name, Tags: z._default(tags, []), ClientToken: clientToken }),
  group: z.object({ Name: name, clientToken }),
  listGroups: z.object({ NamePrefix: prefix, MaxResults: pageSize, NextToken: z.optional(z.string()) }),
  resource: z.object({ Name: z.string() }),
  tag: z.object({ Tags: tags }),
  untag: z.object({ TagKeys: z.array(z.string()) }),
} as const;

/** A request's members, parsed; `ValidationException` names every member that is wrong. */
export function parseRequest<Schema extends z.ZodMiniType>(
  schema: Schema,
  members: unknown,
): z.output<Schema> {
  const parsed = z.safeParse(schema, members);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SchedulerError(
    'ValidationException',
    `${problems.length} validation error(s) detected: ${problems.join('; ')}`,
  );
}

const UNSUPPORTED =
  /^(KmsKeyArn|(Sqs|Ecs|EventBridge|EventBridgePutEventsV2|EventBridgePutRawEvents|Kinesis|SageMakerPipeline)Parameters)$/;

/** Members that AWS honours and this engine does not are refused instead of dropped in silence. */
export function refuseUnsupported(body: Record<string, unknown>): void {
  const members = [...Object.keys(body), ...Object.keys(Object(body['Target']))];
  const unsupported = members.filter((member) => UNSUPPORTED.test(member)).join(', ');
  if (unsupported) throw new SchedulerError('NotImplementedException', `Not implemented: ${unsupported}.`);
}

const FIVE_MINUTES = 300;
const refuse: (message: string) => never = (message) => {
  throw new SchedulerError('ValidationException', message);
};

/** AWS's checks of expression, zone and dates at Create and Update; `now` in epoch milliseconds. */
export function checkTimes(definition: Definition, now: number): void {
  const { ScheduleExpression: text, ScheduleExpressionTimezone: zone, StartDate, EndDate } = definition;
  const expression = parseScheduleExpression(text);
  if (!isTimeZone(zone)) refuse(`Invalid ScheduleExpressionTimezone ${zone}.`);
  if (expression === null) refuse(`Invalid Schedule Expression ${text}.`);
  if (expression.kind === 'at') {
    if (nextOccurrence(expression, zone, now, now) === null)
      refuse(`Invalid Schedule Expression ${text}: the time is in the past.`);
    return;
  }
  if (StartDate !== undefined && StartDate < now / 1000 - FIVE_MINUTES)
    refuse('The StartDate you specify cannot be earlier than 5 minutes ago.');
  if (EndDate !== undefined && EndDate <= Math.max(StartDate ?? 0, now / 1000))
    refuse('The EndDate you specify must be in the future and after the StartDate.');
}

/**
 * The first occurrence strictly after an instant, from StartDate to EndDate (both included; one-time schedules ignore
 * them). Null if there is none or the schedule is disabled. A rate counts from StartDate, else from the creation.
 */
export function occurrenceAfter(definition: Definition, creation: number, after: number): number | null {
  const expression = parseScheduleExpression(definition.ScheduleExpression);
  if (expression === null || definition.State === 'DISABLED') return null;
  const zone = definition.ScheduleExpressionTimezone;
  if (expression.kind === 'at') return nextOccurrence(expression, zone, creation, after);
  const { StartDate = 0, EndDate = Infinity } = definition;
  const anchor = StartDate > 0 ? StartDate * 1000 : creation;
  const next = nextOccurrence(expression, zone, anchor, Math.max(after, StartDate * 1000 - 1));
  return next !== null && next <= EndDate * 1000 ? next : null;
}
