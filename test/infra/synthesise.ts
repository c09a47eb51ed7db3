import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { functionNames } from '../../infra/catalogue.ts';
import { buildBundles, bundleFolder, bundlesFolder } from '../../infra/cloud/bundle.ts';
import type { StageSettings } from '../../infra/cloud/settings.ts';
import { addStageStacks } from '../../infra/cloud/stage-stacks.ts';
import { shippedContext, shippedStages } from './shipped-stages.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a template is what CloudFormation says it is: the tests read it path by path
export type Json = any;
export type Resource = { id: string; Type: string; Properties: Json; DeletionPolicy?: string };
export type Template = { Resources: Record<string, Omit<Resource, 'id'>>; Outputs?: Record<string, Json> };
export type Part = 'storage' | 'automation' | 'door' | 'watch';
export type Deployment = {
  title: string;
  stage: string;
  settings: StageSettings;
  templates: Record<Part, Template>;
  violations: string[];
};

/** Everything that an operator can switch on. */
const everyChoice: StageSettings = {
  ...shippedStages.get('prod')!,
  account: '123456789012',
  encryption: 'customer-key',
  fixedEgressIp: true,
  crmAuth: 'iam',
  alarmEmail: 'operators@example.com',
  consoleOrigins: ['https://console.example.com'],
  reservedConcurrency: { 'receive-order': 5 },
  domain: { name: 'orders.example.com', certificateArn: 'certificate' },
};

const haveBundles = functionNames.every((name) => existsSync(`${bundleFolder(name)}/index.mjs`));
const bundles = haveBundles ? bundlesFolder : mkdtempSync(join(tmpdir(), 'ninedays-bundles-'));
if (!haveBundles) await buildBundles(bundles);

const synthesise = (title: string, stage: string, settings: StageSettings): Deployment => {
  const app = new App({
    outdir: mkdtempSync(join(tmpdir(), 'ninedays-synth-')),
    context: { ...shippedContext, 'aws:cdk:disable-asset-staging': true },
    // Runs with each `cdk synth`; here it would take most of the time.
    builtinCloudFormationValidation: false,
  });
  const stacks = addStageStacks(app, stage, settings, bundles);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  const assembly = app.synth();
  const [storage, automation, door, watch] = stacks.map(({ artifactId }): Template => {
    const { template } = assembly.getStackArtifact(artifactId);
    return template;
  });
  return {
    title,
    stage,
    settings,
    templates: { storage: storage!, automation: automation!, door: door!, watch: watch! },
    violations: violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    ),
  };
};

const regions = ['us-east-1', 'cn-north-1'] as const;

/** Both stages in both partitions and in no region at all, and everything switched on in both partitions. */
export const deployments: readonly Deployment[] = [
  ...[...shippedStages].flatMap(([stage, settings]) => [
    synthesise(`${stage} anywhere`, stage, settings),
    ...regions.map((region) => synthesise(`${stage} in ${region}`, stage, { ...settings, region })),
  ]),
  ...regions.map((region) => synthesise(`every choice in ${region}`, 'prod', { ...everyChoice, region })),
];

/** The deployments into China. */
export const inChina = deployments.filter(({ settings }) => settings.region?.startsWith('cn-'));

/** The resources of a type, of one stack or of all. */
export const resourcesOf = ({ templates }: Deployment, type: string, part?: Part): Resource[] =>
  (part ? [templates[part]] : Object.values(templates)).flatMap(({ Resources }) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, resource]) => ({ id, ...resource })),
  );

/** Every text of a template with the path to it. */
export const textsOf = (value: Json, path = ''): [path: string, text: string][] => {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => textsOf(child, `${path}/${key}`));
};

/** What a value in a stack points to, in words: `table orders`, `queue notices`, `log receive-order`. */
export const inWords = (deployment: Deployment, part: Part, value: Json): string => {
  const { templates, stage } = deployment;
  if (typeof value === 'string') return value;
  if (value['Fn::ImportValue']) {
    const name = value['Fn::ImportValue'];
    const output = Object.values(templates.storage.Outputs ?? {}).find(({ Export }) => Export?.Name === name);
    return inWords(deployment, 'storage', output.Value);
  }
  if (value['Fn::Join'])
    return value['Fn::Join'][1].map((item: Json) => inWords(deployment, part, item)).join('');
  const [id, attribute] = value['Fn::GetAtt'] ?? [value.Ref, 'Arn'];
  if (id.startsWith('AWS::')) return `<${id.slice(5)}>`;
  const { Type, Properties } = templates[part].Resources[id]!;
  const kind = Type.split('::').at(-1)!;
  const name =
    Properties.QueueName ?? Properties.LogGroupName ?? Properties.FunctionName ?? Properties.Name ?? id;
  const what = attribute === 'StreamArn' ? 'stream' : kind.toLowerCase().replace('loggroup', 'log');
  return `${what} ${nameless(String(name), stage)}`;
};

/** A name without what is the same in all of them. */
const nameless = (name: string, stage: string): string =>
  name
    .replace(new RegExp(`^/?ninedays[-/]${stage}[-/]`), '')
    .replace(/^(\w+?)(Table|Bucket)[0-9A-F]{8}$/, '$1')
    .replace(/Role[0-9A-F]{8}$/, '');
