import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { verifierPage } from '../../functions/certificates/verifier-page.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The verifier of certificates as one file of HTML. Rejects when it does not build. */
export const buildVerifier = async (publishedKeys: readonly string[]): Promise<string> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['functions/certificates/verifier-core.ts'],
    bundle: true,
    platform: 'browser',
    target: 'es2020',
    format: 'iife',
    globalName: 'core',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
  });
  return await verifierPage(outputFiles[0]?.text ?? '', publishedKeys);
};
