import { globSync, readFileSync } from 'node:fs';
import { createCache, extractStyle, StyleProvider } from '@ant-design/cssinjs';
import * as antd from 'antd';
import { ConfigProvider } from 'antd';
import type { ComponentType } from 'react';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import type { Plugin } from 'vite';
import { theme } from './src/theme.ts';

/** The style sheet that antd's styles are put in front of. */
const sheet = /\/src\/page\.css$/;

/**
 * Takes the styles of the used Ant Design components out when the page is built. Ant Design makes them in the browser otherwise, in `style`
 * elements that the page's content policy would have to allow.
 */
export const antdStyles = (sources: string): Plugin => ({
  name: 'antd-styles',
  enforce: 'pre',
  transform: {
    filter: { id: sheet },
    handler: (code) => ({ code: `${stylesOf(usedComponents(sources))}\n${code}`, map: null }),
  },
});

/** The components that the sources take from `antd`, parts of components such as `Input.Password` included. */
const usedComponents = (sources: string): readonly string[] => {
  const names = globSync(`${sources}/**/*.tsx`).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const imports = [...text.matchAll(/^import \{([^}]+)\} from 'antd';$/gm)];
    const whole = imports.flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
    const parts = [...text.matchAll(/<([A-Z]\w*\.\w+)/g)].map(([, name = '']) => name);
    return [...whole, ...parts];
  });
  return [...new Set(names)].filter((name) => name !== '' && name !== 'ConfigProvider');
};

/** Styles that a component brings along only where it is used like this. */
const propsOf: Readonly<Record<string, object>> = { Tag: { color: 'success' } };

const stylesOf = (names: readonly string[]): string => {
  const cache = createCache();
  const samples = names.map((name) => createElement(componentOf(name), { key: name, ...propsOf[name] }));
  const page = createElement(ConfigProvider, { theme: { ...theme, zeroRuntime: false } }, samples);
  renderToString(createElement(StyleProvider, { cache }, page));
  return extractStyle(cache, true);
};

const componentOf = (name: string): ComponentType => {
  const component = name.split('.').reduce((from: object, part) => Reflect.get(from, part), antd);
  if (!isComponent(component)) throw new Error(`antd has no component ${name}`);
  return component;
};

const isComponent = (value: unknown): value is ComponentType =>
  typeof value === 'function' || (typeof value === 'object' && value !== null && '$$typeof' in value);
