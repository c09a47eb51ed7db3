import { describe, expect, it } from 'vitest';
import type { FunctionName } from '../../infra/catalogue.ts';
import { functionNames } from '../../infra/catalogue.ts';
import type { Deployment, Json, Resource } from './synthesise.ts';
import { deployments, inWords, resourcesOf } from './synthesise.ts';

const decides = ['dynamodb:PutItem at table history', 'dynamodb:PutItem at table outbox'];
const books = 'dynamodb:PutItem at table ledger';
const takesMessages = [
  ...decides,
  'dynamodb:GetItem,PutItem at table orders',
  'dynamodb:GetItem,PutItem at table marks',
  books,
];
const checksSessions = [
  'dynamodb:GetItem at table sessions',
  'secretsmanager:GetSecretValue at secret session-key',
];
const changesRecordings = [...decides, 'dynamodb:GetItem,PutItem at table orders'];
const readsLinkKey = 'secretsmanager:GetSecretValue at secret link-key';
const countsAccesses = 'dynamodb:UpdateItem at table rates';
const fromQueue = (name: string) => `sqs:DeleteMessage,GetQueueAttributes,ReceiveMessage at queue ${name}`;
const fromOutbox = 'dynamodb:DescribeStream,GetRecords,GetShardIterator,ListStreams at stream outbox';
const setsTimers = [
  'scheduler:CreateSchedule,DeleteSchedule at arn:<Partition>:scheduler:<Region>:<AccountId>:schedule/GROUP/*',
  'iam:PassRole at role timers',
  'sqs:SendMessage at queue due-timers',
];

/** What each function may do beside writing its own log, written down here a second time on purpose: who widens a right has to say so twice. */
const expected: Record<FunctionName, readonly string[]> = {
  'receive-order': [...takesMessages, 'secretsmanager:GetSecretValue at secret crm-webhook'],
  'act-on-order': [...takesMessages, ...checksSessions],
  'show-order': ['dynamodb:GetItem at table orders', ...checksSessions],
  'show-plan': ['dynamodb:GetItem at table orders', ...checksSessions],
  'show-history': ['dynamodb:GetItem at table orders', 'dynamodb:Query at table history', ...checksSessions],
  'explain-order': [
    'dynamodb:GetItem at table orders',
    'dynamodb:Query at table history',
    'dynamodb:BatchGetItem at table outbox',
    ...checksSessions,
  ],
  'record-message': [
    ...decides,
    'dynamodb:GetItem,PutItem at table orders',
    'dynamodb:GetItem,PutItem at table messages',
    'secretsmanager:GetSecretValue at secret crm-webhook',
  ],
  'show-messages': [
    'dynamodb:GetItem at table orders',
    'dynamodb:Query at table messages',
    ...checksSessions,
  ],
  'measure-questions': [
    'dynamodb:Query at table orders/index/waiting-by-question',
    'sqs:SendMessage at queue measure-questions-failures',
  ],
  'show-ledger': ['dynamodb:GetItem at table orders', 'dynamodb:Query at table ledger', ...checksSessions],
  'show-settlement': ['dynamodb:Query at table ledger/index/by-month', ...checksSessions],
  'compare-policy': [
    'dynamodb:GetItem at table orders',
    'dynamodb:Query at table orders/index/by-training-month',
    ...checksSessions,
  ],
  'run-due-timer': [...decides, books, 'dynamodb:GetItem,PutItem at table orders', fromQueue('due-timers')],
  'set-timers': [
    fromOutbox,
    ...setsTimers,
    'dynamodb:UpdateItem at table outbox',
    'sqs:SendMessage at queue set-timers-failures',
  ],
  'queue-notices': [
    fromOutbox,
    'sqs:SendMessage at queue notices',
    'sqs:SendMessage at queue queue-notices-failures',
  ],
  'queue-recordings': [
    fromOutbox,
    'sqs:SendMessage at queue recordings',
    'sqs:SendMessage at queue queue-recordings-failures',
  ],
  'start-upload': [
    ...changesRecordings,
    ...checksSessions,
    's3:PutObject,PutObjectTagging at bucket recordings/recordings/*',
  ],
  'list-recordings': ['dynamodb:GetItem at table orders', ...checksSessions, readsLinkKey],
  'sign-parts': [
    'dynamodb:GetItem at table orders',
    ...checksSessions,
    's3:PutObject at bucket recordings/recordings/*',
  ],
  'list-parts': [
    'dynamodb:GetItem at table orders',
    ...checksSessions,
    's3:ListMultipartUploadParts at bucket recordings/recordings/*',
  ],
  'finish-upload': [
    ...changesRecordings,
    ...checksSessions,
    's3:ListMultipartUploadParts at bucket recordings/recordings/*',
  ],
  'show-recording': ['dynamodb:GetItem at table orders', ...checksSessions, readsLinkKey],
  'abort-upload': [...changesRecordings, ...checksSessions],
  'watch-recording': [
    ...changesRecordings,
    ...checksSessions,
    's3:GetObject at bucket recordings/recordings/*',
  ],
  'show-recording-page': ['dynamodb:GetItem at table orders', countsAccesses, readsLinkKey],
  'play-recording': [
    ...changesRecordings,
    countsAccesses,
    readsLinkKey,
    's3:GetObject at bucket recordings/recordings/*',
  ],
  'note-progress': [...changesRecordings, countsAccesses, readsLinkKey],
  'work-on-recording': [
    ...changesRecordings,
    fromQueue('recordings'),
    'dynamodb:UpdateItem at table outbox',
    's3:AbortMultipartUpload,GetObject,ListMultipartUploadParts,PutObject,PutObjectTagging at bucket recordings/recordings/*',
    's3:ListBucket at bucket recordings',
  ],
  'note-deletion': [...changesRecordings, fromQueue('recording-events')],
  'deliver-notice': [
    fromQueue('notices'),
    'dynamodb:UpdateItem at table outbox',
    'dynamodb:GetItem at table orders',
    'dynamodb:UpdateItem at table rates',
  ],
  'sweep-missed-timers': [
    'dynamodb:Query at table orders/index/live-by-next-timer',
    'dynamodb:GetItem at table orders',
    'dynamodb:Query at table outbox/index/pending',
    'dynamodb:GetItem,UpdateItem at table outbox',
    ...setsTimers,
    'sqs:SendMessage at queue notices',
    'sqs:SendMessage at queue recordings',
    'sqs:SendMessage at queue sweep-missed-timers-failures',
  ],
  'audit-timers': [
    'dynamodb:Query at table orders/index/live-by-next-timer',
    'sqs:SendMessage at queue audit-timers-failures',
  ],
  'show-openapi': [],
  'show-console': [],
  'start-session': checksSessions,
  'show-session': checksSessions,
  'end-session': [],
  'mint-session': [
    'dynamodb:PutItem at table sessions',
    'secretsmanager:GetSecretValue at secret session-key',
  ],
  'revoke-session': ['dynamodb:DeleteItem at table sessions'],
};

const list = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value]);

const statementsOf = (role: Resource): Json[] =>
  list(role.Properties.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

/** `dynamodb:GetItem,PutItem at table orders`, one line a service and resource. */
const linesOf = (deployment: Deployment, role: Resource): string[] =>
  statementsOf(role)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource: at }) => {
      const actions = list<string>(Action);
      const service = actions[0]!.split(':')[0]!;
      const verbs = actions.map((action) => action.slice(service.length + 1)).toSorted();
      return list(at).map(
        (one) => `${service}:${verbs.join(',')} at ${inWords(deployment, 'automation', one)}`,
      );
    })
    .toSorted();

const roleOf = (deployment: Deployment, name: FunctionName): Resource => {
  const { templates, stage } = deployment;
  const found = resourcesOf(deployment, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.FunctionName === `ninedays-${stage}-${name}`,
  );
  const [id] = found!.Properties.Role['Fn::GetAtt'];
  return { id, ...templates.automation.Resources[id]! };
};

describe.each(deployments)('rights of $title', (deployment) => {
  const { stage, settings, templates } = deployment;

  it.each(functionNames)('%s may do what the list says and nothing else', (name) => {
    const network =
      settings.fixedEgressIp && name === 'deliver-notice'
        ? [
            'ec2:AssignPrivateIpAddresses,CreateNetworkInterface,DeleteNetworkInterface,DescribeNetworkInterfaces,DescribeSubnets,UnassignPrivateIpAddresses at *',
          ]
        : [];
    expect(linesOf(deployment, roleOf(deployment, name))).toEqual(
      [...expected[name], `logs:CreateLogStream,PutLogEvents at log ${name}`, ...network]
        .map((line) => line.replace('GROUP', `ninedays-${stage}-timers`))
        .toSorted(),
    );
  });

  it('every function has a role of its own', () => {
    const roles = functionNames.map((name) => roleOf(deployment, name).id);
    expect(new Set(roles).size).toBe(functionNames.length);
  });

  it('no role has a managed policy or rights from elsewhere', () => {
    for (const { Properties } of resourcesOf(deployment, 'AWS::IAM::Policy'))
      expect(Properties.PolicyName, 'the flow log alone').toMatch(/^egressNetworkrefusedIAMRole/);
    for (const { Properties } of resourcesOf(deployment, 'AWS::IAM::Role'))
      expect(Properties.ManagedPolicyArns).toBeUndefined();
  });

  it('the scheduler acts only for groups of this account, and timers reach their queue and its dead letters alone', () => {
    const roles = resourcesOf(deployment, 'AWS::IAM::Role').filter(
      ({ Properties }) =>
        Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service === 'scheduler.amazonaws.com',
    );
    expect(roles.length).toBe(4);
    for (const role of roles) {
      const { StringEquals } = role.Properties.AssumeRolePolicyDocument.Statement[0].Condition;
      const group = role.id.startsWith('timers') ? 'timers' : 'recurring';
      expect(StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
      expect(inWords(deployment, 'automation', StringEquals['aws:SourceArn'])).toBe(
        `arn:<Partition>:scheduler:<Region>:<AccountId>:schedule-group/ninedays-${stage}-${group}`,
      );
    }
    const timers = roles.find(({ id }) => id.startsWith('timers'))!;
    expect(linesOf(deployment, timers)).toEqual([
      'sqs:SendMessage at queue due-timers',
      'sqs:SendMessage at queue due-timers-dlq',
    ]);
  });

  it('a role is passed to the scheduler and to nobody else', () => {
    const passing = Object.values(templates.automation.Resources)
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .flatMap((role) => statementsOf({ id: '', ...role }))
      .filter(({ Action }) => list(Action).includes('iam:PassRole'));
    expect(passing.length).toBeGreaterThan(0);
    for (const { Condition } of passing)
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
  });

  it('nothing but schedules of the timers, recordings and network interfaces has a wildcard', () => {
    const wild = resourcesOf(deployment, 'AWS::IAM::Role')
      .flatMap((role) => linesOf(deployment, role))
      .filter((line) => line.includes('*'))
      .filter((line) => !line.startsWith('scheduler:CreateSchedule,DeleteSchedule at '))
      .filter((line) => !/^s3:\S+ at bucket \w+\/recordings\/\*$/.test(line))
      .filter((line) => !(settings.fixedEgressIp && line.startsWith('ec2:')));
    expect(wild).toEqual([]);
  });
});
