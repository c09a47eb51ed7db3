import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { definitionOf, functionNames } from '../../infra/catalogue.ts';
import { actionExamples, crmExamples } from '../../shared/contracts/openapi-examples.ts';
import { crmMessageSchema } from '../../shared/contracts/crm-message.ts';
import { refusalCodes, refusals } from '../../shared/contracts/openapi-refusals.ts';
import { actions, isActionName } from '../../shared/domain/actions/actions.ts';
import { rules } from '../../shared/domain/rules.ts';
import * as answers from '../../shared/runtime/answer.ts';
import { maxBodyBytes } from '../../shared/runtime/http-entry.ts';
import { document, operations, parserOf } from '../functions/documented.ts';
import { everyRefusal } from '../support/every-refusal.ts';

const actionNames = Object.keys(actions).filter(isActionName);
const actionPath = '/api/orders/{orderId}/actions/';

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 by the official schema', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('has the product’s version', () => {
    const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(document.info.version).toBe(version);
  });

  it('has just the routes of the catalogue, under the names of their functions', () => {
    const routes = functionNames.flatMap((name) => {
      const { trigger } = definitionOf(name);
      return trigger.type === 'http' ? [`${trigger.method} ${trigger.path} ${name}`] : [];
    });
    const documented = operations.map(({ path, method, operationId }) =>
      path.startsWith(actionPath)
        ? `POST ${actionPath}{action} act-on-order`
        : `${method.toUpperCase()} ${path} ${operationId}`,
    );
    expect([...new Set(documented)].toSorted()).toEqual(routes.toSorted());
  });

  it('asks for the proof of identity that the catalogue names', () => {
    const guards = { signed: 'webhookSignature', session: 'bearer' } as const;
    for (const name of functionNames) {
      const { trigger } = definitionOf(name);
      if (trigger.type !== 'http') continue;
      const path = trigger.path.replace('{action}', 'join-group');
      const method = trigger.method.toLowerCase();
      const { security } = operations.find(
        (operation) => operation.path === path && operation.method === method,
      )!;
      const asked = security.flatMap((requirement) => Object.keys(requirement));
      // A customer's link proves itself, as a part of the path.
      if (trigger.guard === 'open' || trigger.guard === 'link') expect(asked).toEqual([]);
      else expect(asked).toContain(guards[trigger.guard]);
    }
  });

  it('has a path for every action, with its own input', () => {
    const documented = operations.filter(({ path }) => path.startsWith(actionPath));
    expect(documented.map(({ path }) => path.slice(actionPath.length))).toEqual(actionNames);
    const inputs = documented.map(({ requestBody }) => requestBody?.content['application/json']?.schema.$ref);
    expect(new Set(inputs).size).toBe(actionNames.length);
  });

  it('says of every action its rule, its roles and its stages', () => {
    for (const name of actionNames) {
      const { summary, description } = operations.find(({ operationId }) => operationId === name)!;
      expect(summary).toContain(`${actions[name].rule} `);
      for (const word of [...actions[name].roles, ...actions[name].stages])
        expect(description).toContain(word);
    }
  });

  it('cites only rules that there are', () => {
    const cited = JSON.stringify(document).match(/\bR\d+\.\d+\b/g) ?? [];
    expect(cited.filter((rule) => !Object.hasOwn(rules, rule))).toEqual([]);
  });

  it('resolves every reference, and has no component that nothing refers to', () => {
    const { schemas, examples } = document.components;
    const refs = new Set(JSON.stringify(document).match(/#\/components\/[\w/-]+/g) ?? []);
    const there = [
      ...Object.keys(schemas).map((name) => `#/components/schemas/${name}`),
      ...Object.keys(examples).map((name) => `#/components/examples/${name}`),
    ];
    expect([...refs].toSorted()).toEqual(there.toSorted());
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('its examples', () => {
  const examples = operations.flatMap(({ operationId, requestBody, responses }) =>
    [requestBody, ...Object.values(responses)].flatMap((media) => {
      const json = media?.content?.['application/json'];
      return Object.entries(json?.examples ?? {}).map(([name, { value, $ref }]) => ({
        label: `${operationId} ${name}`,
        schema: json!.schema,
        value: $ref === undefined ? value : document.components.examples[$ref.split('/').at(-1)!]?.value,
      }));
    }),
  );

  it('are there for every request, success and refusal', () => {
    expect(examples.length).toBeGreaterThan(150);
    for (const { operationId, responses } of operations.filter(({ path }) => path !== '/openapi.json'))
      for (const [status, { content }] of Object.entries(responses)) {
        const page = content?.['text/html'];
        const shown = page === undefined ? content?.['application/json']?.examples : page;
        if (status === '204') expect(content, `${operationId} ${status}`).toBeUndefined();
        else expect(Object.keys(shown!), `${operationId} ${status}`).not.toEqual([]);
      }
  });

  it('meet the document’s own schemas to the last member', () => {
    for (const { label, schema, value } of examples)
      expect({ label, issues: parserOf(schema).safeParse(value).error?.issues }).toEqual({ label });
  });

  it('are accepted by the schemas that check the requests', () => {
    for (const message of Object.values(crmExamples))
      expect(crmMessageSchema.safeParse(message).success).toBe(true);
    for (const name of actionNames)
      expect(actions[name].prepare(name, actionExamples[name])).toHaveProperty('decide');
  });

  it('are found wanting when a member is missing, wrong or too many', () => {
    const parser = parserOf({ $ref: '#/components/schemas/CrmAnswer' });
    const good = document.components.examples['CrmAnswer']!.value;
    const { remark: _remark, ...less } = good;
    expect(parser.safeParse(good).success).toBe(true);
    for (const bad of [less, { ...good, more: 1 }, { ...good, stage: 'done' }, { ...good, deadline: '17/3' }])
      expect(parser.safeParse(bad).success).toBe(false);
  });
});

const codeOf = (body: any): string => body.error;
const messageOf = (body: any): string => body.message;

describe('refusals', () => {
  const given = [
    ...Object.values(everyRefusal).map((refusal) => answers.answerRefusal(refusal)),
    answers.badRequest([{ path: 'a', message: 'b' }]),
    answers.unauthorized('signature'),
    answers.notFound(),
    answers.keyReused(),
    answers.tooLarge(maxBodyBytes),
    answers.fault(),
    answers.comeAgain(),
  ];

  it('are documented one and all, with the status and the body that are sent', () => {
    const codes = given.map(({ status, body }) => {
      const code = refusalCodes.find((known) => known === codeOf(body))!;
      expect(refusals[code].status).toBe(status);
      expect(refusals[code].schema.parse(body)).toEqual(body);
      return code;
    });
    expect(codes.toSorted()).toEqual(refusalCodes.toSorted());
  });

  it('tell people in Chinese what is the matter', () => {
    for (const { body } of given) expect(messageOf(body)).toMatch(/\p{Script=Han}{3}/u);
  });
});
