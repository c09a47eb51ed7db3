import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../shared/ports/clock.ts';
import { notImplemented, S3Error } from './s3-errors.ts';
import { amzHeaderOf, headerOf, parameterOf, percentEncoded, type S3Request } from './s3-request.ts';

export type Credentials = { accessKeyId: string; secretAccessKey: string };

export type SignatureRules = { credentials: Credentials; region: string; clock: Clock };

/** What a request says of its own signature, wherever it says so. */
type Claim = {
  where: 'header' | 'query';
  credential: string;
  /** `yyyymmddThhmmssZ` */
  time: string;
  /** For how many seconds a presigned address is good. */
  expires: number;
  signedHeaders: string[];
  signature: string;
  /** What is signed for the body: its SHA-256, or why there is none. */
  payload: string;
};

const ALGORITHM = 'AWS4-HMAC-SHA256';
const UNSIGNED = 'UNSIGNED-PAYLOAD';
export const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

const MAX_SKEW = 15 * 60_000;
const MAX_EXPIRES = 7 * 86_400;

const malformed = ({ where }: Pick<Claim, 'where'>, message: string): S3Error =>
  where === 'header'
    ? new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${message}`)
    : new S3Error('AuthorizationQueryParametersError', message);

const headerClaim = (request: S3Request, authorization: string): Claim => {
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    const reason = `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`;
    throw new S3Error('InvalidRequest', reason);
  }
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => [
        field.slice(0, field.indexOf('=')).trim(),
        field.slice(field.indexOf('=') + 1).trim(),
      ]),
  );
  const payload = headerOf(request, 'x-amz-content-sha256');
  if (payload === undefined)
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  return {
    where: 'header',
    credential: fields.get('Credential') ?? '',
    time: headerOf(request, 'x-amz-date') ?? '',
    expires: 0,
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
    payload,
  };
};

const queryClaim = (request: S3Request, signature: string): Claim => {
  const get = (name: string): string => {
    const value = parameterOf(request, `X-Amz-${name}`);
    if (value !== undefined) return value;
    const wanted =
      'X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires';
    throw malformed(
      { where: 'query' },
      `Query-string authentication version 4 requires the ${wanted} parameters.`,
    );
  };
  if (get('Algorithm') !== ALGORITHM)
    throw malformed({ where: 'query' }, `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const expires = get('Expires');
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > MAX_EXPIRES)
    throw malformed({ where: 'query' }, `X-Amz-Expires must be from 1 to ${MAX_EXPIRES} seconds`);
  return {
    where: 'query',
    credential: get('Credential'),
    time: get('Date'),
    expires: Number(expires),
    signedHeaders: get('SignedHeaders').split(';'),
    signature,
    payload: parameterOf(request, 'X-Amz-Content-Sha256') ?? UNSIGNED,
  };
};

const readClaim = (request: S3Request): Claim => {
  const authorization = headerOf(request, 'authorization');
  const signature = parameterOf(request, 'X-Amz-Signature');
  if (authorization !== undefined && signature !== undefined)
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed');
  if (authorization !== undefined) return headerClaim(request, authorization);
  if (signature !== undefined) return queryClaim(request, signature);
  throw new S3Error('AccessDenied', 'Access Denied');
};

/** The time that was signed, in epoch milliseconds. */
const timeOf = (claim: Claim): number => {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.time) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at))
    throw malformed(claim, "the date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  return at;
};

/** Refuses another key, day, region or service than this engine's; gives the scope. */
const checkScope = (claim: Claim, { credentials, region }: SignatureRules): string => {
  const parts = claim.credential.split('/');
  const [day, givenRegion, service, end] = parts.slice(-4);
  if (parts.length < 5 || end !== 'aws4_request' || service !== 's3' || day !== claim.time.slice(0, 8))
    throw malformed(
      claim,
      'the Credential is malformed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/s3/aws4_request".',
    );
  if (givenRegion !== region)
    throw malformed(claim, `the region '${givenRegion}' is wrong; expecting '${region}'`);
  if (parts.slice(0, -4).join('/') !== credentials.accessKeyId)
    throw new S3Error(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  return parts.slice(-4).join('/');
};

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** A header's signature is good for 15 minutes around its time, a presigned address from its time until it expires. */
const checkTime = (claim: Claim, now: number): void => {
  const signedAt = timeOf(claim);
  const details = { ServerTime: iso(now) };
  if (claim.where === 'header') {
    if (Math.abs(now - signedAt) <= MAX_SKEW) return;
    const reason = 'The difference between the request time and the current time is too large.';
    throw new S3Error('RequestTimeTooSkewed', reason, { details });
  }
  const expiresAt = signedAt + claim.expires * 1000;
  if (now < signedAt - MAX_SKEW) throw new S3Error('AccessDenied', 'Request is not valid yet', { details });
  if (now > expiresAt)
    throw new S3Error('AccessDenied', 'Request has expired', {
      details: { 'X-Amz-Expires': String(claim.expires), Expires: iso(expiresAt), ...details },
    });
};

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const canonicalQuery = ({ query }: S3Request): string =>
  query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const)
    .toSorted((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map((pair) => pair.join('='))
    .join('&');

const canonicalRequest = (request: S3Request, { signedHeaders, payload }: Claim): string => {
  const path = percentEncoded(request.path).replaceAll('%2F', '/');
  const headers = signedHeaders.map(
    (name) => `${name}:${(headerOf(request, name) ?? '').replace(/ +/g, ' ')}\n`,
  );
  return [
    request.method,
    path,
    canonicalQuery(request),
    headers.join(''),
    signedHeaders.join(';'),
    payload,
  ].join('\n');
};

const checkSignatureOf = (request: S3Request, claim: Claim, scope: string, secret: string): void => {
  const hash = createHash('sha256').update(canonicalRequest(request, claim)).digest('hex');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const signature = hmac(key, [ALGORITHM, claim.time, scope, hash].join('\n')).toString('hex');
  const [expected, given] = [Buffer.from(signature), Buffer.from(claim.signature)];
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new S3Error(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
};

/** What is not signed could have been added by anybody; S3 lets only the body's own hash pass. */
const checkSignedHeaders = ({ message }: S3Request, { signedHeaders }: Claim): void => {
  const unsigned = ['host', ...Object.keys(message.headersDistinct)].filter(
    (name) =>
      (name === 'host' || name.startsWith('x-amz-')) &&
      name !== 'x-amz-content-sha256' &&
      !signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  const details = { HeadersNotSigned: [...new Set(unsigned)].join(', ') };
  throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
    details,
  });
};

/**
 * Checks a request's Signature Version 4, in its header or its address, against one key, region and clock. Gives what
 * was signed for the body: its SHA-256 in hex, or that it is unsigned. Source: the S3 API reference, "Authenticating
 * Requests".
 */
export const checkSignature = (request: S3Request, rules: SignatureRules): string => {
  const claim = readClaim(request);
  if (amzHeaderOf(request, 'x-amz-security-token') !== undefined)
    throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  const scope = checkScope(claim, rules);
  checkTime(claim, rules.clock.now());
  checkSignatureOf(request, claim, scope, rules.credentials.secretAccessKey);
  checkSignedHeaders(request, claim);
  if (claim.payload.startsWith(`STREAMING-${ALGORITHM}`)) throw notImplemented(claim.payload);
  if (
    claim.payload !== UNSIGNED &&
    claim.payload !== UNSIGNED_TRAILER &&
    !/^[\da-f]{64}$/.test(claim.payload)
  )
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be a SHA-256 in hex or say that there is none.',
    );
  return claim.payload;
};
