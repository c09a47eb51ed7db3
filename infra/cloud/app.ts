import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from './settings.ts';
import { addStageStacks } from './stage-stacks.ts';

const app = new App();
const stages = readSettings(app.node.tryGetContext('stages'), app.node.tryGetContext('stage'));
for (const [stage, settings] of stages) addStageStacks(app, stage, settings);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
