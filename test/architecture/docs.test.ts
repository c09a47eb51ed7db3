import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { rules } from '../../shared/domain/rules.ts';
import { envNames } from '../../shared/runtime/env.ts';
import { withGeneratedParts } from './generated-parts.ts';
import { filesOf, root, textOf } from './product-files.ts';

const documents = filesOf('*.md', '{functions,infra,shared,test}/**/*.md');
const all = documents.map(textOf).join('\n');
const scripts = Object.keys(
  z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf('package.json'))).scripts,
);

const withoutCode = (text: string): string =>
  text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** The anchors of a document's headings, as GitHub makes them. */
const anchorsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );

const brokenLinks = (document: string): string[] =>
  [...withoutCode(textOf(document)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(https?|mailto):/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : normalize(join(dirname(document), path));
      if (!existsSync(`${root}${file}`)) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
    })
    .map((target) => `${document}: ${target}`);

/** The variables that a table of a document explains, by their first cell. */
const explainedIn = (document: string): string[] =>
  [...textOf(document).matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm)].map(([, name = '']) => name);

/** Every environment variable that the product reads. */
const readVariables = (): string[] =>
  filesOf('{functions,infra,shared}/**/*.ts').flatMap((file) =>
    [...textOf(file).matchAll(/process\.env(?:\['([A-Z_]+)'\]|\.([A-Z_]+))/g)].map(
      ([, a, b]) => a ?? b ?? '',
    ),
  );

const startVariables = [...textOf('infra/local/start.ts').matchAll(/^ {2}([A-Z_]+):/gm)].map(
  ([, name = '']) => name,
);

describe('documents', () => {
  it('link only to what is there', () => {
    expect(documents.flatMap(brokenLinks)).toEqual([]);
  });

  it('name only scripts that exist', () => {
    const named = [...all.matchAll(/npm run (?:-s |--silent )?([a-z][a-z:-]*)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('name every script that exists', () => {
    const isNamed = (name: string): boolean => new RegExp(`\`npm (run )?${name}\``).test(all);
    expect(scripts.filter((name) => !isNamed(name))).toEqual([]);
  });

  it('explain every variable that can be set on one machine, in both languages, and no other', () => {
    const settable = [...new Set([...startVariables, ...readVariables()])].toSorted();
    expect(explainedIn('README.md').toSorted()).toEqual(settable);
    expect(explainedIn('README.zh-CN.md').toSorted()).toEqual(settable);
  });

  it.each(['README.md', 'README.zh-CN.md'])('%s says of every rule whether it is automated', (document) => {
    const [, automated = '', planned = ''] =
      /^- \*\*(?:Automated|已自动化)\*\*([^]*?)^- \*\*(?:Not yet|还没有)\*\*([^]*?)^$/m.exec(
        textOf(document),
      ) ?? [];
    const numbersIn = (text: string) => [...text.matchAll(/\bR\d\.\d\b/g)].map(([number]) => number);
    const numbersOf = (wanted: string) =>
      Object.entries(rules).flatMap(([number, { state }]) => (state === wanted ? [number] : []));
    expect(numbersIn(automated)).toEqual(numbersOf('auto'));
    expect(numbersIn(planned)).toEqual(numbersOf('planned'));
  });

  it('show the stages, the map from event to effect, the tasks and the notices as the code has them', () => {
    const architecture = textOf('ARCHITECTURE.md');
    expect(architecture, 'run: node test/architecture/print-event-map.ts').toBe(
      withGeneratedParts(architecture),
    );
  });

  it('number the decisions without a gap or a double', () => {
    const numbers = filesOf('infra/docs/decisions/*.md').map((file) => file.split('/').at(-1)?.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, index) => `000${index + 1}`));
  });

  it('speak of the product alone: nothing of how or where it was made', () => {
    const words = /\b(?:AI|LLM|(?:sub-?)?agents?|helpers?)\b|\bsessions? of work\b/gi;
    const traces = /(?<![\w&/(])#\d+\b|(?<=^|[\s`"'(=])\/(?:work|tmp|home|root|Users)\//gm;
    const found = documents.flatMap((document) => {
      const text = textOf(document);
      const matches = [...withoutCode(text).matchAll(words), ...text.matchAll(traces)];
      return matches.map(([match]) => `${document}: ${match}`);
    });
    expect(found).toEqual([]);
  });

  it('keep the README within 150 lines', () => {
    expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(150);
  });

  it('keep every cloud variable in the one list', () => {
    const settable = new Set<string>(envNames);
    const catalogued = [...textOf('infra/catalogue.ts').matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(
      ([, name = '']) => name,
    );
    expect(catalogued.filter((name) => !settable.has(name))).toEqual([]);
  });
});
