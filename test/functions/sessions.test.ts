import { base64url, decodeJwt, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { mintRequestSchema, mintSession } from '../../functions/console/mint-session.ts';
import { revokeSession } from '../../functions/console/revoke-session.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import { operatorEntry } from '../../shared/runtime/operator-entry.ts';
import { sessionCookie } from '../../shared/runtime/session.ts';
import { makeContext } from '../support/http-event.ts';
import { document } from './documented.ts';
import { watchOutput } from './output.ts';
import { makeWorld, sessionKey } from './world.ts';

watchOutput();

const refused = (reason: string) => ({
  status: 401,
  body: { error: 'unauthorized', reason },
  headers: { 'www-authenticate': 'Bearer' },
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sessionIdOf = (token: string): string => decodeJwt(token).jti!;
const hour = 60;

describe('a session', () => {
  it('is taken as a bearer’s token and as a cookie', async () => {
    const world = await (await makeWorld()).created();
    const cookies = ['theme=dark', `${sessionCookie}=${world.tokens.trainer}`];
    expect((await world.order()).status).toBe(200);
    expect((await world.order({ token: null, cookies })).status).toBe(200);
  });

  it.each(['cross-site', 'same-site'])(
    'is not taken from a cookie that a %s page sends along',
    async (site) => {
      const world = await (await makeWorld()).created();
      const cookies = [`${sessionCookie}=${world.tokens.trainer}`];
      const headers = { 'sec-fetch-site': site };
      expect(await world.order({ token: null, cookies, headers })).toMatchObject(refused('no-session'));
      const own = { 'sec-fetch-site': 'same-origin' };
      expect((await world.order({ token: null, cookies, headers: own })).status).toBe(200);
    },
  );

  it('is documented under the name of its cookie', () => {
    expect(document.components.securitySchemes['cookie']?.name).toBe(sessionCookie);
  });

  it.each([
    ['nothing', {}],
    ['an empty header', { headers: { authorization: '' } }],
    ['another scheme', { headers: { authorization: 'Basic bGlzaTpsaXNp' } }],
    ['a bearer of nothing', { headers: { authorization: 'Bearer ' } }],
    ['a token in two parts', { headers: { authorization: 'Bearer a.b' } }],
    ['another cookie', { cookies: ['session=x'] }],
  ])('is missing: %s', async (_, given) => {
    const world = await (await makeWorld()).created();
    expect(await world.order({ token: null, ...given })).toMatchObject(refused('no-session'));
  });

  it('is refused under another key, another algorithm, for another audience, and with any part changed', async () => {
    const world = await (await makeWorld()).created();
    const good = world.tokens.trainer;
    const [header = '', payload = '', signature = ''] = good.split('.');
    const jti = sessionIdOf(good);
    const sign = async (alg: string, audience: string, key: string): Promise<string> =>
      await new SignJWT()
        .setProtectedHeader({ alg })
        .setJti(jti)
        .setAudience(audience)
        .setExpirationTime(new Date('2099-01-01'))
        .sign(bytes(key));
    const none = base64url.encode(JSON.stringify({ alg: 'none' }));
    const roles = base64url.encode(JSON.stringify({ jti, aud: 'ninedays-staff', roles: ['manager'] }));
    const forged = [
      await sign('HS256', 'ninedays-staff', 'another-key-of-somebody-else'),
      await sign('HS512', 'ninedays-staff', sessionKey),
      await sign('HS256', 'another-product', sessionKey),
      `${none}.${payload}.${signature}`,
      `${header}.${roles}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}`,
      `${header}.${payload}.AAAA`,
      'a.b.c',
    ];
    for (const token of forged) {
      expect(await world.order({ token })).toMatchObject(refused('invalid-session'));
      const cookies = [`${sessionCookie}=${token}`];
      expect(await world.order({ token: null, cookies })).toMatchObject(refused('invalid-session'));
    }
  });

  it.each(['', '.', `${base64url.encode('{"alg":"none"}')}.e30.`, 'x'.repeat(4000)])(
    'is refused as a cookie of %j',
    async (value) => {
      const world = await (await makeWorld()).created();
      const answer = await world.order({ token: null, cookies: [`${sessionCookie}=${value}`] });
      expect(answer).toMatchObject(refused('invalid-session'));
    },
  );

  it('is refused when its token, though ours, names no session', async () => {
    const world = await (await makeWorld()).created();
    const nameless = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience('ninedays-staff')
      .sign(bytes(sessionKey));
    expect(await world.order({ token: nameless })).toMatchObject(refused('invalid-session'));
  });

  it('ends at its time, to the second', async () => {
    const world = await (await makeWorld()).created();
    const { token } = await mintSession(world)({ staffId: 'x', roles: ['trainer'], hours: 12 }, world.now());
    world.turn(plusMinutes(world.now(), 12 * hour - 1));
    expect((await world.order({ token })).status).toBe(200);
    world.turn(plusMinutes(world.now(), 1));
    expect(await world.order({ token })).toMatchObject(refused('invalid-session'));
  });

  it('ends when its record says so, whatever its token says', async () => {
    const world = await (await makeWorld()).created();
    const session = (await world.sessions.find(sessionIdOf(world.tokens.trainer)))!;
    await world.sessions.add({ ...session, expiresAt: world.now() });
    expect(await world.order()).toMatchObject(refused('session-ended'));
  });

  it('ends when it is revoked', async () => {
    const world = await (await makeWorld()).created();
    const minted = await mintSession(world)({ staffId: 'x', roles: ['trainer'], hours: 1 }, world.now());
    expect((await world.order({ token: minted.token })).status).toBe(200);
    await revokeSession(world.sessions)({ sessionId: minted.sessionId });
    expect(await world.order({ token: minted.token })).toMatchObject(refused('session-ended'));
  });

  it('signed with the older key is good while the key is rotated, and not after', async () => {
    const world = await (await makeWorld({ keys: ['the-new-key', sessionKey] })).created();
    const old = await makeWorld();
    const minted = await mintSession({ ...old, sessions: world.sessions })(
      { staffId: 'x', roles: ['trainer'], hours: 1 },
      world.now(),
    );
    expect((await world.order({ token: minted.token })).status).toBe(200);
    const after = await makeWorld({ keys: ['the-new-key'] });
    expect(await after.order({ token: minted.token })).toMatchObject(refused('invalid-session'));
  });
});

describe('the operator’s commands', () => {
  const command = async (world: Awaited<ReturnType<typeof makeWorld>>, event: unknown) =>
    (await operatorEntry(mintRequestSchema, () => mintSession(world))(
      event,
      makeContext(world.now),
    )) as Record<string, any>;

  it('mint a session for twelve hours unless told', async () => {
    const world = await (await makeWorld()).created();
    const minted = await command(world, { staffId: 'zhangsan', roles: ['trainer', 'assistant'] });
    expect(minted).toMatchObject({
      staffId: 'zhangsan',
      roles: ['trainer', 'assistant'],
      expiresAt: plusMinutes(world.now(), 12 * hour),
    });
    expect((await world.act('set-remark', {}, { token: minted['token'] })).status).toBe(200);
  });

  it('keep no token', async () => {
    const world = await makeWorld();
    const { sessionId, token } = await command(world, { staffId: 'x', roles: ['sales'], hours: 1 });
    expect(JSON.stringify(await world.sessions.find(sessionId))).not.toContain(token);
  });

  it.each([
    [{}],
    [null],
    [{ staffId: '', roles: ['trainer'] }],
    [{ staffId: 'x', roles: [] }],
    [{ staffId: 'x', roles: ['king'] }],
    [{ staffId: 'x', roles: ['trainer'], hours: 0 }],
    [{ staffId: 'x', roles: ['trainer'], hours: 8761 }],
    [{ staffId: 'x', roles: ['trainer'], admin: true }],
  ])('say what is wrong with %j', async (event) => {
    const world = await makeWorld();
    const { issues } = await command(world, event);
    expect(issues.length).toBeGreaterThan(0);
  });

  it('can revoke what is revoked already', async () => {
    const world = await makeWorld();
    const sessionId = 'b6f8a2de-9a35-4a75-8f0c-54a1a3b1c111';
    expect(await revokeSession(world.sessions)({ sessionId })).toEqual({ revoked: sessionId });
  });
});

describe('a browser', () => {
  const pathless = { Path: '/', HttpOnly: true, SameSite: 'Strict' };
  const partsOf = (cookie: string) => {
    const [pair = '', ...attributes] = cookie.split('; ');
    const [name = '', value = ''] = pair.split(/=(.*)/);
    return {
      name,
      value,
      ...Object.fromEntries(attributes.map((part) => [part.split('=')[0], part.split('=')[1] ?? true])),
    };
  };
  const signIn = async (
    world: Awaited<ReturnType<typeof makeWorld>>,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    await world.call('POST /api/session', {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers,
    });

  it('signs in with a token: a cookie that ends with the session and that no script or other site can use', async () => {
    const world = await (await makeWorld()).created();
    const { token } = await mintSession(world)({ staffId: 'x', roles: ['trainer'], hours: 12 }, world.now());
    world.turn(plusMinutes(world.now(), hour));
    const { status, headers, cookies } = await signIn(world, { token });
    expect(status).toBe(204);
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(cookies.map(partsOf)).toEqual([
      { name: sessionCookie, value: token, ...pathless, 'Max-Age': String(11 * 3600), Secure: true },
    ]);
    const [cookie = ''] = cookies[0]!.split(';');
    expect((await world.order({ token: null, cookies: [cookie] })).status).toBe(200);
  });

  it('signs in without TLS on one machine alone, where the cookie can not be for TLS only', async () => {
    const world = await makeWorld();
    const { cookies } = await signIn(world, { token: world.tokens.trainer }, { 'x-forwarded-proto': 'http' });
    expect(partsOf(cookies[0]!)).not.toHaveProperty('Secure');
  });

  it('is not signed in by a token that is forged, ended or revoked, and is told so in Chinese', async () => {
    const world = await makeWorld();
    const { token, sessionId } = await mintSession(world)(
      { staffId: 'x', roles: ['trainer'], hours: 1 },
      world.now(),
    );
    await revokeSession(world.sessions)({ sessionId });
    const revoked = await signIn(world, { token });
    const forged = await signIn(world, { token: 'a.b.c' });
    world.turn(plusMinutes(world.now(), 721 * hour));
    const ended = await signIn(world, { token: world.tokens.trainer });
    expect(revoked).toMatchObject(refused('session-ended'));
    expect(forged).toMatchObject(refused('invalid-session'));
    expect(ended).toMatchObject(refused('invalid-session'));
    for (const { cookies, body } of [revoked, forged, ended]) {
      expect(cookies).toEqual([]);
      expect(body['message']).toBe('身份验证失败。');
    }
  });

  it.each(['', '{', '[]', '{}', '{"token":""}', '{"token":1}', '{"token":"a","more":1}'])(
    'is told what is wrong with %j',
    async (body) => {
      const answer = await signIn(await makeWorld(), body);
      expect(answer).toMatchObject({ status: 400, body: { error: 'malformed' }, cookies: [] });
      expect(answer.body['issues'].length).toBeGreaterThan(0);
    },
  );

  it.each(['cross-site', 'same-site'])('is not signed in by a %s page', async (site) => {
    const world = await makeWorld();
    const answer = await signIn(world, { token: world.tokens.trainer }, { 'sec-fetch-site': site });
    expect(answer).toMatchObject({ ...refused('no-session'), cookies: [] });
  });

  it('is told who is signed in, and when nobody is', async () => {
    const world = await makeWorld();
    const cookies = [`${sessionCookie}=${world.tokens.assistant}`];
    const { status, body } = await world.call('GET /api/session', { cookies });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        staffId: 'lisi',
        roles: ['assistant'],
        expiresAt: plusMinutes(world.now(), 720 * hour),
      },
    });
    expect(await world.call('GET /api/session', {})).toMatchObject(refused('no-session'));
  });

  it('signs out, also when it is signed out; other browsers stay signed in', async () => {
    const world = await (await makeWorld()).created();
    for (const cookies of [[`${sessionCookie}=${world.tokens.trainer}`], []]) {
      const answer = await world.call('DELETE /api/session', { cookies });
      expect(answer.status).toBe(204);
      expect(answer.cookies.map(partsOf)).toEqual([
        { name: sessionCookie, value: '', ...pathless, 'Max-Age': '0' },
      ]);
    }
    expect((await world.order()).status).toBe(200);
  });
});
