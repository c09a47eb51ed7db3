import type { AnswerName } from './openapi-examples.ts';
import { answerExamples } from './openapi-examples.ts';
import type { RefusalCode } from './openapi-refusals.ts';
import { refusalCodes, refusals } from './openapi-refusals.ts';
import { refTo, refusalName } from './openapi-schemas.ts';

/** One operation of the document. Success answers by status; refusals by their codes. */
export type Operation = {
  operationId: string;
  tag: 'crm' | 'orders' | 'actions' | 'recordings' | 'settlement' | 'session' | 'description';
  summary: string;
  description: string;
  security: readonly Record<string, readonly []>[];
  parameters?: readonly object[];
  requestBody?: object;
  answers: Readonly<Record<number, object>>;
  refused: readonly RefusalCode[];
};

/** JSON content of a request, with examples by name. */
export const jsonOf = (name: string, examples: Readonly<Record<string, object>>): object => ({
  'application/json': {
    schema: refTo(name),
    examples: Object.fromEntries(Object.entries(examples).map(([key, value]) => [key, { value }])),
  },
});

/** JSON content of an answer: one of the schemas, with the example of the same name. */
export const answerOf = (description: string, ...names: readonly AnswerName[]): object => ({
  description,
  content: answerContent(...names),
});

export const answerContent = (...names: readonly AnswerName[]): object => ({
  'application/json': {
    schema: names.length === 1 ? refTo(names[0] ?? '') : { oneOf: names.map(refTo) },
    examples: Object.fromEntries(names.map((name) => [name, exampleRef(name)])),
  },
});

const exampleRef = (name: string): { $ref: string } => ({ $ref: `#/components/examples/${name}` });

/** `components.examples`: the example of each answer and refusal, under the name of its schema. */
export const componentExamples = (): Record<string, object> => ({
  ...Object.fromEntries(Object.entries(answerExamples()).map(([name, value]) => [name, { value }])),
  ...Object.fromEntries(refusalCodes.map((code) => [refusalName(code), { value: refusalExample(code) }])),
});

/** The operation as OpenAPI writes it. */
export const toOperation = ({ tag, answers, refused, ...operation }: Operation): object => ({
  ...operation,
  tags: [tag],
  responses: { ...answers, ...refusalResponses(refused) },
});

const refusalResponses = (codes: readonly RefusalCode[]): Record<number, object> =>
  Object.fromEntries(
    [...new Set(codes.map((code) => refusals[code].status))].map((status) => [
      status,
      refusalResponse(codes.filter((code) => refusals[code].status === status)),
    ]),
  );

const refusalResponse = (codes: readonly RefusalCode[]): object => ({
  description: codes.map((code) => `\`${code}\`: ${refusals[code].about}`).join('\n\n'),
  ...headersOf(codes),
  content: {
    'application/json': {
      schema: {
        oneOf: codes.map((code) => refTo(refusalName(code))),
        discriminator: {
          propertyName: 'error',
          mapping: Object.fromEntries(codes.map((code) => [code, refTo(refusalName(code)).$ref])),
        },
      },
      examples: Object.fromEntries(codes.map((code) => [code, exampleRef(refusalName(code))])),
    },
  },
});

const refusalExample = (code: RefusalCode): object => ({
  error: code,
  message: '说明给人看，程序请看 error。',
  ...refusals[code].example,
});

const headersOf = (codes: readonly RefusalCode[]): object => {
  if (codes.includes('try-later'))
    return { headers: { 'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer' } } } };
  return codes.includes('unauthorized')
    ? { headers: { 'www-authenticate': { description: 'The scheme: Bearer.', schema: { type: 'string' } } } }
    : {};
};
