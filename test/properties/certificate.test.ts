import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import { checkCertificate } from '../../shared/domain/certificate/check-certificate.ts';
import { signedCertificateSchema } from '../../shared/domain/certificate/certificate.ts';
import { signCertificate } from '../../shared/runtime/sign-certificate.ts';
import { webCryptography } from '../../shared/runtime/web-cryptography.ts';
import { buildFacts, fileOf, testSigner } from '../support/build-certificate.ts';

const vector = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/certificate/${name}`, import.meta.url));
const json = vector('certificate.txt');
const pdf = vector('certificate.pdf');

const findingsIn = async (file: Uint8Array) => (await checkCertificate(file, webCryptography)).findings;
const flipped = (file: Buffer, place: number, flip: number): Buffer => {
  const changed = Buffer.from(file);
  changed[place]! ^= flip;
  return changed;
};
const arbitraryText = fc.string({ minLength: 1, unit: 'binary' });
const arbitraryFacts = fc
  .record({
    id: arbitraryText,
    shop: arbitraryText,
    trainer: arbitraryText,
    text: arbitraryText,
    reason: fc.option(arbitraryText),
    verdict: fc.constantFrom('accepted' as const, 'objected' as const),
    size: fc.nat(),
    recorded: fc.boolean(),
    oneTimeCode: fc.boolean(),
  })
  .map(({ id, shop, trainer, text, reason, verdict, size, recorded, oneTimeCode }) => {
    const facts = buildFacts();
    return buildFacts({
      order: { id, shop, trainer },
      acceptance: { form: '1', clauses: [{ id, text, verdict, reason }] },
      recordings: recorded ? facts.recordings.map((each) => ({ ...each, size })) : [],
      signing: { ...facts.signing, oneTimeCode },
    });
  });

describe('a certificate', () => {
  it('R4.2 with any one byte changed is found out, wherever it is: every place of the JSON', async () => {
    const silent: number[] = [];
    for (const place of json.keys()) {
      const flip = 1 << (place % 8);
      if ((await findingsIn(flipped(json, place, flip))).length === 0) silent.push(place);
    }
    expect(silent).toEqual([]);
  });

  it('R4.2 with any byte changed into any other is found out, as JSON and as PDF', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(json, pdf),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (file, n, flip) => {
          expect(await findingsIn(flipped(file, n % file.length, flip))).not.toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('R4.2 that is cut off, or has something added or taken out, is found out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(json, pdf),
        fc.nat(),
        fc.uint8Array({ maxLength: 5 }),
        fc.nat(5),
        async (file, n, added, removed) => {
          const place = n % file.length;
          const changed = Buffer.concat([file.subarray(0, place), added, file.subarray(place + removed)]);
          fc.pre(!changed.equals(file));
          expect(await findingsIn(changed)).not.toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('R4.2 of whatever texts is intact as it was handed out, and its canonical form is stable', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts, async (facts) => {
        const document = await signCertificate(facts, testSigner);
        const file = fileOf(document);
        const { findings, document: read } = await checkCertificate(file, webCryptography);
        expect(findings).toEqual([]);
        expect(read).toEqual(document);
        expect(canonicalJson(signedCertificateSchema.parse(JSON.parse(Buffer.from(file).toString())))).toBe(
          canonicalJson(document),
        );
      }),
      { numRuns: 60 },
    );
  });
});
