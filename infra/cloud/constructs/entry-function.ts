import { existsSync } from 'node:fs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import * as z from 'zod/mini';
import { metricNamespace } from '../../../shared/runtime/metric-names.ts';
import type { FunctionDefinition, FunctionName } from '../../catalogue.ts';
import { envNamesOf } from '../../catalogue.ts';
import { recordingsPrefix } from '../../../shared/domain/recordings/recording-id.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Resources } from '../grants.ts';
import { allow, environmentOf, statementsOf, triggerStatementsOf } from '../grants.ts';
import { functionNameOf, logGroupNameOf } from '../names.ts';
import type { StageSettings } from '../settings.ts';
import { FailureQueue } from './failure-queue.ts';
import type { FixedEgress } from './fixed-egress.ts';

type EntryFunctionProps = {
  stage: string;
  settings: StageSettings;
  name: FunctionName;
  definition: FunctionDefinition;
  resources: Resources;
  /** The folder of its bundle. */
  code: string;
  /** Given for a function that must be seen under the fixed address. */
  egress: FixedEgress | undefined;
};

/** A function of the catalogue: its bundle, its log, its environment and a role that holds exactly its rights. */
export class EntryFunction extends Construct {
  readonly function: Function;
  readonly #failures: Queue | undefined;

  constructor(scope: Construct, id: string, props: EntryFunctionProps) {
    super(scope, id);
    const { stage, settings, name, definition, resources, code, egress } = props;
    if (!existsSync(`${code}/index.mjs`))
      throw new Error(`no bundle in ${code}: run "node infra/cloud/build.ts"`);
    const functionName = functionNameOf(stage, name);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: logGroupNameOf(stage, name),
      retention: settings.logRetentionDays,
      removalPolicy: settings.deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const { trigger } = definition;
    this.#failures =
      trigger.type === 'stream' || trigger.type === 'schedule'
        ? new FailureQueue(this, 'Failures', { stage, name }).queue
        : undefined;
    const statements = [
      ...definition.rights.flatMap((right) => statementsOf(right, resources)),
      ...triggerStatementsOf(trigger, resources),
      ...(this.#failures ? [allow(['sqs:SendMessage'], this.#failures.queueArn)] : []),
    ];
    const role = new Role(this, 'Role', {
      description: `What ${functionName} may do.`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        log: new PolicyDocument({
          statements: [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn)],
        }),
        ...(statements.length > 0 && { rights: new PolicyDocument({ statements }) }),
        ...(egress && { network: egress.networkPolicy(functionName) }),
      },
    });
    this.function = new Function(this, 'Function', {
      functionName,
      description: definition.entry,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(code),
      handler: 'index.handler',
      role: role,
      timeout: Duration.seconds(definition.timeoutSeconds),
      memorySize: definition.memoryMiB,
      environment: {
        ...environmentOf(envNamesOf(definition), resources, settings),
        POWERTOOLS_SERVICE_NAME: functionName,
        POWERTOOLS_METRICS_NAMESPACE: metricNamespace,
      },
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      ...reservedFor(name, settings),
      ...egress?.placement,
    });
    if (definition.rights.some((right) => 'timers' in right)) acknowledgeTimers(role, resources);
    if (definition.rights.some((right) => 'bucket' in right)) acknowledgeRecordings(role, resources);
    if (egress) acknowledgeNetwork(role);
  }

  /** Where its batches or runs end that failed for good. Throws for a function that its caller or its queue retries. */
  get failures(): Queue {
    if (!this.#failures) throw new Error(`${this.node.path} has no failure queue`);
    return this.#failures;
  }
}

const reservedFor = (name: FunctionName, { reservedConcurrency }: StageSettings) => {
  const reserved = reservedConcurrency[name];
  return reserved === undefined ? {} : { reservedConcurrentExecutions: reserved };
};

const acknowledgeTimers = (role: Role, { timers }: Resources): void =>
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${timers.groupName}/*]`,
    "A timer's name holds its order, step and version, so it is not known before; the group holds nothing but timers.",
  );

const importSchema = z.object({ 'Fn::ImportValue': z.string() });

/** The policy names the bucket's ARN as its own stack has it, until synthesis makes an import of that. */
const acknowledgeRecordings = (role: Role, { bucket: { node, stack, bucketArn } }: Resources): void => {
  const { 'Fn::ImportValue': imported } = importSchema.parse(stack.resolve(stack.exportValue(bucketArn)));
  if (!(node.defaultChild instanceof CfnBucket)) throw new Error('the bucket has no resource');
  for (const arn of [`<${stack.getLogicalId(node.defaultChild)}.Arn>`, imported])
    acknowledge(
      role,
      `AwsSolutions-IAM5[Resource::${arn}/${recordingsPrefix}*]`,
      "A recording's key holds its own id, so it is not known before; nothing but recordings has such a key.",
    );
};

const acknowledgeNetwork = (role: Role): void =>
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'EC2 names no resource for network interfaces that do not exist yet; the function itself is denied these actions.',
  );
