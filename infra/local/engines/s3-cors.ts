import * as z from 'zod/mini';
import { S3Error } from './s3-errors.ts';
import { elements, fromXml, integer, maybe, text } from './s3-xml.ts';

const METHOD = z.enum(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);
const texts = z.array(text);

const RULE = elements({
  ID: maybe(text),
  AllowedOrigin: texts,
  AllowedMethod: z.array(METHOD),
  AllowedHeader: z._default(texts, []),
  ExposeHeader: z._default(texts, []),
  MaxAgeSeconds: maybe(integer),
});

const CONFIGURATION = elements({ CORSRule: z.array(RULE).check(z.minLength(1), z.maxLength(100)) });

export type CorsRule = z.output<typeof RULE>;

/** The rules of a configuration's document. */
export const readCors = (document: string): CorsRule[] => {
  const { CORSRule: rules } = fromXml(document, 'CORSConfiguration', CONFIGURATION);
  for (const pattern of rules.flatMap(({ AllowedOrigin, AllowedHeader }) => [
    ...AllowedOrigin,
    ...AllowedHeader,
  ])) {
    if (pattern.split('*').length > 2)
      throw new S3Error('InvalidRequest', `"${pattern}" can not have more than one wildcard.`);
  }
  return rules;
};

/** What a page of these origins needs to upload and play: it reads the parts' ETags. */
export const corsOf = (origins: readonly string[]): CorsRule[] =>
  origins.length === 0
    ? []
    : [
        {
          AllowedOrigin: [...origins],
          AllowedMethod: ['GET', 'HEAD', 'PUT'],
          AllowedHeader: ['content-type', 'x-amz-*'],
          ExposeHeader: ['ETag'],
          MaxAgeSeconds: 3600,
        },
      ];

const matches = (pattern: string, given: string): boolean => {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === given;
  return given.length >= start.length + end.length && given.startsWith(start) && given.endsWith(end);
};

type Asking = { origin: string; method: string; headers: readonly string[] };

/** The first rule that lets this origin use the method with these headers. */
const ruleFor = (rules: readonly CorsRule[], { origin, method, headers }: Asking): CorsRule | undefined =>
  rules.find(
    ({ AllowedOrigin, AllowedMethod, AllowedHeader }) =>
      AllowedOrigin.some((pattern) => matches(pattern, origin)) &&
      AllowedMethod.some((allowed) => allowed === method) &&
      headers.every((header) =>
        AllowedHeader.some((pattern) => matches(pattern.toLowerCase(), header.toLowerCase())),
      ),
  );

const answerTo = (rule: CorsRule, { origin, headers }: Asking): Record<string, string> => {
  const isAny = rule.AllowedOrigin.includes('*');
  const { ExposeHeader: exposed, MaxAgeSeconds: maxAge } = rule;
  return {
    'access-control-allow-origin': isAny ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethod.join(', '),
    ...(isAny ? {} : { 'access-control-allow-credentials': 'true' }),
    ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(', ') }),
    ...(exposed.length > 0 && { 'access-control-expose-headers': exposed.join(', ') }),
    ...(maxAge !== undefined && { 'access-control-max-age': String(maxAge) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
};

/** What lets a page read the answer, whatever it is; nothing where no rule allows it. */
export const corsHeaders = (
  rules: readonly CorsRule[],
  origin: string | undefined,
  method: string,
): Record<string, string> => {
  const asking = { origin: origin ?? '', method, headers: [] };
  const rule = origin === undefined ? undefined : ruleFor(rules, asking);
  return rule ? answerTo(rule, asking) : {};
};

/** The answer to a browser's question beforehand; 403 AccessForbidden where no rule allows it. */
export const preflight = (
  rules: readonly CorsRule[],
  origin: string | undefined,
  method: string | undefined,
  requestHeaders: string | undefined,
): Record<string, string> => {
  if (origin === undefined || method === undefined)
    throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  if (rules.length === 0)
    throw new S3Error('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.');
  const headers = (requestHeaders ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const asking = { origin, method, headers };
  const rule = ruleFor(rules, asking);
  if (!rule) throw new S3Error('AccessForbidden', 'CORSResponse: This CORS request is not allowed.');
  return answerTo(rule, asking);
};
