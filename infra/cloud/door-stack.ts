import type { StackProps } from 'aws-cdk-lib';
import { ArnFormat, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionName, Trigger } from '../catalogue.ts';
import { definitionOf, functionNames, pathsOf } from '../catalogue.ts';
import { acknowledge } from './acknowledge.ts';
import { functionNameOf, logGroupNameOf } from './names.ts';
import type { StageSettings } from './settings.ts';

type Route = Extract<Trigger, { type: 'http' }>;

/** What may come in at once: far above a busy month, far below what would cost much or starve the timers. */
const throttle = { rateLimit: 50, burstLimit: 100 };

/** Neither address, agent, path nor identity: what is needed to see that and why something failed. */
const accessLogFields = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  functionMilliseconds: '$context.integrationLatency',
  error: '$context.error.responseType',
  functionError: '$context.integrationErrorMessage',
};

/** Why API Gateway itself may let everybody through to a route. */
const openFor: Record<Route['guard'], string> = {
  signed: "The function checks the sender's signature over the raw body and its time (Standard Webhooks).",
  session:
    'The function checks the staff session: its signature, its end, that it was not revoked, and its roles.',
  link: "The function checks the customer's link: its signature, its purpose, its end, and that it was not revoked.",
  open: 'Nothing of any order is served: the description of the interface, the page of the console, and signing in, for which the function checks the token.',
};

type DoorStackProps = StackProps & { stage: string; settings: StageSettings };

/** The way in over HTTPS: the catalogue's routes. */
export class DoorStack extends Stack {
  readonly apiId: string;
  readonly #api: HttpApi;

  constructor(scope: Construct, id: string, { stage, settings, ...props }: DoorStackProps) {
    super(scope, id, props);
    this.#api = new HttpApi(this, 'Api', {
      apiName: `ninedays-${stage}`,
      createDefaultStage: false,
      disableExecuteApiEndpoint: settings.domain !== undefined,
    });
    this.apiId = this.#api.apiId;
    for (const name of functionNames) {
      const { trigger } = definitionOf(name);
      if (trigger.type === 'http') this.#addRoute(name, trigger, stage, settings);
    }
    const served = this.#addStage(stage, settings);
    if (settings.domain) this.#addDomain(settings.domain, served);
    else new CfnOutput(this, 'Url', { value: this.#api.apiEndpoint });
  }

  #addRoute(name: FunctionName, trigger: Route, stage: string, { crmAuth }: StageSettings): void {
    const { method, path, guard } = trigger;
    const functionArn = this.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionNameOf(stage, name),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const handler = Function.fromFunctionAttributes(this, name, { functionArn, sameEnvironment: true });
    const byIam = guard === 'signed' && crmAuth === 'iam';
    const integration = new HttpLambdaIntegration(`${name}-integration`, handler);
    const routes = pathsOf(trigger).flatMap((path) =>
      this.#api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        ...(byIam && { authorizer: new HttpIamAuthorizer() }),
      }),
    );
    if (byIam) new CfnOutput(this, `invoke-${name}`, { value: this.#api.arnForExecuteApi(method, path) });
    else for (const route of routes) acknowledge(route, 'AwsSolutions-APIG4', openFor[guard]);
  }

  #addStage(stage: string, settings: StageSettings): HttpStage {
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: logGroupNameOf(stage, 'door'),
      retention: settings.logRetentionDays,
      removalPolicy: settings.deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    return new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
  }

  #addDomain({ name, certificateArn }: NonNullable<StageSettings['domain']>, stage: HttpStage): void {
    const domainName = new DomainName(this, 'Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: this.#api, domainName, stage });
    new CfnOutput(this, 'Url', { value: `https://${name}` });
    new CfnOutput(this, 'DomainTarget', { value: domainName.regionalDomainName });
  }
}
