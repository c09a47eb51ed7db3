import * as z from 'zod/mini';
import { actions, isActionName } from '../domain/actions/actions.ts';
import type { ActionName } from '../domain/actions/actions.ts';
import { calendarDaySchema, instantSchema, isoTimeSchema } from '../domain/instant.ts';
import { fenSchema, orderIdSchema, personSchema, stageSchema } from '../domain/order.ts';
import { ledgerEntrySchema } from '../domain/ledger.ts';
import { partySchema } from '../domain/policy.ts';
import { ruleIdSchema, rules } from '../domain/rules.ts';
import { dryRunViewSchema } from './action-call.ts';
import { crmAnswerSchema, crmMessageSchema } from './crm-message.ts';
import { historyEntryViewSchema, historyViewSchema } from './history-view.ts';
import { refusalCodes, refusals } from './openapi-refusals.ts';
import { ledgerViewSchema } from './ledger-view.ts';
import { messageAnswerSchema, messageWebhookSchema } from './message-webhook.ts';
import { messagesViewSchema } from './messages-view.ts';
import { clockViewSchema, dutyViewSchema, orderViewSchema, taskViewSchema } from './order-view.ts';
import { plannedTimerSchema, planViewSchema } from './plan-view.ts';
import { comparisonRequestSchema, comparisonViewSchema } from './policy-comparison-view.ts';
import {
  finishRequestSchema,
  finishViewSchema,
  partsViewSchema,
  progressSchema,
  recordingsViewSchema,
  recordingViewSchema,
  signedPartsSchema,
  signRequestSchema,
  uploadRequestSchema,
  uploadViewSchema,
  videoAddressSchema,
} from './recordings-view.ts';
import { reasonSchema, reasonsViewSchema } from './reasons-view.ts';
import { sessionRequestSchema, sessionViewSchema } from './session-view.ts';
import { settlementQuerySchema, settlementViewSchema } from './settlement-view.ts';

type About = { id: string; description: string };

/** The schemas that have a name in the document; used inside another one, each becomes a reference. */
const components = z.registry<About>();

const name = (id: string, schema: z.ZodMiniType, description: string): void => {
  components.add(schema, { id, description });
};

name('OrderId', orderIdSchema, 'The CRM’s number of an order.');
name('Time', isoTimeSchema, 'ISO 8601 with an offset, e.g. 2025-03-09T14:00:00+08:00; years 2000 to 2099.');
name('Instant', instantSchema, 'ISO 8601 in UTC with milliseconds.');
name('Day', calendarDaySchema, 'A calendar day in Asia/Shanghai (R0.2).');
name('Fen', fenSchema, 'An amount in fen, the hundredth of a yuan.');
name('Person', personSchema, 'A staff member: WeCom user id and name.');
name('Stage', stageSchema, 'Where in its nine days an order is (R0.2); `closed` and `cancelled` are final.');
name(
  'Party',
  partySchema,
  'A person of the order (trainer, assistant, sales), a desk (manager, service, support), or whoever answers the customer now (responder).',
);
name('RuleId', ruleIdSchema, 'A rule’s number in the rule book.');
name(
  'CrmMessage',
  crmMessageSchema,
  'What the CRM tells of an order; unknown members are ignored. Only kind `remote-7day` of 芸苔系统, 游乐宝系统 and 娱乐管家系统 is served (R0.1).',
);
name(
  'CrmAnswer',
  crmAnswerSchema,
  'The order now: its stage, its last day (R0.2) and the group remark to set (R1.2).',
);
name(
  'Task',
  taskViewSchema,
  'Something to do, by rule: who, until when, with which words, and what came of it.',
);
name('Order', orderViewSchema, 'An order for staff. Customer data are masked for all but its own people.');
name('DryRun', dryRunViewSchema, 'What an action would change and tell. Nothing was changed.');
name('PlannedTimer', plannedTimerSchema, 'A timer to come: its rule, and whom it will tell what.');
name('Plan', planViewSchema, 'Every timer until `until` if nobody acts, in order.');
name('HistoryEntry', historyEntryViewSchema, 'One change, chained to the one before by SHA-256.');
name('History', historyViewSchema, 'All changes; `brokenAt` is null while the chain is whole.');
name('Reason', reasonSchema, 'Why something is as it is: rule, sentence, and history entries as evidence.');
name('Reasons', reasonsViewSchema, 'The reasons of the deadline and of every task, notice and timer.');

name('Clock', clockViewSchema, 'A burst of questions and one who had to answer it (R3.1).');
name('Duty', dutyViewSchema, 'A phone call that is owed to the customer (R3.5).');
name(
  'MessageWebhook',
  messageWebhookSchema,
  'What was said in an order’s group; unknown members are ignored.',
);
name('MessageAnswer', messageAnswerSchema, 'What became of the message.');
name(
  'Messages',
  messagesViewSchema,
  'What was said in an order’s group, masked for whom it does not concern.',
);
name('Month', settlementQuerySchema.shape.month, 'A month of Shanghai, YYYY-MM.');
name(
  'LedgerEntry',
  ledgerEntrySchema,
  'An entry of the ledger: append-only; `reverses` names the one it undoes.',
);
name(
  'Ledger',
  ledgerViewSchema,
  'What was booked for an order and what is to be expected; amounts in fen (R3.4).',
);
name('Settlement', settlementViewSchema, 'The statement of a month; amounts in fen (R3.4).');
name('SessionRequest', sessionRequestSchema, 'What a browser signs in with: the token of a session.');
name('Session', sessionViewSchema, 'Who is signed in.');
name(
  'ComparisonRequest',
  comparisonRequestSchema,
  'A month, and the parameters that are tried on its orders.',
);
name(
  'Comparison',
  comparisonViewSchema,
  'Verdicts and pay that another policy would have changed; amounts in fen.',
);

name(
  'UploadRequest',
  uploadRequestSchema,
  'A file that is to be uploaded, with what its trainer states (R2.2).',
);
name(
  'Upload',
  uploadViewSchema,
  'The file is cut into `parts` parts of `partSize` bytes; the last holds the rest.',
);
name('SignRequest', signRequestSchema, 'Numbers of parts, from 1.');
name('SignedParts', signedPartsSchema, 'An address for each part.');
name('Parts', partsViewSchema, 'The parts that have arrived.');
name('FinishRequest', finishRequestSchema, 'All parts, as S3 has acknowledged them.');
name('UploadFinished', finishViewSchema, 'Where the recording stands now.');
name('Recording', recordingViewSchema, 'A recording (R2.2, R2.3, R5.1).');
name('Recordings', recordingsViewSchema, 'The recordings of an order.');
name('VideoAddress', videoAddressSchema, 'Where a video is for the next hour.');
name('Progress', progressSchema, 'The share of the video that was watched, 0 to 1.');

const pascal = (kebab: string): string =>
  kebab.replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());

/** The component's name of an action's input, and of a refusal's body. */
export const inputName = (action: ActionName): string => `${pascal(action)}Input`;
export const refusalName = (code: string): string => `${pascal(code)}Refusal`;

for (const action of Object.keys(actions).filter(isActionName))
  name(inputName(action), z.clone(actions[action].input), `Input of \`${action}\`.`);
for (const code of refusalCodes) name(refusalName(code), refusals[code].schema, refusals[code].about);

const address = (id: string): string => `#/components/schemas/${id}`;

export const refTo = (id: string): { $ref: string } => ({ $ref: address(id) });

const isSafeBound = (bound: unknown): boolean =>
  bound === Number.MAX_SAFE_INTEGER || bound === Number.MIN_SAFE_INTEGER;

/** `components.schemas`: the JSON schemas (draft 2020-12) of all named schemas, as a sender has to meet them. */
export const componentSchemas = (): Record<string, object> => {
  const { schemas } = z.toJSONSchema(components, {
    io: 'input',
    target: 'draft-2020-12',
    metadata: components,
    uri: address,
    unrepresentable: ({ zodSchema }) =>
      zodSchema === ruleIdSchema ? { type: 'string', enum: Object.keys(rules) } : 'throw',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === isoTimeSchema) jsonSchema.format = 'date-time';
      if (isSafeBound(jsonSchema.minimum)) delete jsonSchema.minimum;
      if (isSafeBound(jsonSchema.maximum)) delete jsonSchema.maximum;
      delete jsonSchema.readOnly;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id: _id, $schema: _dialect, ...schema }]) => [id, schema]),
  );
};
