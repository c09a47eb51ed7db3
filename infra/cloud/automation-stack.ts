import type { StackProps } from 'aws-cdk-lib';
import { Fn, Stack } from 'aws-cdk-lib';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { FunctionName, QueueName } from '../catalogue.ts';
import { definitionOf, functionNames, queues } from '../catalogue.ts';
import { bundleFolder } from './bundle.ts';
import { EntryFunction } from './constructs/entry-function.ts';
import { EntryTrigger } from './constructs/entry-trigger.ts';
import { FixedEgress } from './constructs/fixed-egress.ts';
import { TimerSchedules } from './constructs/timer-schedules.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import type { Resources } from './grants.ts';
import { recurringGroupOf } from './names.ts';
import type { StageSettings } from './settings.ts';

type AutomationStackProps = StackProps & {
  stage: string;
  settings: StageSettings;
  storage: Pick<Resources, 'tables' | 'secrets' | 'recordings'>;
  /** The folder with a folder for each function's bundle. */
  bundles: string;
};

/** What happens by itself: queues, timers and every function of the catalogue. */
export class AutomationStack extends Stack {
  constructor(scope: Construct, id: string, { storage, ...rest }: AutomationStackProps) {
    const { stage, settings, bundles, ...props } = rest;
    super(scope, id, props);
    const queue = (name: QueueName) => new WorkQueue(this, name, { stage, name, definition: queues[name] });
    const workQueues = { 'due-timers': queue('due-timers'), notices: queue('notices') };
    const resources: Resources = {
      ...storage,
      queues: workQueues,
      timers: new TimerSchedules(this, 'timers', { stage, dueTimers: workQueues['due-timers'] }),
    };
    const recurringGroup = new CfnScheduleGroup(this, 'recurring', { name: recurringGroupOf(stage) });
    const egress = settings.fixedEgressIp ? new FixedEgress(this, 'egress', settings) : undefined;

    for (const name of functionNames) {
      const definition = definitionOf(name);
      const entry = new EntryFunction(this, name, {
        stage,
        settings,
        name,
        definition,
        resources,
        code: bundleFolder(name, bundles),
        egress: talksToWeCom(name) ? egress : undefined,
      });
      new EntryTrigger(entry, 'Trigger', {
        name,
        trigger: definition.trigger,
        entry,
        resources,
        recurringGroup,
      });
    }
  }

  /** By number and not by name: looking the names up would take credentials. */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }
}

const talksToWeCom = (name: FunctionName): boolean => definitionOf(name).settings.includes('WECOM_ENDPOINT');
