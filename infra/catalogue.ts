import type { TableName } from '../shared/adapters/dynamodb/tables.ts';
import type { EnvName } from '../shared/runtime/env.ts';
import type { OutboxItem } from '../shared/ports/outbox.ts';
import type { SecretName } from '../shared/ports/secrets.ts';

type DynamoVerb = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/**
 * S3's verbs that the store of recordings needs. To start an upload: PutObject and, for its tag, PutObjectTagging. To sign or complete parts: PutObject. To list
 * them: ListMultipartUploadParts. To abort: AbortMultipartUpload. To find: GetObject, and ListBucket, without which S3 answers 403 and not 404 for what is not
 * there. To read or sign a download: GetObject. To set the retention: PutObjectTagging. A presigned address can do what its signer may.
 */
type BucketVerb =
  | 'GetObject'
  | 'PutObject'
  | 'PutObjectTagging'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploadParts'
  | 'ListBucket';

/** What a function may do, verb by verb; its environment variables follow from it. */
export type Right =
  | { table: TableName; verbs: readonly DynamoVerb[] }
  | { index: string; of: TableName; verbs: readonly 'Query'[] }
  | { queue: keyof typeof queueEnvNames; verbs: readonly 'SendMessage'[] }
  | { bucket: 'recordings'; verbs: readonly BucketVerb[] }
  | { timers: readonly ('CreateSchedule' | 'DeleteSchedule')[] }
  | { secret: SecretName };

/** What makes a function run. */
export type Trigger =
  /** `signed`: the sender signs the body; `session`: a staff session is checked by the function; `link`: a customer's signed link is; `open`: nothing secret is served. */
  | {
      type: 'http';
      method: 'GET' | 'POST' | 'DELETE';
      path: `/${string}`;
      /** Serves every address below the path, too. */
      below?: true;
      guard: 'signed' | 'session' | 'link' | 'open';
    }
  | { type: 'queue'; queue: QueueName; batchSize: number; maxConcurrency: number }
  | { type: 'stream'; table: 'outbox'; kind: OutboxItem['kind']; batchSize: number }
  | { type: 'schedule'; everyMinutes: number }
  /** Called by an operator with their AWS credentials (`aws lambda invoke`), by nobody else. */
  | { type: 'operator' };

export type FunctionDefinition = {
  /** Path of the source, which exports `handler`. */
  entry: `functions/${string}.ts`;
  /** What its users notice when it fails: the text of its alarm. */
  failureMeans: string;
  trigger: Trigger;
  rights: readonly Right[];
  settings: readonly EnvName[];
  timeoutSeconds: number;
  memoryMiB: number;
};

export type QueueDefinition = {
  /** How often a message is tried before it goes to the dead-letter queue. */
  maxReceiveCount: number;
  visibilityTimeoutSeconds: number;
  /** What its users notice when messages end in its dead-letter queue. */
  deadLettersMean: string;
};

export type QueueName = 'due-timers' | 'notices' | 'recordings' | 'recording-events';

export const queues = {
  'due-timers': {
    maxReceiveCount: 5,
    visibilityTimeoutSeconds: 90,
    deadLettersMean: 'Reminders and stage changes of the orders named in the messages did not happen.',
  },
  notices: {
    /** Waiting for a free place in a minute counts as a try, so this is far above what faults alone would need. */
    maxReceiveCount: 60,
    visibilityTimeoutSeconds: 90,
    deadLettersMean: 'People were not told in WeCom what the messages name.',
  },
  recordings: {
    maxReceiveCount: 10,
    /** Six times the longest run of 90 seconds: a check of an upload of hours takes its time. */
    visibilityTimeoutSeconds: 540,
    deadLettersMean: 'Uploaded recordings were not checked, or are kept or let go against the rules.',
  },
  'recording-events': {
    maxReceiveCount: 10,
    visibilityTimeoutSeconds: 90,
    deadLettersMean: 'Orders do not show that recordings were deleted: the proof of deletion is missing.',
  },
} as const satisfies Record<QueueName, QueueDefinition>;

const checksSession: readonly Right[] = [
  { table: 'sessions', verbs: ['GetItem'] },
  { secret: 'session-key' },
];
const readsOrder: readonly Right[] = [{ table: 'orders', verbs: ['GetItem'] }, ...checksSession];
const commits: readonly Right[] = [
  { table: 'orders', verbs: ['GetItem', 'PutItem'] },
  { table: 'history', verbs: ['PutItem'] },
  { table: 'outbox', verbs: ['PutItem'] },
  { table: 'ledger', verbs: ['PutItem'] },
  { table: 'marks', verbs: ['GetItem', 'PutItem'] },
];

const changesRecordings: readonly Right[] = [
  { table: 'orders', verbs: ['GetItem', 'PutItem'] },
  { table: 'history', verbs: ['PutItem'] },
  { table: 'outbox', verbs: ['PutItem'] },
];

/** THE list of functions: CDK, the local runtime, the bundles and the documentation are made from it. */
export const catalogue = {
  'receive-order': {
    entry: 'functions/orders/receive-order.ts',
    failureMeans: 'Orders, changes and cancellations from the CRM do not arrive.',
    trigger: { type: 'http', method: 'POST', path: '/webhooks/crm', guard: 'signed' },
    rights: [...commits, { secret: 'crm-webhook' }],
    settings: ['DESKS'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'act-on-order': {
    entry: 'functions/orders/act-on-order.ts',
    failureMeans: 'Staff can not record what they have done; their tasks turn overdue.',
    trigger: {
      type: 'http',
      method: 'POST',
      path: '/api/orders/{orderId}/actions/{action}',
      guard: 'session',
    },
    rights: [...commits, { table: 'sessions', verbs: ['GetItem'] }, { secret: 'session-key' }],
    settings: ['DESKS'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'show-order': {
    entry: 'functions/orders/show-order.ts',
    failureMeans: 'Staff do not see their orders and tasks.',
    trigger: { type: 'http', method: 'GET', path: '/api/orders/{orderId}', guard: 'session' },
    rights: readsOrder,
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'show-plan': {
    entry: 'functions/orders/show-plan.ts',
    failureMeans: 'Staff do not see what is going to happen on an order.',
    trigger: { type: 'http', method: 'GET', path: '/api/orders/{orderId}/plan', guard: 'session' },
    rights: readsOrder,
    settings: ['DESKS'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'show-history': {
    entry: 'functions/orders/show-history.ts',
    failureMeans: 'Staff do not see what has happened on an order.',
    trigger: { type: 'http', method: 'GET', path: '/api/orders/{orderId}/history', guard: 'session' },
    rights: [...readsOrder, { table: 'history', verbs: ['Query'] }],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'explain-order': {
    entry: 'functions/orders/explain-order.ts',
    failureMeans: 'Staff can not look up why a notice came or a task was raised.',
    trigger: { type: 'http', method: 'GET', path: '/api/orders/{orderId}/why', guard: 'session' },
    rights: [
      ...readsOrder,
      { table: 'history', verbs: ['Query'] },
      { table: 'outbox', verbs: ['BatchGetItem'] },
    ],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'record-message': {
    entry: 'functions/questions/record-message.ts',
    failureMeans: 'Questions and answers of the groups do not arrive: clocks neither start nor stop.',
    trigger: { type: 'http', method: 'POST', path: '/webhooks/messages', guard: 'signed' },
    rights: [
      { table: 'orders', verbs: ['GetItem', 'PutItem'] },
      { table: 'history', verbs: ['PutItem'] },
      { table: 'outbox', verbs: ['PutItem'] },
      { table: 'messages', verbs: ['GetItem', 'PutItem'] },
      { secret: 'crm-webhook' },
    ],
    settings: ['DESKS'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'show-messages': {
    entry: 'functions/questions/show-messages.ts',
    failureMeans: 'Staff do not see what was asked and answered in the group of an order.',
    trigger: { type: 'http', method: 'GET', path: '/api/orders/{orderId}/messages', guard: 'session' },
    rights: [...readsOrder, { table: 'messages', verbs: ['Query'] }],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'measure-questions': {
    entry: 'functions/questions/measure-questions.ts',
    failureMeans: 'Nobody would notice that customers wait and are not phoned.',
    trigger: { type: 'schedule', everyMinutes: 30 },
    rights: [{ index: 'waiting-by-question', of: 'orders', verbs: ['Query'] }],
    settings: [],
    timeoutSeconds: 60,
    memoryMiB: 256,
  },
  'show-ledger': {
    entry: 'functions/settlement/show-ledger.ts',
    failureMeans: 'Staff do not see what was booked for an order.',
    trigger: { type: 'http', method: 'GET', path: '/api/orders/{orderId}/ledger', guard: 'session' },
    rights: [...readsOrder, { table: 'ledger', verbs: ['Query'] }],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'show-settlement': {
    entry: 'functions/settlement/show-settlement.ts',
    failureMeans: 'Trainers and managers do not get the statement of a month.',
    trigger: { type: 'http', method: 'GET', path: '/api/settlements/{month}', guard: 'session' },
    rights: [
      { index: 'by-month', of: 'ledger', verbs: ['Query'] },
      { table: 'sessions', verbs: ['GetItem'] },
      { secret: 'session-key' },
    ],
    settings: [],
    timeoutSeconds: 20,
    memoryMiB: 512,
  },
  'compare-policy': {
    entry: 'functions/settlement/compare-policy.ts',
    failureMeans: 'Managers can not try a changed policy on the orders of a month.',
    trigger: { type: 'http', method: 'POST', path: '/api/what-if', guard: 'session' },
    rights: [...readsOrder, { index: 'by-training-month', of: 'orders', verbs: ['Query'] }],
    settings: [],
    timeoutSeconds: 29,
    memoryMiB: 1024,
  },
  'run-due-timer': {
    entry: 'functions/stages/run-due-timer.ts',
    failureMeans: 'Reminders, escalations and stage changes do not happen in time.',
    trigger: { type: 'queue', queue: 'due-timers', batchSize: 10, maxConcurrency: 20 },
    rights: [
      { table: 'orders', verbs: ['GetItem', 'PutItem'] },
      { table: 'history', verbs: ['PutItem'] },
      { table: 'outbox', verbs: ['PutItem'] },
      { table: 'ledger', verbs: ['PutItem'] },
    ],
    settings: ['DESKS'],
    timeoutSeconds: 15,
    memoryMiB: 512,
  },
  'set-timers': {
    entry: 'functions/schedules/set-timers.ts',
    failureMeans: 'New and moved orders get no reminders until the sweep finds them.',
    trigger: { type: 'stream', table: 'outbox', kind: 'timers', batchSize: 25 },
    rights: [
      { table: 'outbox', verbs: ['UpdateItem'] },
      { timers: ['CreateSchedule', 'DeleteSchedule'] },
      { queue: 'due-timers', verbs: ['SendMessage'] },
    ],
    settings: [],
    timeoutSeconds: 60,
    memoryMiB: 512,
  },
  'queue-notices': {
    entry: 'functions/notifications/queue-notices.ts',
    failureMeans: 'Notices to WeCom wait until the sweep finds them.',
    trigger: { type: 'stream', table: 'outbox', kind: 'notice', batchSize: 50 },
    rights: [{ queue: 'notices', verbs: ['SendMessage'] }],
    settings: [],
    timeoutSeconds: 30,
    memoryMiB: 256,
  },
  'queue-recordings': {
    entry: 'functions/recordings/queue-recordings.ts',
    failureMeans: 'Uploaded recordings wait to be checked until the sweep finds them.',
    trigger: { type: 'stream', table: 'outbox', kind: 'recording', batchSize: 50 },
    rights: [{ queue: 'recordings', verbs: ['SendMessage'] }],
    settings: [],
    timeoutSeconds: 30,
    memoryMiB: 256,
  },
  'start-upload': {
    entry: 'functions/recordings/start-upload.ts',
    failureMeans: 'Trainers can not upload the recordings of their trainings.',
    trigger: { type: 'http', method: 'POST', path: '/api/orders/{orderId}/recordings', guard: 'session' },
    rights: [
      ...changesRecordings,
      ...checksSession,
      { bucket: 'recordings', verbs: ['PutObject', 'PutObjectTagging'] },
    ],
    settings: ['DESKS'],
    timeoutSeconds: 20,
    memoryMiB: 512,
  },
  'list-recordings': {
    entry: 'functions/recordings/list-recordings.ts',
    failureMeans: 'Staff do not see the recordings of an order.',
    trigger: { type: 'http', method: 'GET', path: '/api/orders/{orderId}/recordings', guard: 'session' },
    rights: [...readsOrder, { secret: 'link-key' }],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'sign-parts': {
    entry: 'functions/recordings/sign-parts.ts',
    failureMeans: 'Uploads of recordings stop half-way.',
    trigger: { type: 'http', method: 'POST', path: '/api/recordings/{recordingId}/parts', guard: 'session' },
    rights: [...readsOrder, { bucket: 'recordings', verbs: ['PutObject'] }],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'list-parts': {
    entry: 'functions/recordings/list-parts.ts',
    failureMeans: 'Uploads of recordings that were interrupted can not go on.',
    trigger: { type: 'http', method: 'GET', path: '/api/recordings/{recordingId}/parts', guard: 'session' },
    rights: [...readsOrder, { bucket: 'recordings', verbs: ['ListMultipartUploadParts'] }],
    settings: [],
    timeoutSeconds: 20,
    memoryMiB: 512,
  },
  'finish-upload': {
    entry: 'functions/recordings/finish-upload.ts',
    failureMeans: 'Recordings that were uploaded are checked hours later only.',
    trigger: { type: 'http', method: 'POST', path: '/api/recordings/{recordingId}/finish', guard: 'session' },
    rights: [
      ...changesRecordings,
      ...checksSession,
      { bucket: 'recordings', verbs: ['ListMultipartUploadParts'] },
    ],
    settings: ['DESKS'],
    timeoutSeconds: 20,
    memoryMiB: 512,
  },
  'show-recording': {
    entry: 'functions/recordings/show-recording.ts',
    failureMeans: 'Trainers do not see what became of an upload, nor the address for their customer.',
    trigger: { type: 'http', method: 'GET', path: '/api/recordings/{recordingId}', guard: 'session' },
    rights: [...readsOrder, { secret: 'link-key' }],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'abort-upload': {
    entry: 'functions/recordings/abort-upload.ts',
    failureMeans: 'Trainers can not give an upload up.',
    trigger: { type: 'http', method: 'DELETE', path: '/api/recordings/{recordingId}', guard: 'session' },
    rights: [...changesRecordings, ...checksSession],
    settings: ['DESKS'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'watch-recording': {
    entry: 'functions/recordings/watch-recording.ts',
    failureMeans: 'Staff can not watch the recordings that they check.',
    trigger: { type: 'http', method: 'GET', path: '/api/recordings/{recordingId}/video', guard: 'session' },
    rights: [...changesRecordings, ...checksSession, { bucket: 'recordings', verbs: ['GetObject'] }],
    settings: ['DESKS'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'show-recording-page': {
    entry: 'functions/recordings/show-recording-page.ts',
    failureMeans: 'Customers can not open the page with the recording of their training.',
    trigger: { type: 'http', method: 'GET', path: '/r/{token}', guard: 'link' },
    rights: [
      { table: 'orders', verbs: ['GetItem'] },
      { table: 'rates', verbs: ['UpdateItem'] },
      { secret: 'link-key' },
    ],
    settings: ['RECORDINGS_ORIGIN'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'play-recording': {
    entry: 'functions/recordings/play-recording.ts',
    failureMeans: 'Customers can not watch the recording of their training.',
    trigger: { type: 'http', method: 'GET', path: '/r/{token}/video', guard: 'link' },
    rights: [
      ...changesRecordings,
      { table: 'rates', verbs: ['UpdateItem'] },
      { secret: 'link-key' },
      { bucket: 'recordings', verbs: ['GetObject'] },
    ],
    settings: ['DESKS'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'note-progress': {
    entry: 'functions/recordings/note-progress.ts',
    failureMeans: 'Nobody sees whether a customer has watched the recording.',
    trigger: { type: 'http', method: 'POST', path: '/r/{token}/progress', guard: 'link' },
    rights: [...changesRecordings, { table: 'rates', verbs: ['UpdateItem'] }, { secret: 'link-key' }],
    settings: ['DESKS'],
    timeoutSeconds: 10,
    memoryMiB: 512,
  },
  'work-on-recording': {
    entry: 'functions/recordings/work-on-recording.ts',
    failureMeans: 'Uploaded recordings are not checked, and customers get no link.',
    trigger: { type: 'queue', queue: 'recordings', batchSize: 1, maxConcurrency: 10 },
    rights: [
      ...changesRecordings,
      { table: 'outbox', verbs: ['UpdateItem'] },
      {
        bucket: 'recordings',
        verbs: [
          'GetObject',
          'ListBucket',
          'PutObject',
          'PutObjectTagging',
          'ListMultipartUploadParts',
          'AbortMultipartUpload',
        ],
      },
    ],
    settings: ['DESKS'],
    timeoutSeconds: 90,
    memoryMiB: 512,
  },
  'note-deletion': {
    entry: 'functions/recordings/note-deletion.ts',
    failureMeans: 'Orders do not show that their recordings were deleted.',
    trigger: { type: 'queue', queue: 'recording-events', batchSize: 10, maxConcurrency: 5 },
    rights: changesRecordings,
    settings: ['DESKS'],
    timeoutSeconds: 15,
    memoryMiB: 512,
  },
  'deliver-notice': {
    entry: 'functions/notifications/deliver-notice.ts',
    failureMeans: 'Trainers, assistants, sales and managers are not told in WeCom.',
    trigger: { type: 'queue', queue: 'notices', batchSize: 10, maxConcurrency: 10 },
    rights: [
      { table: 'outbox', verbs: ['UpdateItem'] },
      { table: 'orders', verbs: ['GetItem'] },
      { table: 'rates', verbs: ['UpdateItem'] },
    ],
    settings: ['WECOM_ENDPOINT'],
    timeoutSeconds: 15,
    memoryMiB: 512,
  },
  'sweep-missed-timers': {
    entry: 'functions/schedules/sweep-missed-timers.ts',
    failureMeans: 'A timer that never fired stays unnoticed, and its reminder does not come.',
    trigger: { type: 'schedule', everyMinutes: 30 },
    rights: [
      { index: 'live-by-next-timer', of: 'orders', verbs: ['Query'] },
      { table: 'orders', verbs: ['GetItem'] },
      { index: 'pending', of: 'outbox', verbs: ['Query'] },
      { table: 'outbox', verbs: ['GetItem', 'UpdateItem'] },
      { timers: ['CreateSchedule', 'DeleteSchedule'] },
      { queue: 'due-timers', verbs: ['SendMessage'] },
      { queue: 'notices', verbs: ['SendMessage'] },
      { queue: 'recordings', verbs: ['SendMessage'] },
    ],
    settings: [],
    timeoutSeconds: 120,
    memoryMiB: 512,
  },
  'audit-timers': {
    entry: 'functions/schedules/audit-timers.ts',
    failureMeans: 'Nobody would notice that live orders have lost their timers.',
    trigger: { type: 'schedule', everyMinutes: 60 },
    rights: [{ index: 'live-by-next-timer', of: 'orders', verbs: ['Query'] }],
    settings: [],
    timeoutSeconds: 60,
    memoryMiB: 256,
  },
  'show-openapi': {
    entry: 'functions/console/show-openapi.ts',
    failureMeans: 'Integrators do not see the description of the interface.',
    trigger: { type: 'http', method: 'GET', path: '/openapi.json', guard: 'open' },
    rights: [],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 256,
  },
  'show-console': {
    entry: 'functions/console/show-console.ts',
    failureMeans: 'Staff can not open the web console.',
    trigger: { type: 'http', method: 'GET', path: '/console', below: true, guard: 'open' },
    rights: [],
    settings: ['CONSOLE_FOLDER', 'RECORDINGS_ORIGIN'],
    timeoutSeconds: 10,
    memoryMiB: 256,
  },
  'start-session': {
    entry: 'functions/console/start-session.ts',
    failureMeans: 'Staff can not sign in to the web console.',
    trigger: { type: 'http', method: 'POST', path: '/api/session', guard: 'open' },
    rights: checksSession,
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 256,
  },
  'show-session': {
    entry: 'functions/console/show-session.ts',
    failureMeans: 'The web console takes everybody for signed out.',
    trigger: { type: 'http', method: 'GET', path: '/api/session', guard: 'session' },
    rights: checksSession,
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 256,
  },
  'end-session': {
    entry: 'functions/console/end-session.ts',
    failureMeans: 'Staff can not sign out of the web console.',
    trigger: { type: 'http', method: 'DELETE', path: '/api/session', guard: 'open' },
    rights: [],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 256,
  },
  'mint-session': {
    entry: 'functions/console/mint-session.ts',
    failureMeans: 'Operators can not give staff a session.',
    trigger: { type: 'operator' },
    rights: [{ table: 'sessions', verbs: ['PutItem'] }, { secret: 'session-key' }],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 256,
  },
  'revoke-session': {
    entry: 'functions/console/revoke-session.ts',
    failureMeans: 'Operators can not end a session before its time.',
    trigger: { type: 'operator' },
    rights: [{ table: 'sessions', verbs: ['DeleteItem'] }],
    settings: [],
    timeoutSeconds: 10,
    memoryMiB: 256,
  },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof catalogue;

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(catalogue, name);

/** The names in the catalogue's order. */
export const functionNames: readonly FunctionName[] = Object.keys(catalogue).filter(isFunctionName);

/** The paths of a function's routes, as API Gateway writes them. */
export const pathsOf = ({ path, below }: Extract<Trigger, { type: 'http' }>): readonly `/${string}`[] =>
  below === true ? [path, `${path}/{path+}`] : [path];

/** A function's definition, with the wide type. */
export const definitionOf = (name: FunctionName): FunctionDefinition => catalogue[name];

export const tableEnvNames = {
  orders: 'ORDERS_TABLE',
  history: 'HISTORY_TABLE',
  outbox: 'OUTBOX_TABLE',
  marks: 'MARKS_TABLE',
  sessions: 'SESSIONS_TABLE',
  messages: 'MESSAGES_TABLE',
  ledger: 'LEDGER_TABLE',
  rates: 'RATES_TABLE',
} as const satisfies Record<TableName, EnvName>;

/** Of the queues that functions send to; events of recordings come from EventBridge alone. */
export const queueEnvNames = {
  'due-timers': 'DUE_TIMERS_QUEUE_URL',
  notices: 'NOTICES_QUEUE_URL',
  recordings: 'RECORDINGS_QUEUE_URL',
} as const satisfies Partial<Record<QueueName, EnvName>>;

const bucketEnvNames = { recordings: 'RECORDINGS_BUCKET' } as const;

export const secretEnvNames = {
  'crm-webhook': 'CRM_WEBHOOK_SECRET_ARN',
  'session-key': 'SESSION_KEY_ARN',
  'link-key': 'LINK_KEY_ARN',
} as const satisfies Record<SecretName, EnvName>;

const timerEnvNames = ['TIMER_GROUP', 'TIMER_ROLE_ARN', 'TIMER_DLQ_ARN', 'DUE_TIMERS_QUEUE_ARN'] as const;

/** The environment variables that a function needs: its settings, and what its rights point to. */
export const envNamesOf = ({ rights, settings }: FunctionDefinition): readonly EnvName[] => [
  ...new Set([...settings, ...rights.flatMap(envNamesOfRight)]),
];

const envNamesOfRight = (right: Right): readonly EnvName[] => {
  if ('table' in right) return [tableEnvNames[right.table]];
  if ('index' in right) return [tableEnvNames[right.of]];
  if ('queue' in right) return [queueEnvNames[right.queue]];
  if ('bucket' in right) return [bucketEnvNames[right.bucket]];
  if ('secret' in right) return [secretEnvNames[right.secret]];
  return timerEnvNames;
};
