import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue, definitionOf, functionNames } from '../../infra/catalogue.ts';
import { filesOf, root, textOf, topLevel } from './product-files.ts';

const folders = ['functions', 'infra', 'shared', 'test'];
const documents = ['README', 'README.zh-CN', 'ARCHITECTURE', 'CONTRIBUTING', 'SECURITY', 'CHANGELOG'];
const settings = ['cdk.json', 'knip.json', 'package.json', 'package-lock.json', 'tsconfig.json'];
const atTheRoot = new Set([...folders, ...documents.map((name) => `${name}.md`), 'LICENSE', ...settings]);
const toolConfiguration = /^(\..+|[a-z]+\.(config|conf)\.(ts|mjs|json))$/;

const ours = filesOf('{functions,infra,shared,test}/**/*');
const sources = ours.filter((file) => file.endsWith('.ts'));
const product = sources.filter((file) => !file.startsWith('test/'));

const linesOf = (file: string): number => textOf(file).trimEnd().split('\n').length;
const longerThan = (files: readonly string[], most: number): string[] =>
  files.filter((file) => linesOf(file) > most).map((file) => `${file}: ${linesOf(file)}`);

const wordsOf = (part: string): string[] => part.toLowerCase().split(/[.-]/);
const noRole = /^(manager|helper|util|utility|service|common|misc)s?$/;

describe('structure', () => {
  it('keeps the root for the four folders, the documents and what tools look for there', () => {
    expect(topLevel().filter((name) => !atTheRoot.has(name) && !toolConfiguration.test(name))).toEqual([]);
  });

  it('writes every name in kebab-case', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/;
    const parts = ours.filter((file) => !file.endsWith('/README.md')).flatMap((file) => file.split('/'));
    expect([...new Set(parts)].filter((part) => !kebab.test(part))).toEqual([]);
  });

  it('uses no word that names no role', () => {
    const files = ours.filter((file) =>
      file.split('/').some((part) => wordsOf(part).some((word) => noRole.test(word))),
    );
    const dataFolders = ours.filter((file) => file.split('/').slice(0, -1).includes('data'));
    expect([...files, ...dataFolders]).toEqual([]);
  });

  it('keeps entries within 40 lines, constructs within 150, rules within 250', () => {
    const entries = functionNames.map((name) => definitionOf(name).entry);
    const constructs = product.filter((file) => file.startsWith('infra/cloud/constructs/'));
    const rules = product.filter((file) => file.startsWith('shared/domain/'));
    expect(longerThan(entries, 40)).toEqual([]);
    expect(longerThan(constructs, 150)).toEqual([]);
    expect(longerThan(rules, 250)).toEqual([]);
    expect(constructs.length * rules.length).toBeGreaterThan(0);
  });

  it('names each function’s file as the catalogue does', () => {
    expect(Object.entries(catalogue).filter(([name, { entry }]) => !entry.endsWith(`/${name}.ts`))).toEqual(
      [],
    );
  });

  it('has no barrels', () => {
    const isBarrel = (file: string): boolean =>
      file.endsWith('/index.ts') ||
      /^export \*/m.test(textOf(file)) ||
      textOf(file)
        .split(/;\s*\n/)
        .every((statement) => statement.trim() === '' || /^export\b[^=]*\bfrom\b/.test(statement.trim()));
    expect(sources.filter(isBarrel)).toEqual([]);
  });

  it('exports by name, but where a tool wants a default', () => {
    const ours = sources.filter((file) => !file.endsWith('.config.ts'));
    expect(ours.filter((file) => /^export default\b/m.test(textOf(file)))).toEqual([]);
  });

  it('explains every folder of functions in a README with its numbered flow', () => {
    const parts = [
      ...new Set(product.filter((file) => file.startsWith('functions/')).map((file) => file.split('/')[1])),
    ];
    const explained = parts.filter((part) => {
      const readme = `functions/${part}/README.md`;
      return existsSync(`${root}${readme}`) && /^1\. /m.test(textOf(readme));
    });
    expect(explained).toEqual(parts);
  });
});
