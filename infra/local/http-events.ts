import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { FunctionName } from '../catalogue.ts';
import { definitionOf, functionNames, pathsOf } from '../catalogue.ts';

/** A function that a request leads to, with the values of the path's parameters. */
export type Route = { name: FunctionName; routeKey: string; params: Record<string, string> };

/** The route of the catalogue for a method and path; null when there is none. Throws a URIError on broken percent-encoding. */
export const findRoute = (method: string, path: string): Route | null => {
  for (const name of functionNames) {
    const { trigger } = definitionOf(name);
    if (trigger.type !== 'http' || trigger.method !== method) continue;
    for (const template of pathsOf(trigger)) {
      const params = matchPath(template, path);
      if (params !== null) return { name, routeKey: `${method} ${template}`, params };
    }
  }
  return null;
};

/** `{name}` stands for one part of the path, `{name+}` at the end for all that is left, be it nothing. */
const matchPath = (template: string, path: string): Record<string, string> | null => {
  const wanted = template.split('/');
  const last = wanted.length - 1;
  const isGreedy = template.endsWith('+}');
  const parts = path.split('/');
  if (isGreedy ? parts.length <= last : parts.length - 1 !== last) return null;
  const given = isGreedy ? [...parts.slice(0, last), parts.slice(last).join('/')] : parts;
  const params = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith('{') && (value !== '' || part.endsWith('+}')))
      params.set(part.replaceAll(/[{+}]/g, ''), decodeURIComponent(value));
    else if (part !== value) return null;
  }
  return Object.fromEntries(params);
};

/** Bodies of these types reach a function as text, all others in base64: the rule of API Gateway's HTTP APIs. */
const textTypes = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml)))/;

/** The event that API Gateway makes of a request (payload format 2.0). */
export const toHttpEvent = (
  request: IncomingMessage,
  body: Buffer,
  route: Route,
  now: number,
): APIGatewayProxyEventV2 => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const headers = joinedHeaders(request);
  const isText = textTypes.test(headers['content-type'] ?? 'text/plain');
  const method = request.method ?? 'GET';
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    cookies: (headers['cookie'] ?? '').split(/;\s*/).filter((cookie) => cookie !== ''),
    queryStringParameters: Object.fromEntries(url.searchParams),
    pathParameters: route.params,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: 'local',
      routeKey: route.routeKey,
      stage: '$default',
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

const joinedHeaders = ({ headersDistinct }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(',')]));
