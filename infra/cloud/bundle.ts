import { fileURLToPath } from 'node:url';
import type { BuildOptions, BuildResult } from 'esbuild';
import { build } from 'esbuild';
import type { FunctionName } from '../catalogue.ts';
import { definitionOf, functionNames } from '../catalogue.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the bundles are, one folder a function. */
export const bundlesFolder = `${root}.build/functions`;

/** The folder that is deployed as a function's code; it holds `index.mjs`. */
export const bundleFolder = (name: FunctionName, folder = bundlesFolder): string => `${folder}/${name}`;

/** CommonJS dependencies inside an ESM bundle call `require`, which ESM lacks. */
const banner =
  "import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);";

/** The one way in which functions are bundled, for the cloud and for local runs on bundles. The SDK is bundled: it loads faster than the runtime's own. */
export const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
  banner: { js: banner },
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Bundles every function of the catalogue into a folder. Rejects when one does not build. */
export const buildBundles = async (folder = bundlesFolder): Promise<BuildResult<typeof bundling>> =>
  await build({
    ...bundling,
    outdir: folder,
    entryPoints: functionNames.map((name) => ({ in: definitionOf(name).entry, out: `${name}/index` })),
  });
