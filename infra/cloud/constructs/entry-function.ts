import { existsSync } from 'node:fs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import { Construct } from 'constructs';
import { metricNamespace } from '../../../shared/runtime/metric-names.ts';
import type { FunctionDefinition, FunctionName } from '../../catalogue.ts';
import { envNamesOf } from '../../catalogue.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Resources } from '../grants.ts';
import { environmentOf, statementsOf } from '../grants.ts';
import { functionNameOf, logGroupNameOf } from '../names.ts';
import type { StageSettings } from '../settings.ts';
import type { FixedEgress } from './fixed-egress.ts';

export type EntryFunctionProps = {
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
  readonly role: Role;

  constructor(scope: Construct, id: string, props: EntryFunctionProps) {
    super(scope, id);
    const { stage, settings, name, definition, resources, code, egress } = props;
    if (!existsSync(`${code}/index.mjs`)) throw new Error(`no bundle in ${code}: run "node infra/cloud/build.ts"`);
    const functionName = functionNameOf(stage, name);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: logGroupNameOf(stage, name),
      retention: settings.logRetentionDays,
      removalPolicy: settings.deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      description: `What ${functionName} may do.`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        log: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
        ...(definition.rights.length > 0 && {
          rights: new PolicyDocument({
            statements: definition.rights.flatMap((right) => statementsOf(right, resources)),
          }),
        }),
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
      role: this.role.withoutPolicyUpdates(),
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
    if (definition.rights.some((right) => 'timers' in right)) acknowledgeTimers(this.role, resources);
    if (egress) acknowledgeNetwork(this.role);
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

const acknowledgeNetwork = (role: Role): void =>
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'EC2 names no resource for network interfaces that do not exist yet; the function itself is denied these actions.',
  );
