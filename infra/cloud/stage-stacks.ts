import type { App } from 'aws-cdk-lib';
import { Annotations, Tags } from 'aws-cdk-lib';
import { AutomationStack } from './automation-stack.ts';
import { bundlesFolder } from './bundle.ts';
import { DoorStack } from './door-stack.ts';
import { stackNameOf } from './names.ts';
import type { StageSettings } from './settings.ts';
import { warningsOf } from './settings.ts';
import { StorageStack } from './storage-stack.ts';
import { WatchStack } from './watch-stack.ts';

/** The four stacks of a stage, in the order in which they are deployed. */
export const addStageStacks = (
  app: App,
  stage: string,
  settings: StageSettings,
  bundles = bundlesFolder,
): readonly [StorageStack, AutomationStack, DoorStack, WatchStack] => {
  const { account, region } = settings;
  const props = {
    stage,
    settings,
    env: { ...(account !== undefined && { account }), ...(region !== undefined && { region }) },
  };
  const storage = new StorageStack(app, stackNameOf(stage, 'storage'), props);
  const automation = new AutomationStack(app, stackNameOf(stage, 'automation'), {
    ...props,
    storage,
    bundles,
  });
  const door = new DoorStack(app, stackNameOf(stage, 'door'), props);
  const watch = new WatchStack(app, stackNameOf(stage, 'watch'), { ...props, apiId: door.apiId });
  // The door names functions that automation has made.
  door.addStackDependency(automation);

  for (const warning of warningsOf(settings))
    Annotations.of(automation).addWarningV2('ninedays:settings', `stages.${stage}: ${warning}`);
  for (const stack of [storage, automation, door, watch]) {
    Tags.of(stack).add('product', 'ninedays');
    Tags.of(stack).add('stage', stage);
  }
  return [storage, automation, door, watch];
};
