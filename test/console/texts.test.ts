import { describe, expect, it } from 'vitest';
import { en } from '../../functions/console/web/src/i18n/en.ts';
import { zh } from '../../functions/console/web/src/i18n/zh.ts';

/** All texts by their keys; those that are made of something, made of a number and of a word. */
const textsOf = (node: unknown, path = ''): [string, string][] => {
  if (typeof node === 'string') return [[path, node]];
  if (typeof node === 'function')
    return [1, 75, 'x'].map((sample): [string, string] => [path, String(node(sample, sample, sample))]);
  return Object.entries(node as object).flatMap(([key, child]) => textsOf(child, `${path}.${key}`));
};

const keysOf = (node: object, path = ''): string[] =>
  Object.entries(node).flatMap(([key, child]) =>
    typeof child === 'object' ? keysOf(child, `${path}.${key}`) : [`${path}.${key}`],
  );

describe('the console’s texts', () => {
  it('are the same in both languages', () => {
    expect(keysOf(en).toSorted()).toEqual(keysOf(zh).toSorted());
  });

  it('have full-width punctuation in Chinese, and a sentence its end', () => {
    const half = /[\p{Script=Han}][,;:!?()]|[,;:!?()][\p{Script=Han}]|[\p{Script=Han}]\.(?!\w)/u;
    expect(textsOf(zh).filter(([, text]) => half.test(text))).toEqual([]);
    const open = textsOf(zh).filter(
      ([, text]) => /，/.test(text) && text.length > 22 && !/[。？）]$/.test(text),
    );
    expect(open).toEqual([]);
  });

  it('are English in English', () => {
    const chinese = textsOf(en).filter(
      ([path, text]) => path !== '.otherLanguage' && /\p{Script=Han}/u.test(text),
    );
    expect(chinese).toEqual([]);
  });

  it('say how long something takes in words', () => {
    expect([0, 59, 60, 599, 600, 3600, 5580].map(zh.secondsText)).toEqual([
      '0 秒',
      '59 秒',
      '1 分 0 秒',
      '9 分 59 秒',
      '10 分钟',
      '1 小时',
      '1 小时 33 分钟',
    ]);
    expect([1, 61, 3661].map(en.secondsText)).toEqual(['1 second', '1 min 1 s', '1 hour 2 minutes']);
  });
});
