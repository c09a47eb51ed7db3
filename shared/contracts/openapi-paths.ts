import type { Action } from '../domain/actions/action.ts';
import type { ActionName } from '../domain/actions/actions.ts';
import { actions, isActionName } from '../domain/actions/actions.ts';
import { rules } from '../domain/rules.ts';
import {
  actionExamples,
  comparisonExample,
  crmExamples,
  messageExamples,
  sessionExample,
} from './openapi-examples.ts';
import type { Operation } from './openapi-operations.ts';
import { answerContent, answerOf, jsonOf, toOperation } from './openapi-operations.ts';
import { inputName } from './openapi-schemas.ts';
import {
  signed,
  session,
  orderId,
  until,
  month,
  trainer,
  dryRun,
  idempotencyKey,
  read,
  changed,
} from './openapi-parameters.ts';
import { recordingPaths } from './openapi-recordings.ts';

/** `paths`: every route that is called from outside, the actions one by one. */
export const openApiPaths = (): Record<string, object> => ({
  '/webhooks/crm': { post: toOperation(receiveOrder) },
  '/webhooks/messages': { post: toOperation(recordMessage) },
  '/api/orders/{orderId}': { get: toOperation(showOrder) },
  '/api/orders/{orderId}/plan': { get: toOperation(showPlan) },
  '/api/orders/{orderId}/history': { get: toOperation(showHistory) },
  '/api/orders/{orderId}/why': { get: toOperation(explainOrder) },
  '/api/orders/{orderId}/messages': { get: toOperation(showMessages) },
  '/api/orders/{orderId}/ledger': { get: toOperation(showLedger) },
  '/api/settlements/{month}': { get: toOperation(showSettlement) },
  '/api/what-if': { post: toOperation(comparePolicy) },
  ...Object.fromEntries(
    Object.keys(actions)
      .filter(isActionName)
      .map((name) => [
        `/api/orders/{orderId}/actions/${name}`,
        { post: toOperation(actOnOrder(name, actions[name])) },
      ]),
  ),
  '/api/session': {
    post: toOperation(startSession),
    get: toOperation(showSession),
    delete: toOperation(endSession),
  },
  '/console': { get: toOperation(showConsole) },
  ...recordingPaths(),
  '/openapi.json': { get: toOperation(showOpenApi) },
});

const receiveOrder: Operation = {
  operationId: 'receive-order',
  tag: 'crm',
  summary: 'An order is created, amended or cancelled (R0.1, R1.2, R1.3)',
  description:
    'Standard Webhooks: the signature covers id, timestamp and the raw body. A message may be sent again at any time: under the same id, or with the same order under a new one, it changes nothing and gets 200.',
  security: signed,
  requestBody: { required: true, content: jsonOf('CrmMessage', crmExamples) },
  answers: {
    200: answerOf('Done before, or an amendment or cancellation done now.', 'CrmAnswer'),
    201: answerOf('The order is created.', 'CrmAnswer'),
  },
  refused: [...changed, 'different-content', 'wrong-stage', 'out-of-scope'],
};

const recordMessage: Operation = {
  operationId: 'record-message',
  tag: 'crm',
  summary: 'Somebody has written in an order’s group (R3.1)',
  description:
    'Signed like the CRM’s messages. Questions are judged by `at`, the message’s own time, so it may come late, out of order and more than once.',
  security: signed,
  requestBody: { required: true, content: jsonOf('MessageWebhook', messageExamples) },
  answers: { 200: answerOf('The message is recorded, now or before.', 'MessageAnswer') },
  refused: [...changed, 'different-message', 'wrong-stage', 'impossible-time', 'limit-reached'],
};

const showOrder: Operation = {
  operationId: 'show-order',
  tag: 'orders',
  summary: 'An order: stage, tasks, people (R0.2)',
  description:
    'Customer data are plain for the order’s trainer, assistant and sales, masked for everybody else.',
  security: session,
  parameters: [orderId],
  answers: { 200: answerOf('The order.', 'Order') },
  refused: read,
};

const showPlan: Operation = {
  operationId: 'show-plan',
  tag: 'orders',
  summary: 'All timers to come, each with its rule (R0.2)',
  description:
    'The order played forward by the very rules that will fire its timers, if nobody acts meanwhile.',
  security: session,
  parameters: [orderId, until],
  answers: { 200: answerOf('The plan.', 'Plan') },
  refused: [...read, 'malformed'],
};

const showHistory: Operation = {
  operationId: 'show-history',
  tag: 'orders',
  summary: 'All that has happened, chained by hash',
  description: 'Each entry names who or what caused it, its rules, its facts and its effects.',
  security: session,
  parameters: [orderId],
  answers: { 200: answerOf('The history.', 'History') },
  refused: read,
};

const explainOrder: Operation = {
  operationId: 'explain-order',
  tag: 'orders',
  summary: 'Why each task, notice, timer and the deadline is as it is (R1.2)',
  description:
    'Each reason names its rule and the history entries that show it; a notice also what became of it.',
  security: session,
  parameters: [orderId],
  answers: { 200: answerOf('The reasons.', 'Reasons') },
  refused: read,
};

const showMessages: Operation = {
  operationId: 'show-messages',
  tag: 'orders',
  summary: 'What was said in the order’s group (R3.1)',
  description:
    'By the messages’ own time. Texts and the customer’s id are for the order’s people, support, managers and auditors; null for everybody else.',
  security: session,
  parameters: [orderId],
  answers: { 200: answerOf('The messages.', 'Messages') },
  refused: read,
};

const showLedger: Operation = {
  operationId: 'show-ledger',
  tag: 'settlement',
  summary: 'What was booked for an order, whose its days are, and what is to come (R3.4)',
  description: 'A trainer sees the own lines; assistants, managers, auditors and operators see all.',
  security: session,
  parameters: [orderId],
  answers: { 200: answerOf('The ledger.', 'Ledger') },
  refused: [...read, 'wrong-role'],
};

const text = { schema: { type: 'string' } } as const;

const showSettlement: Operation = {
  operationId: 'show-settlement',
  tag: 'settlement',
  summary: 'The statement of a month (R3.4)',
  description:
    'Each line names rule, order, days, amount in fen, one sentence, and the history entries it rests on. As `Accept` says: JSON, CSV, or a page to print. A trainer gets the own lines.',
  security: session,
  parameters: [month, trainer],
  answers: {
    200: {
      description: 'The statement.',
      content: {
        ...answerContent('Settlement'),
        'text/csv': { ...text, example: '月份,接单人\r\n2025-03,张三\r\n' },
        'text/html': { ...text, example: '<!doctype html>' },
      },
    },
  },
  refused: ['unauthorized', 'malformed', 'wrong-role', 'too-large', 'fault', 'try-later'],
};

const comparePolicy: Operation = {
  operationId: 'compare-policy',
  tag: 'settlement',
  summary: 'Who would have breached, or been paid, differently under another policy (R3.1, R3.4)',
  description:
    'Runs the changed parameters over the orders whose training ended in the month. For managers and auditors. Nothing is changed.',
  security: session,
  requestBody: { required: true, content: jsonOf('ComparisonRequest', { stricter: comparisonExample }) },
  answers: { 200: answerOf('What would have been.', 'Comparison') },
  refused: ['unauthorized', 'malformed', 'wrong-role', 'too-large', 'fault', 'try-later'],
};

const actOnOrder = (name: ActionName, action: Action): Operation => ({
  operationId: name,
  tag: 'actions',
  summary: `${action.rule} ${action.summary}`,
  description: [
    `${action.rule}: ${rules[action.rule].en} (${rules[action.rule].zh}).`,
    `Roles: ${action.roles.join(', ')}. Stages: ${action.stages.join(', ')}. Completes: ${action.completes.join(', ')}.`,
  ].join('\n\n'),
  security: session,
  parameters: [orderId, dryRun, idempotencyKey],
  requestBody: {
    required: !action.input.safeParse({}).success,
    content: jsonOf(inputName(name), { [name]: actionExamples[name] }),
  },
  answers: {
    200: answerOf('The order after the action; in a dry run, what would change.', 'Order', 'DryRun'),
  },
  refused: [
    ...changed,
    'not-found',
    'wrong-role',
    'key-reused',
    'wrong-stage',
    'already-done',
    'not-yet',
    'impossible-time',
    'unknown-message',
    'not-a-question',
    'budget-spent',
    'budget-left',
    'not-on',
    'limit-reached',
    'already-taken',
    'former-trainer',
    'unknown-recording',
    'unknown-hold',
    'not-ready',
    'nothing-to-accept',
  ],
});

const setCookie = (description: string) => ({
  headers: { 'set-cookie': { description, schema: { type: 'string' } } },
});

const startSession: Operation = {
  operationId: 'start-session',
  tag: 'session',
  summary: 'Signs a browser in',
  description: 'The token is kept in a cookie that no script can read, until the session ends.',
  security: [],
  requestBody: { required: true, content: jsonOf('SessionRequest', { token: sessionExample }) },
  answers: { 204: { description: 'Signed in.', ...setCookie('`ninedays-session`.') } },
  refused: ['malformed', 'unauthorized', 'too-large', 'fault', 'try-later'],
};

const showSession: Operation = {
  operationId: 'show-session',
  tag: 'session',
  summary: 'Who is signed in, with which roles, until when',
  description: 'For the browser’s cookie, and for a bearer’s token as well.',
  security: session,
  answers: { 200: answerOf('The session.', 'Session') },
  refused: ['unauthorized', 'too-large', 'fault', 'try-later'],
};

const endSession: Operation = {
  operationId: 'end-session',
  tag: 'session',
  summary: 'Signs a browser out',
  description: 'Takes the cookie away, also from who has none. The session itself stands until its end.',
  security: [],
  answers: { 204: { description: 'Signed out.', ...setCookie('`ninedays-session`, empty.') } },
  refused: ['too-large', 'fault'],
};

const showConsole: Operation = {
  operationId: 'show-console',
  tag: 'session',
  summary: 'The web console',
  description: 'The same page for every address below; its scripts and styles are in `/console/assets/`.',
  security: [],
  answers: {
    200: {
      description: 'The page.',
      content: { 'text/html': { ...text, example: '<!doctype html>' } },
    },
  },
  refused: ['not-found', 'too-large', 'fault'],
};

const showOpenApi: Operation = {
  operationId: 'show-openapi',
  tag: 'description',
  summary: 'This document',
  description: 'Made from the schemas that check every request.',
  security: [],
  answers: {
    200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } },
  },
  refused: ['fault'],
};
