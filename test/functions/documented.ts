import { expect } from 'vitest';
import * as z from 'zod';
import { openApiDocument } from '../../shared/contracts/openapi.ts';

type Json = { [name: string]: Json } & { $ref?: string };
type Media = { schema: Json; examples: Record<string, { value?: unknown; $ref?: string }> };
type Documented = {
  operationId: string;
  summary: string;
  description: string;
  tags: readonly string[];
  security: readonly Record<string, unknown>[];
  parameters?: readonly { name: string; in: string; schema: Json }[];
  requestBody?: { required: boolean; content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
};

type Document = {
  openapi: string;
  info: { version: string };
  paths: Record<string, Partial<Record<'get' | 'post' | 'delete', Documented>>>;
  components: {
    schemas: Record<string, Json>;
    examples: Record<string, { value: any }>;
    securitySchemes: Record<string, { name?: string }>;
  };
};

/** The document as a client gets it: through JSON. */
export const document: Document = JSON.parse(JSON.stringify(openApiDocument()));

export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema with every object closed, so that a member that is not described is found. */
const close = (schema: unknown): any => {
  if (Array.isArray(schema)) return schema.map(close);
  if (!isRecord(schema)) return schema;
  const closed = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' ? String(value).replace('#/components/schemas/', '#/$defs/') : close(value),
    ]),
  );
  const named = isRecord(schema['properties']) && !('additionalProperties' in schema);
  return named ? { ...closed, additionalProperties: false } : closed;
};

const definitions = close(document.components.schemas);
const parsers = new Map<string, z.ZodType>();

/** A parser made from the document's own schema. */
export const parserOf = (schema: unknown): z.ZodType => {
  const key = JSON.stringify(schema);
  const known = parsers.get(key);
  if (known !== undefined) return known;
  const parser = z.fromJSONSchema({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...close(schema),
    $defs: definitions,
  });
  parsers.set(key, parser);
  return parser;
};

/** Fails unless the document names this status for the route, and its schema fits the body to the last member; null stands for no body. */
export const expectDocumented = (routeKey: string, action: string, status: number, body: unknown): void => {
  const [method = '', template = ''] = routeKey.split(' ');
  const path = template.replace('{action}', action);
  const found = operations.find(
    (operation) => operation.path === path && operation.method === method.toLowerCase(),
  );
  const operation = found ?? operations.find(({ operationId }) => operationId === 'join-group')!;
  const response = operation.responses[String(status)];
  const answered = `${routeKey} ${status} ${JSON.stringify(body)}`;
  if (response === undefined) throw new Error(`not documented: ${answered}`);
  if (response.content === undefined) return expect({ answered, body }).toEqual({ answered, body: null });
  const parsed = parserOf(response.content['application/json']!.schema).safeParse(body);
  expect({ answered, issues: parsed.error?.issues }).toEqual({ answered, issues: undefined });
};
