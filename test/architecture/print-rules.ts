import { rules } from '../../shared/domain/rules.ts';
import { filesOf, textOf } from './product-files.ts';

const list = 'shared/domain/rules.ts';
const ruleNumber = /\b[RC]\d+\.\d+\b/g;
const title = /\b(?:it|test|describe)(?:\.\w+)*(?:\((?:[^()]|\([^()]*\))*\))?\(\s*(['"`])((?:(?!\1).)*)\1/gs;

type Found = Map<string, Set<string>>;

const note = (found: Found, text: string, where: string): void => {
  for (const [rule] of text.matchAll(ruleNumber)) found.set(rule, (found.get(rule) ?? new Set()).add(where));
};

/** Which files of the product cite a rule. */
const citations = (): Found => {
  const found: Found = new Map();
  for (const file of filesOf('{shared,functions,infra}/**/*.ts'))
    if (file !== list) note(found, textOf(file), file);
  return found;
};

/** Which tests carry a rule's number in their titles. */
const tests = (): Found => {
  const found: Found = new Map();
  for (const file of filesOf('test/**/*.ts'))
    for (const [, , text = ''] of textOf(file).matchAll(title)) note(found, text, file);
  return found;
};

const mistakesOf = (code: Found, shown: Found): string[] => [
  ...Object.entries(rules).flatMap(([rule, { state }]) => {
    if (state === 'planned')
      return [...(code.get(rule) ?? [])].map((file) => `${rule} is planned, but cited by ${file}`);
    if (state !== 'auto') return [];
    return [
      ...(code.has(rule) ? [] : [`${rule} is automated, but no code cites it`]),
      ...(shown.has(rule) ? [] : [`${rule} is automated, but no test carries its number`]),
    ];
  }),
  ...[...new Set([...code.keys(), ...shown.keys()])]
    .filter((rule) => !Object.hasOwn(rules, rule))
    .map((rule) => `${rule} is cited, but ${list} does not list it`),
];

const code = citations();
const shown = tests();
for (const [rule, { state, en }] of Object.entries(rules)) {
  console.log(`${rule}  ${state.padEnd(7)}  ${en}`);
  for (const file of code.get(rule) ?? []) console.log(`        code  ${file}`);
  for (const file of shown.get(rule) ?? []) console.log(`        test  ${file}`);
}
const mistakes = mistakesOf(code, shown);
for (const mistake of mistakes) console.error(`✗ ${mistake}`);
if (mistakes.length > 0) process.exitCode = 1;
