import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const made = new Set([
  'node_modules',
  '.git',
  '.build',
  '.local',
  'cdk.out',
  'coverage',
  'reports',
  '.stryker-tmp',
]);

/** The files of a pattern, relative to the root, without what is made by tools. */
export const filesOf = (...patterns: readonly string[]): readonly string[] =>
  globSync(patterns, { cwd: root, withFileTypes: true, exclude: ({ name }) => made.has(name) })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.replace(/\/{2,}/g, '/').slice(root.length))
    .toSorted();

/** The names at the root, without what is made by tools. */
export const topLevel = (): readonly string[] =>
  globSync(['*', '.*'], { cwd: root }).filter((name) => !made.has(name));

export const textOf = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
