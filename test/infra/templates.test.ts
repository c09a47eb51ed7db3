import { describe, expect, it } from 'vitest';
import type { FunctionName } from '../../infra/catalogue.ts';
import {
  catalogue,
  definitionOf,
  envNamesOf,
  functionNames,
  pathsOf,
  queues,
} from '../../infra/catalogue.ts';
import { tables } from '../../shared/adapters/dynamodb/tables.ts';
import type { Json } from './synthesise.ts';
import { deployments, inChina, inWords, resourcesOf, textsOf } from './synthesise.ts';

const triggered = (type: string): FunctionName[] =>
  functionNames.filter((name) => definitionOf(name).trigger.type === type);

describe.each(deployments)('templates of $title', (deployment) => {
  const { stage, settings, templates } = deployment;
  const functions = resourcesOf(deployment, 'AWS::Lambda::Function');
  const functionOf = (name: FunctionName) =>
    functions.find(({ Properties }) => Properties.FunctionName === `ninedays-${stage}-${name}`)!.Properties;
  const words = (value: unknown) => inWords(deployment, 'automation', value);

  it('breaks no rule of AwsSolutions', () => {
    expect(deployment.violations).toEqual([]);
  });

  it('has the functions of the catalogue and no other', () => {
    expect(new Set(functions.map(({ Properties }) => Properties.FunctionName))).toEqual(
      new Set(functionNames.map((name) => `ninedays-${stage}-${name}`)),
    );
  });

  it.each(functionNames)('%s has the settings of the catalogue', (name) => {
    const definition = definitionOf(name);
    const { Environment, ...properties } = functionOf(name);
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Description: definition.entry,
      MemorySize: definition.memoryMiB,
      Timeout: definition.timeoutSeconds,
      LoggingConfig: { LogFormat: 'JSON' },
    });
    expect(properties.TracingConfig).toBeUndefined();
    expect(words(properties.LoggingConfig.LogGroup)).toBe(`log ${name}`);
    expect(Object.keys(Environment.Variables).toSorted()).toEqual(
      [...envNamesOf(definition), 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME'].toSorted(),
    );
    expect(Environment.Variables.POWERTOOLS_SERVICE_NAME).toBe(`ninedays-${stage}-${name}`);
  });

  it('the console may be sent to the recordings’ bucket alone, under the name that its signed addresses have', () => {
    const { Variables } = functionOf('show-console').Environment;
    const origin = Variables.RECORDINGS_ORIGIN['Fn::Join'][1];
    expect(origin[0]).toBe('https://');
    const name = origin[1]['Fn::ImportValue'];
    const exported = Object.values(templates.storage.Outputs!).find(({ Export }) => Export?.Name === name);
    expect(exported.Value['Fn::GetAtt']).toEqual([
      expect.stringMatching(/^recordingsBucket/),
      'RegionalDomainName',
    ]);
  });

  it('only functions that call WeCom leave by the fixed address, and only when it is wanted', () => {
    const inside = functionNames.filter((name) => functionOf(name).VpcConfig !== undefined);
    expect(inside).toEqual(settings.fixedEgressIp ? ['deliver-notice'] : []);
    expect(resourcesOf(deployment, 'AWS::EC2::NatGateway')).toHaveLength(settings.fixedEgressIp ? 1 : 0);
  });

  it('has the routes of the catalogue, each to its function', () => {
    const routes = resourcesOf(deployment, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => {
      const integration = Properties.Target['Fn::Join'][1].at(-1).Ref;
      const { IntegrationUri } = templates.door.Resources[integration]!.Properties;
      const target = inWords(deployment, 'door', IntegrationUri).split(':function:').at(-1);
      return `${Properties.RouteKey} → ${target} by ${Properties.AuthorizationType}`;
    });
    const expected = functionNames.flatMap((name) => {
      const { trigger } = definitionOf(name);
      if (trigger.type !== 'http') return [];
      const by = trigger.guard === 'signed' && settings.crmAuth === 'iam' ? 'AWS_IAM' : 'NONE';
      return pathsOf(trigger).map((path) => `${trigger.method} ${path} → ninedays-${stage}-${name} by ${by}`);
    });
    expect(routes.toSorted()).toEqual(expected.toSorted());
  });

  it('the door lets in a bounded number of calls and logs them without personal data', () => {
    const { Properties } = resourcesOf(deployment, 'AWS::ApiGatewayV2::Stage')[0]!;
    expect(Properties.DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 });
    const fields = Object.values(JSON.parse(Properties.AccessLogSettings.Format)).join(' ');
    expect(fields).not.toMatch(/identity|userAgent|sourceIp|\$context\.path|authorizer/);
    expect(fields).toContain('$context.requestId');
  });

  it('messages come to the functions of the catalogue, and those that fail come again by themselves', () => {
    const mappings = resourcesOf(deployment, 'AWS::Lambda::EventSourceMapping').map(
      ({ Properties }) => Properties,
    );
    for (const name of triggered('queue')) {
      const { trigger } = definitionOf(name);
      if (trigger.type !== 'queue') continue;
      const mapping = mappings.find(({ FunctionName }) => words(FunctionName) === `function ${name}`);
      expect(words(mapping.EventSourceArn)).toBe(`queue ${trigger.queue}`);
      expect(mapping).toMatchObject({
        BatchSize: trigger.batchSize,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: trigger.maxConcurrency },
      });
      const { visibilityTimeoutSeconds } = queues[trigger.queue];
      expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * definitionOf(name).timeoutSeconds);
    }
    expect(mappings).toHaveLength(triggered('queue').length + triggered('stream').length);
  });

  it.each(triggered('stream'))(
    '%s sees new effects of its kind, tries a bounded number of times and loses none unseen',
    (name) => {
      const { trigger } = definitionOf(name);
      if (trigger.type !== 'stream') throw new Error('no stream');
      const mapping = resourcesOf(deployment, 'AWS::Lambda::EventSourceMapping')
        .map(({ Properties }) => Properties)
        .find(({ FunctionName }) => words(FunctionName) === `function ${name}`);
      expect(words(mapping.EventSourceArn)).toBe(`stream ${trigger.table}`);
      expect(words(mapping.DestinationConfig.OnFailure.Destination)).toBe(`queue ${name}-failures`);
      expect(JSON.parse(mapping.FilterCriteria.Filters[0].Pattern)).toEqual({
        eventName: ['INSERT'],
        dynamodb: { NewImage: { kind: { S: [trigger.kind] } } },
      });
      expect(mapping).toMatchObject({
        BatchSize: trigger.batchSize,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: 10,
        MaximumRecordAgeInSeconds: 3600,
        StartingPosition: 'TRIM_HORIZON',
      });
    },
  );

  it.each(triggered('schedule'))('%s is started at its interval, with bounded tries at both ends', (name) => {
    const { trigger } = definitionOf(name);
    if (trigger.type !== 'schedule') throw new Error('no schedule');
    const { Properties } = resourcesOf(deployment, 'AWS::Scheduler::Schedule').find(
      (schedule) => schedule.Properties.Name === name,
    )!;
    const { Target, ScheduleExpression, GroupName } = Properties;
    expect(ScheduleExpression).toBe(`rate(${trigger.everyMinutes} minutes)`);
    expect(words(GroupName)).toBe('schedulegroup recurring');
    expect(words(Target.Arn)).toBe(`function ${name}`);
    expect(words(Target.DeadLetterConfig.Arn)).toBe(`queue ${name}-failures`);
    expect(Target.RetryPolicy.MaximumRetryAttempts).toBeLessThanOrEqual(3);
    const runs = resourcesOf(deployment, 'AWS::Lambda::EventInvokeConfig').find(
      (config) => words(config.Properties.FunctionName) === `function ${name}`,
    )!.Properties;
    expect(runs.MaximumRetryAttempts).toBe(1);
    expect(runs.MaximumEventAgeInSeconds).toBeLessThanOrEqual(trigger.everyMinutes * 60);
    expect(words(runs.DestinationConfig.OnFailure.Destination)).toBe(`queue ${name}-failures`);
  });

  it('every queue hands what can not be done to a dead-letter queue, or is where such things end', () => {
    const all = resourcesOf(deployment, 'AWS::SQS::Queue');
    const work = all.filter(({ Properties }) => Properties.RedrivePolicy);
    expect(new Set(work.map(({ Properties }) => Properties.QueueName))).toEqual(
      new Set(Object.keys(queues).map((name) => `ninedays-${stage}-${name}`)),
    );
    for (const { Properties } of work) {
      expect(words(Properties.RedrivePolicy.deadLetterTargetArn)).toBe(
        `queue ${Properties.QueueName.replace(`ninedays-${stage}-`, '')}-dlq`,
      );
      expect(Properties.RedrivePolicy.maxReceiveCount).toBeLessThanOrEqual(100);
    }
    for (const { Properties } of all) expect(Properties.SqsManagedSseEnabled).toBe(true);
    for (const { Properties } of all.filter((queue) => !work.includes(queue)))
      expect(Properties.QueueName).toMatch(/-(dlq|failures)$/);
  });

  it('every queue, bucket and topic refuses calls without TLS', () => {
    const closed = ['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy'].flatMap(
      (type) =>
        resourcesOf(deployment, type).filter(({ Properties }) =>
          Properties.PolicyDocument.Statement.some(
            ({ Effect, Condition }: Json) =>
              Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false',
          ),
        ),
    );
    const count = (type: string) => resourcesOf(deployment, type).length;
    expect(closed).toHaveLength(
      count('AWS::SQS::Queue') + count('AWS::S3::Bucket') + count('AWS::SNS::Topic'),
    );
  });

  it('every log is kept for a set time', () => {
    const logs = resourcesOf(deployment, 'AWS::Logs::LogGroup');
    expect(logs.length).toBeGreaterThan(functionNames.length);
    for (const { Properties } of logs) expect(Properties.RetentionInDays).toBe(settings.logRetentionDays);
  });

  it('every table is as the product defines it, can be restored and outlives its stack', () => {
    const found = resourcesOf(deployment, 'AWS::DynamoDB::Table');
    expect(found).toHaveLength(Object.keys(tables).length);
    for (const [name, definition] of Object.entries<(typeof tables)[keyof typeof tables]>(tables)) {
      const { Properties, DeletionPolicy } = found.find(({ id }) => id.startsWith(`${name}Table`))!;
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
      expect(Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
      expect(Properties.SSESpecification.SSEEnabled).toBe(true);
      expect(Properties.SSESpecification.KMSMasterKeyId !== undefined).toBe(
        settings.encryption === 'customer-key',
      );
      expect(DeletionPolicy).toBe('Retain');
      expect(Properties.DeletionProtectionEnabled ?? false).toBe(settings.deletionProtection);
      expect(Properties.KeySchema[0].AttributeName).toBe(definition.partitionKey.name);
      expect(Properties.KeySchema[1]?.AttributeName).toBe(
        'sortKey' in definition ? definition.sortKey.name : undefined,
      );
      expect(Properties.TimeToLiveSpecification?.AttributeName).toBe(
        'expiry' in definition ? definition.expiry : undefined,
      );
      expect(Properties.StreamSpecification?.StreamViewType).toBe(
        'stream' in definition ? 'NEW_IMAGE' : undefined,
      );
      expect((Properties.GlobalSecondaryIndexes ?? []).map(({ IndexName }: Json) => IndexName)).toEqual(
        Object.keys(definition.indexes),
      );
    }
  });

  it('prod is protected from deletion', () => {
    expect(settings.deletionProtection).toBe(stage === 'prod');
  });

  it('no bucket is public, and each keeps versions', () => {
    const buckets = resourcesOf(deployment, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const { Properties, DeletionPolicy } of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      expect(Properties.VersioningConfiguration.Status).toBe('Enabled');
      expect(DeletionPolicy).toBe('Retain');
    }
  });

  it('R5.1 R5.3 recordings go after 30 days, and only those that were released', () => {
    const { Properties } = resourcesOf(deployment, 'AWS::S3::Bucket').find(({ id }) =>
      id.startsWith('recordingsBucket'),
    )!;
    const rules: Json[] = Properties.LifecycleConfiguration.Rules;
    const expiring = rules.filter((rule) => rule.ExpirationInDays || rule.NoncurrentVersionExpiration);
    expect(expiring).toEqual([
      expect.objectContaining({
        ExpirationInDays: 30,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        TagFilters: [{ Key: 'retention', Value: 'released' }],
      }),
    ]);
    const aborting = rules.filter((rule) => rule.AbortIncompleteMultipartUpload);
    expect(aborting).toHaveLength(1);
    expect(aborting[0].AbortIncompleteMultipartUpload.DaysAfterInitiation).toBe(7);
    expect(aborting[0].TagFilters).toBeUndefined();
    expect(Properties.NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled).toBe(true);
  });

  it('recordings are uploaded and played by pages of the console’s origins and of the product’s domain alone', () => {
    const { Properties } = resourcesOf(deployment, 'AWS::S3::Bucket').find(({ id }) =>
      id.startsWith('recordingsBucket'),
    )!;
    const domain = settings.domain === undefined ? [] : [`https://${settings.domain.name}`];
    const origins = [...settings.consoleOrigins, ...domain];
    expect(Properties.CorsConfiguration?.CorsRules).toEqual(
      origins.length === 0
        ? undefined
        : [
            {
              AllowedOrigins: origins,
              AllowedMethods: ['GET', 'HEAD', 'PUT'],
              AllowedHeaders: ['content-type', 'x-amz-*'],
              ExposedHeaders: ['ETag'],
              MaxAge: 3600,
            },
          ],
    );
  });

  it('R5.1 what S3 tells of deleted recordings, and of nothing else, goes to its queue; only this rule may send there', () => {
    const [rule, ...others] = resourcesOf(deployment, 'AWS::Events::Rule');
    expect(others).toEqual([]);
    const { EventPattern, Targets, State } = rule!.Properties;
    const { name, ...bucket } = EventPattern.detail.bucket;
    expect([State, bucket, name]).toEqual(['ENABLED', {}, [expect.anything()]]);
    expect(words(name[0])).toBe('bucket recordings');
    expect({ ...EventPattern, detail: { object: EventPattern.detail.object } }).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Deleted'],
      detail: { object: { key: [{ prefix: 'recordings/' }] } },
    });
    expect(
      Targets.map(({ Arn, DeadLetterConfig }: Json) => [words(Arn), words(DeadLetterConfig.Arn)]),
    ).toEqual([['queue recording-events', 'queue recording-events-dlq']]);

    const senders = resourcesOf(deployment, 'AWS::SQS::QueuePolicy').flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(({ Effect }: Json) => Effect === 'Allow'),
    );
    for (const { Principal, Condition } of senders) {
      expect(Principal).toEqual({ Service: 'events.amazonaws.com' });
      expect(Condition).toEqual({ ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule!.id, 'Arn'] } } });
    }
    expect(senders.map(({ Action, Resource }) => `${[Action].flat().join()} ${words(Resource)}`)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/sqs:SendMessage\b.* queue recording-events$/),
        expect.stringMatching(/sqs:SendMessage\b.* queue recording-events-dlq$/),
      ]),
    );
    expect(senders).toHaveLength(2);
  });

  it('who looked at a recording stays known for more than six months', () => {
    const { Properties } = resourcesOf(deployment, 'AWS::S3::Bucket').find(({ id }) =>
      id.startsWith('recordingsAccessLogs'),
    )!;
    expect(Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBeGreaterThanOrEqual(184);
  });

  it('no template names a partition', () => {
    const named = Object.values(templates)
      .flatMap((template) => textsOf(template))
      .filter(([, text]) => /arn:aws[:-]/.test(text));
    expect(named).toEqual([]);
  });
});

describe.each(inChina)('templates of $title', ({ templates }) => {
  const texts = Object.values(templates).flatMap((template) => textsOf(template));

  it('no template names a host outside China; a principal of a service is the same everywhere', () => {
    const principal = /(Principal|Principal\/Service|iam:PassedToService) [a-z-]+(\.s3)?\.amazonaws\.com$/;
    const named = texts
      .map(([path, text]) => `${path} ${text}`)
      .filter((line) => line.includes('amazonaws.com') && !principal.test(line));
    expect(named).toEqual([]);
  });

  it('uses nothing that China lacks', () => {
    const types = new Set(
      Object.values(templates).flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)),
    );
    for (const type of types)
      expect(type).not.toMatch(/^AWS::(CloudFront|Cognito|SES|XRay)::|^AWS::Lambda::Url$|^Custom::/);
  });
});

it('every function of the catalogue has a way in', () => {
  const kinds = Object.values(catalogue).map(({ trigger }) => trigger.type);
  expect(new Set(kinds)).toEqual(new Set(['http', 'queue', 'stream', 'schedule', 'operator']));
});
