import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { bundling } from '../../infra/cloud/bundle.ts';
import { checkCertificate } from '../../shared/domain/certificate/check-certificate.ts';
import { signCertificate } from '../../shared/runtime/sign-certificate.ts';
import { webCryptography } from '../../shared/runtime/web-cryptography.ts';
import { buildFacts, certificateFont, keyPrintOf, testSigner } from '../support/build-certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'ninedays-certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the PDF in a bundle', () => {
  it('R4.2 is drawn by the one file that is deployed, of less than a megabyte, with nothing of the library beside it', async () => {
    const entry = fileURLToPath(new URL('../../functions/certificates/certificate-pdf.ts', import.meta.url));
    const outfile = join(folder, 'index.mjs');
    const { metafile } = await build({ ...bundling, entryPoints: [entry], outfile });
    expect(Object.values(metafile.outputs).map(({ bytes }) => bytes < 1_000_000)).toEqual([true]);
    const { certificatePdf } = await import(pathToFileURL(outfile).href);
    const document = await signCertificate(buildFacts(), testSigner);
    const pdf = await certificatePdf(document, await keyPrintOf(document), certificateFont, testSigner);
    await expect(checkCertificate(pdf, webCryptography)).resolves.toMatchObject({ findings: [] });
  });
});
