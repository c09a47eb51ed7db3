import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { FunctionDefinition, QueueName, Right } from '../../infra/catalogue.ts';
import { queues } from '../../infra/catalogue.ts';
import { EntryFunction } from '../../infra/cloud/constructs/entry-function.ts';
import { TimerSchedules } from '../../infra/cloud/constructs/timer-schedules.ts';
import { WorkQueue } from '../../infra/cloud/constructs/work-queue.ts';
import { StorageStack } from '../../infra/cloud/storage-stack.ts';
import { shippedContext, shippedStages } from './shipped-stages.ts';
import type { Json, Template } from './synthesise.ts';

const code = mkdtempSync(join(tmpdir(), 'ninedays-code-'));
writeFileSync(join(code, 'index.mjs'), 'export const handler = null;');

/** The template of a stack with one function that has these rights and settings, and what cdk-nag finds wrong with it. */
const deploy = ({ rights, settings = [] }: Partial<FunctionDefinition> & { rights: readonly Right[] }) => {
  const app = new App({
    context: { ...shippedContext, 'aws:cdk:disable-asset-staging': true },
    outdir: mkdtempSync(join(tmpdir(), 'ninedays-synth-')),
    builtinCloudFormationValidation: false,
  });
  const chosen = shippedStages.get('dev')!;
  const { tables, bucket, secrets } = new StorageStack(app, 'storage', { stage: 'dev', settings: chosen });
  const stack = new Stack(app, 'automation');
  const queue = (name: QueueName) =>
    new WorkQueue(stack, name, { stage: 'dev', name, definition: queues[name] });
  const workQueues = {
    'due-timers': queue('due-timers'),
    notices: queue('notices'),
    recordings: queue('recordings'),
    'recording-events': queue('recording-events'),
  };
  new EntryFunction(stack, 'one', {
    stage: 'dev',
    settings: chosen,
    name: 'show-openapi',
    definition: {
      entry: 'functions/recordings/one.ts',
      failureMeans: '',
      trigger: { type: 'operator' },
      rights,
      settings,
      timeoutSeconds: 10,
      memoryMiB: 256,
    },
    resources: {
      tables,
      bucket,
      secrets,
      queues: workQueues,
      timers: new TimerSchedules(stack, 'timers', { stage: 'dev', dueTimers: workQueues['due-timers'] }),
    },
    code,
    egress: undefined,
  });
  const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
  const { template }: { template: Template } = app.synth().getStackByName('automation');
  return { template, violations };
};

const ofType = ({ Resources }: Template, type: string, start: string): Json =>
  Object.entries(Resources).find(([id, { Type }]) => Type === type && id.startsWith(start))![1].Properties;

const bucketArn = { 'Fn::ImportValue': expect.stringMatching(/recordingsBucket.*Arn/) };

describe('a right at the recordings', () => {
  const { template, violations } = deploy({
    rights: [
      { bucket: 'recordings', verbs: ['GetObject', 'PutObjectTagging', 'ListBucket'] },
      { secret: 'link-key' },
    ],
    settings: ['RECORDINGS_ORIGIN'],
  });
  const [, rights] = ofType(template, 'AWS::IAM::Role', 'oneRole').Policies;

  it('is its verbs at the recordings, and to list at the bucket itself', () => {
    expect(rights.PolicyDocument.Statement.slice(0, 2)).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObjectTagging'],
        Resource: { 'Fn::Join': ['', [bucketArn, '/recordings/*']] },
      },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucketArn },
    ]);
  });

  it('tells the function the bucket; its settings the origin, in every partition; its secret the key', () => {
    const { Variables } = ofType(template, 'AWS::Lambda::Function', 'one').Environment;
    expect(Variables.RECORDINGS_BUCKET).toEqual({
      'Fn::ImportValue': expect.stringContaining('recordingsBucket'),
    });
    expect(Variables.RECORDINGS_ORIGIN['Fn::Join'][1]).toEqual([
      'https://',
      { 'Fn::ImportValue': expect.stringContaining('RegionalDomainName') },
    ]);
    expect(Variables.LINK_KEY_ARN).toEqual({ 'Fn::ImportValue': expect.stringContaining('linkkey') });
  });

  it('breaks no rule of AwsSolutions', () => {
    expect(violations).toEqual([]);
  });
});

it('a right to list alone gives nothing at the recordings', () => {
  const { template } = deploy({ rights: [{ bucket: 'recordings', verbs: ['ListBucket'] }] });
  const [, rights] = ofType(template, 'AWS::IAM::Role', 'oneRole').Policies;
  expect(rights.PolicyDocument.Statement).toEqual([
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucketArn },
  ]);
});
