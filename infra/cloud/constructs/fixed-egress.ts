import { Aws, CfnOutput } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnEIP,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { toVpc } from '../interfaces.ts';

const networkActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** A network whose only way out has one fixed address, which WeCom can be told to trust. Tables and recordings are reached without it. */
export class FixedEgress extends Construct {
  /** How a function is put into the network. */
  readonly placement: { vpc: IVpc; vpcSubnets: { subnetType: SubnetType }; securityGroups: SecurityGroup[] };

  constructor(scope: Construct, id: string, { logRetentionDays }: { logRetentionDays: RetentionDays }) {
    super(scope, id);
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });
    const network = new Vpc(this, 'Network', {
      maxAzs: 2,
      natGateways: 1,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [address.attrAllocationId] }),
      subnetConfiguration: [
        { name: 'way-out', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
      ],
      gatewayEndpoints: {
        tables: { service: GatewayVpcEndpointAwsService.DYNAMODB },
        recordings: { service: GatewayVpcEndpointAwsService.S3 },
      },
      flowLogs: {
        refused: {
          trafficType: FlowLogTrafficType.REJECT,
          destination: FlowLogDestination.toCloudWatchLogs(
            new LogGroup(this, 'RefusedTraffic', { retention: logRetentionDays }),
          ),
        },
      },
    });
    const vpc = toVpc(network);
    const securityGroup = new SecurityGroup(this, 'OutOnly', {
      vpc,
      description: 'Functions call out over HTTPS; nothing calls in.',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to WeCom and AWS');
    this.placement = {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [securityGroup],
    };
    new CfnOutput(this, 'TrustedAddress', {
      value: address.attrPublicIp,
      description: 'The fixed address to enter as trusted in WeCom.',
    });
  }

  /** Lambda attaches the function to the network in its name; the function's own code is denied the same actions. */
  networkPolicy(functionName: string): PolicyDocument {
    const self = `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:${functionName}`;
    return new PolicyDocument({
      statements: [
        new PolicyStatement({ actions: networkActions, resources: ['*'] }),
        new PolicyStatement({
          effect: Effect.DENY,
          actions: networkActions,
          resources: ['*'],
          conditions: { ArnEquals: { 'lambda:SourceFunctionArn': self } },
        }),
      ],
    });
  }
}
