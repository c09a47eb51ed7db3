import * as z from 'zod/mini';
import { notImplemented, S3Error } from './s3-errors.ts';

/** What an element holds: a text, other elements by name, or the same element several times; undefined is left out. */
export type XmlContent = string | number | boolean | undefined | readonly XmlContent[] | XmlElements;
export type XmlElements = { readonly [name: string]: XmlContent };

const isList = (content: XmlContent): content is readonly XmlContent[] => Array.isArray(content);

// A reference stands for every control character too: keys may hold them, and S3 writes them so.
const escaped = (text: string): string =>
  text.replace(/[&<>"\p{Cc}]/gu, (character) => `&#${character.codePointAt(0)};`);

const write = (name: string, content: XmlContent): string => {
  if (content === undefined) return '';
  if (isList(content)) return content.map((item) => write(name, item)).join('');
  return `<${name}>${typeof content === 'object' ? writeAll(content) : escaped(String(content))}</${name}>`;
};

const writeAll = (elements: XmlElements): string =>
  Object.entries(elements)
    .map(([name, content]) => write(name, content))
    .join('');

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An answer's document, in S3's namespace. */
export const toXml = (root: string, elements: XmlElements): string =>
  `${DECLARATION}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${writeAll(elements)}</${root}>`;

/** A refusal's document; S3 gives it no namespace. */
export const toErrorXml = (elements: XmlElements): string => DECLARATION + write('Error', elements);

/** What was read: a text, or lists of elements by name. */
type Read = string | { [name: string]: Read[] };
type Open = { name: string; text: string; children: Map<string, Read[]> };

export const malformedXml = (): S3Error =>
  new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&([^;&]*;?)/g, (_, reference: string) => {
    const [, named, decimal, hex] =
      /^(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));$/i.exec(reference) ?? [];
    if (named !== undefined) return ENTITIES[named.toLowerCase()] ?? '';
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    if (!(code <= 0x10_ffff)) throw malformedXml();
    return String.fromCodePoint(code);
  });

const close = ({ text, children }: Open): Read => {
  if (children.size === 0) return unescaped(text);
  if (text.trim() !== '') throw malformedXml();
  return Object.fromEntries(children);
};

const adopt = (parent: Open, child: Open): void => {
  const siblings = parent.children.get(child.name) ?? [];
  siblings.push(close(child));
  parent.children.set(child.name, siblings);
};

const PROLOGUE = /^\uFEFF?(?:<\?xml[^<>]*\?>)?\s*/;
const TOKEN =
  /<(?<slash>\/?)(?<name>[A-Za-z][\w.-]*)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(?<empty>\/?)>|(?<text>[^<]+)/y;

/**
 * Reads elements and texts, as S3's requests have them, strictly. Attributes (they declare namespaces) are passed over;
 * comments, CDATA, processing instructions, document types and prefixed names are refused.
 */
const parse = (document: string): Read => {
  const token = new RegExp(TOKEN);
  token.lastIndex = PROLOGUE.exec(document)?.[0].length ?? 0;
  let innermost: Open = { name: '', text: '', children: new Map() };
  const around: Open[] = [];
  while (token.lastIndex < document.length) {
    const found = token.exec(document)?.groups;
    if (!found) throw malformedXml();
    const { slash, name = '', empty, text } = found;
    if (text !== undefined) innermost.text += text;
    else if (slash === '/') {
      const parent = around.pop();
      if (!parent || innermost.name !== name || empty === '/') throw malformedXml();
      adopt(parent, innermost);
      innermost = parent;
    } else {
      const element: Open = { name, text: '', children: new Map() };
      if (empty === '/') adopt(innermost, element);
      else {
        around.push(innermost);
        innermost = element;
      }
    }
  }
  if (around.length > 0) throw malformedXml();
  return close(innermost);
};

/** An element that stands once. */
export const one = <S extends z.core.$ZodType>(schema: S) =>
  z.pipe(
    z.tuple([schema]),
    z.transform(([element]) => element),
  );

/** An element that may be left out. */
export const maybe = <S extends z.core.$ZodType>(schema: S) => z.optional(one(schema));

/** An element of elements; one that has none reads as a text without characters. */
export const elements = <S extends z.core.$ZodShape>(shape: S) =>
  z.pipe(
    z.transform((read: unknown) => (read === '' ? {} : read)),
    z.strictObject(shape),
  );

export const text = z.string();
export const integer = z.pipe(text.check(z.regex(/^\d{1,9}$/)), z.transform(Number));
export const flag = z.pipe(
  z.enum(['true', 'false']),
  z.transform((read) => read === 'true'),
);

/** Reads a request's document: 400 MalformedXML for what the schema does not take, 501 for elements that it does not know. */
export const fromXml = <S extends z.core.$ZodType>(
  document: string,
  root: string,
  schema: S,
): z.output<S> => {
  const read = parse(document);
  const [found, ...more] = typeof read === 'string' ? [] : (read[root] ?? []);
  if (found === undefined || more.length > 0 || Object.keys(read).length !== 1) throw malformedXml();
  const parsed = z.safeParse(schema, found);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') throw notImplemented(`The element ${issue.keys.join(', ')}`);
  throw malformedXml();
};
