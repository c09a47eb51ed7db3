import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import type { Certificate, SignedCertificate } from '../../shared/domain/certificate/certificate.ts';
import {
  manifestOf,
  partNames,
  signedCertificateSchema,
} from '../../shared/domain/certificate/certificate.ts';
import { checkCertificate } from '../../shared/domain/certificate/check-certificate.ts';
import type { CertificateFinding } from '../../shared/domain/certificate/findings.ts';
import { findingText } from '../../shared/domain/certificate/findings.ts';
import {
  makeCertificate,
  makeManifest,
  questionLog,
} from '../../shared/domain/certificate/make-certificate.ts';
import { pdfParts } from '../../shared/domain/certificate/pdf-parts.ts';
import { headline, sectionsOf } from '../../shared/domain/certificate/texts.ts';
import { weaknessesOf } from '../../shared/domain/certificate/weaknesses.ts';
import { whereFrom } from '../../shared/domain/certificate/where.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import { signCertificate } from '../../shared/runtime/sign-certificate.ts';
import { webCryptography } from '../../shared/runtime/web-cryptography.ts';
import { buildFacts, fileOf, publicKey, testSigner } from '../support/build-certificate.ts';

const vector = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/certificate/${name}`, import.meta.url));
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const check = async (file: Uint8Array) => await checkCertificate(file, webCryptography);
const findingsIn = async (file: Uint8Array) => (await check(file)).findings;
const replaced = (file: Buffer, from: string, to: string): Buffer => {
  const text = file.toString('latin1');
  const changed = text.replace(Buffer.from(from).toString('latin1'), Buffer.from(to).toString('latin1'));
  expect(changed).not.toBe(text);
  return Buffer.from(changed, 'latin1');
};
const byNode = (text: string, signature: string): boolean =>
  verify(
    'sha256',
    Buffer.from(text),
    {
      key: createPublicKey({ key: Buffer.from(publicKey, 'hex'), format: 'der', type: 'spki' }),
      dsaEncoding: 'ieee-p1363',
    },
    Buffer.from(signature, 'hex'),
  );

describe('the published vectors', () => {
  const json = vector('certificate.txt');
  const pdf = vector('certificate.pdf');
  const document: SignedCertificate = signedCertificateSchema.parse(JSON.parse(json.toString()));

  it('R4.2 are intact, as JSON and as PDF', async () => {
    await expect(findingsIn(json)).resolves.toEqual([]);
    await expect(findingsIn(pdf)).resolves.toEqual([]);
    expect((await check(json)).keyPrint).toBe(sha256(Buffer.from(publicKey, 'hex')));
  });

  it('R4.2 are what today’s code makes of the same facts, but for the signature, which has a random part', () => {
    const certificate = makeCertificate(buildFacts());
    expect(certificate).toEqual(document.certificate);
    expect(makeManifest(certificate, publicKey)).toEqual(manifestOf(document));
    expect(json.toString()).toBe(canonicalJson(document));
  });

  it('R4.2 stand by another implementation of the signature too', () => {
    expect(byNode(canonicalJson(manifestOf(document)), document.signature)).toBe(true);
    const { seal, certificate } = pdfParts(pdf);
    expect(Buffer.from(certificate!).equals(json)).toBe(true);
    expect(byNode(`ninedays-certificate-pdf/1\n${sha256(seal!.unsealed)}`, seal!.digits)).toBe(true);
  });

  it('R4.2 have each part’s digest over its canonical JSON', () => {
    for (const part of partNames)
      expect(sha256(canonicalJson(document.certificate[part]))).toBe(document.digests[part]);
  });

  it.each<[string, string, string, unknown[]]>([
    ['a verdict', '"objected"', '"accepted"', [{ type: 'part-changed', part: 'acceptance' }]],
    ['a word', '约定', '规定', [{ type: 'part-changed', part: 'acceptance' }]],
    ['the time', '06:05:07', '06:05:08', [{ type: 'part-changed', part: 'signing' }]],
    ['the shop', '虹口', '徐汇', [{ type: 'part-changed', part: 'order' }]],
    ['a recording’s size', '1288490188', '1288490189', [{ type: 'part-changed', part: 'recordings' }]],
    ['the history', '"seq":84', '"seq":83', [{ type: 'part-changed', part: 'history' }]],
    ['a blank', '{"certificate"', '{ "certificate"', [{ type: 'not-canonical', place: 2 }]],
    [
      'a way to write a number',
      '"answers":6',
      '"answers":6.0',
      [{ type: 'not-canonical', place: expect.any(Number) }],
    ],
    [
      'the specification',
      'certificate/1',
      'certificate/2',
      [{ type: 'malformed', problem: 'spec 处不符合规范' }],
    ],
    ['an end', '"}', '"', [{ type: 'malformed', problem: '不是 JSON 格式，可能不完整或被改坏' }]],
    ['another member', '"spec":', '"more":1,"spec":', [{ type: 'malformed', problem: '开头 处不符合规范' }]],
    [
      'a member that is there twice',
      '"seq":84',
      '"seq":83,"seq":84',
      [{ type: 'not-canonical', place: expect.any(Number) }],
    ],
    [
      'a weakness',
      '"no-one-time-code",',
      '',
      [
        { type: 'part-changed', part: 'strength' },
        { type: 'weakness-hidden', weakness: 'no-one-time-code' },
      ],
    ],
    [
      'the code',
      '"oneTimeCode":false',
      '"oneTimeCode":true',
      [
        { type: 'part-changed', part: 'signing' },
        { type: 'weakness-invented', weakness: 'no-one-time-code' },
      ],
    ],
  ])('R4.2 show that %s was changed', async (_, from, to, expected) => {
    await expect(findingsIn(replaced(json, from, to))).resolves.toEqual(expected);
  });

  it('R4.2 show a byte-order mark, and bytes that are no text', async () => {
    const marked = Buffer.concat([Buffer.from('\u{feff}'), json]);
    await expect(findingsIn(marked)).resolves.toMatchObject([{ type: 'malformed' }]);
    await expect(findingsIn(Buffer.concat([json, Buffer.from([0xff])]))).resolves.toEqual([
      { type: 'malformed', problem: '有字节不是 UTF-8 文字' },
    ]);
  });

  it('R4.2 show that digest, key or signature was changed', async () => {
    const other = (hex: string): string => (hex.endsWith('0') ? '1' : '0');
    const changed = (text: string): Buffer => replaced(json, text, `${text.slice(0, -1)}${other(text)}`);
    const wrong = { type: 'signature-wrong' };
    await expect(findingsIn(changed(document.signature))).resolves.toEqual([wrong]);
    await expect(findingsIn(changed(publicKey))).resolves.toEqual([wrong]);
    await expect(findingsIn(changed(document.digests.survey))).resolves.toEqual([
      { type: 'part-changed', part: 'survey' },
      wrong,
    ]);
  });

  it('R4.2 show that a part was changed together with its digest', async () => {
    const certificate = { ...document.certificate, history: { ...document.certificate.history, seq: 1 } };
    const forged = { ...document, ...makeManifest(certificate, publicKey), certificate };
    await expect(findingsIn(fileOf(forged))).resolves.toEqual([{ type: 'signature-wrong' }]);
  });

  it('R4.2 take OpenSSL’s other spelling of the same key for no key', async () => {
    const isOdd = Number.parseInt(publicKey.slice(-1), 16) % 2 === 1;
    const hybrid = replaced(json, '03420004', isOdd ? '03420007' : '03420006');
    await expect(findingsIn(hybrid)).resolves.toEqual([
      { type: 'malformed', problem: 'publicKey 处不符合规范' },
    ]);
  });

  it('R4.2 are only read by a check', async () => {
    const before = sha256(pdf);
    await check(pdf);
    expect(sha256(pdf)).toBe(before);
  });

  it('R4.2 as a PDF show what was changed: the pages, the data, the seal, or something added', async () => {
    const page = pdf.indexOf('/FlateDecode') + 60;
    const scratched = Buffer.from(pdf);
    scratched[page]! ^= 1;
    const changed = { type: 'pdf-changed' };
    await expect(findingsIn(scratched)).resolves.toEqual([changed]);
    await expect(findingsIn(Buffer.concat([pdf, Buffer.from('\n%%EOF')]))).resolves.toEqual([changed]);
    await expect(findingsIn(replaced(pdf, '虹口', '徐汇'))).resolves.toEqual([
      { type: 'part-changed', part: 'order' },
      changed,
    ]);
    await expect(findingsIn(replaced(pdf, '{"certificate"', '["certificate"'))).resolves.toMatchObject([
      { type: 'malformed' },
      changed,
    ]);
    await expect(findingsIn(replaced(pdf, '(ninedays-seal ', '(ninedays-zeal '))).resolves.toEqual([
      { type: 'pdf-without-seal' },
    ]);
    await expect(findingsIn(replaced(pdf, '/EmbeddedFile\n', '/EmbeddedFilm\n'))).resolves.toEqual([
      { type: 'pdf-without-certificate' },
    ]);
  });
});

describe('a certificate', () => {
  const { signing, recordings } = buildFacts();
  const [recording] = recordings;

  it.each<[string, Partial<Omit<Certificate, 'strength'>>, string[]]>([
    ['as usual', {}, ['no-one-time-code', 'no-time-stamp', 'recording-not-hashed']],
    [
      'with a code',
      { signing: { ...signing, oneTimeCode: true } },
      ['no-time-stamp', 'recording-not-hashed'],
    ],
    ['without a recording', { recordings: [] }, ['no-one-time-code', 'no-time-stamp', 'no-recording']],
    [
      'with a hashed recording',
      { recordings: [{ ...recording!, checksum: { algorithm: 'SHA256', value: 'eHg=' } }] },
      ['no-one-time-code', 'no-time-stamp'],
    ],
    [
      'with a recording of which nothing is known',
      { recordings: [{ ...recording!, checksum: null, versionId: null, etag: null }] },
      ['no-one-time-code', 'no-time-stamp', 'recording-not-hashed', 'recording-not-versioned'],
    ],
  ])('R4.2 names what is weak about it: %s', (_, changes, expected) => {
    expect(makeCertificate(buildFacts(changes)).strength).toEqual(expected);
  });

  it('R4.2 whose maker leaves a weakness out is found out, though its signature is right', async () => {
    const honest = makeCertificate(buildFacts());
    const certificate = { ...honest, strength: honest.strength.slice(1) };
    const manifest = makeManifest(certificate, publicKey);
    const signature = await testSigner.sign(canonicalJson(manifest));
    await expect(findingsIn(fileOf({ ...manifest, certificate, signature }))).resolves.toEqual([
      { type: 'weakness-hidden', weakness: 'no-one-time-code' },
    ]);
  });

  it('R4.2 is not made of an empty or broken text', async () => {
    const { order } = buildFacts();
    const sign = async (shop: string) =>
      await signCertificate(buildFacts({ order: { ...order, shop } }), testSigner);
    await expect(sign('')).rejects.toThrow('this text is empty');
    await expect(sign('\u{d800}')).rejects.toThrow('this text is no Unicode');
  });

  it('R4.2 says what was accepted, when, from where, and every weakness', () => {
    const certificate = makeCertificate(buildFacts());
    expect(headline(certificate)).toBe('5 条中认可 4 条，异议 1 条');
    const lines = sectionsOf(certificate).flatMap((section) => section.lines);
    expect(lines).toContainEqual({ label: '签署时间', text: '2025年3月18日 14:05:07（北京时间）' });
    expect(lines).toContainEqual({ label: '签署方式', text: '手机，微信，手写签名' });
    expect(lines).toContainEqual({
      label: '3. 有异议',
      text: '维护期内提出的问题都得到了答复。（客户说明：会员卡退款的问题还没有答复）',
      caution: true,
    });
    expect(lines.filter(({ label }) => label.startsWith('不足'))).toHaveLength(certificate.strength.length);
  });

  it('R4.2 says that all was accepted', () => {
    const { form, clauses } = buildFacts().acceptance;
    const accepted = clauses.map((each) => ({ ...each, verdict: 'accepted' as const, reason: null }));
    expect(headline(makeCertificate(buildFacts({ acceptance: { form, clauses: accepted } })))).toBe(
      '5 条全部认可',
    );
  });

  it('R4.2 hashes the question log as lines of canonical JSON', () => {
    const stamp = {
      id: 'm-1',
      at: toInstant('2025-03-10T09:00:00Z'),
      role: 'customer' as const,
      author: '',
      seq: 7,
      dismissed: null,
    };
    const line =
      '{"at":"2025-03-10T09:00:00.000Z","author":"","dismissed":null,"id":"m-1","role":"customer","seq":7}\n';
    expect(questionLog([stamp])).toEqual({ messages: 1, sha256: sha256(line) });
    expect(questionLog([stamp, stamp])).toEqual({ messages: 2, sha256: sha256(`${line}${line}`) });
    expect(questionLog([])).toEqual({ messages: 0, sha256: sha256('') });
  });

  it('R4.2 has a sentence for each finding, and no two are the same', () => {
    const findings: CertificateFinding[] = [
      { type: 'malformed', problem: 'x' },
      { type: 'not-canonical', place: 1 },
      ...partNames.map((part) => ({ type: 'part-changed', part }) as const),
      { type: 'signature-wrong' },
      ...weaknessesOf(buildFacts({ recordings: [] })).flatMap((weakness) => [
        { type: 'weakness-hidden', weakness } as const,
        { type: 'weakness-invented', weakness } as const,
      ]),
      { type: 'pdf-without-certificate' },
      { type: 'pdf-without-seal' },
      { type: 'pdf-changed' },
    ];
    const texts = findings.map(findingText);
    expect(new Set(texts).size).toBe(findings.length);
    expect(texts.every((text) => text.endsWith('。'))).toBe(true);
  });
});

describe('from where', () => {
  const android =
    'Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36';
  it.each([
    [`${android} XWEB/1160 MicroMessenger/8.0.49 WeChat/arm64`, 'phone', 'wechat'],
    [`${android} wxwork/4.1.20 MicroMessenger/7.0.1`, 'phone', 'wecom'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
      'phone',
      'browser',
    ],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0', 'computer', 'browser'],
    ['curl/8.5.0', 'unknown', 'unknown'],
    ['', 'unknown', 'unknown'],
  ])('R4.2 somebody signed is told in kinds alone: %s', (userAgent, device, app) => {
    expect(whereFrom(userAgent)).toEqual({ device, app });
  });
});
