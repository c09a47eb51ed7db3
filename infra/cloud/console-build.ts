import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { bundleFolder } from './bundle.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the built console is, beside the bundle that serves it: `index.html`, and `assets/` with a hash in each name. */
const consoleFolder = `${bundleFolder('show-console')}/console`;

/** Builds the web console into a folder, which is emptied first. Rejects when it does not build. */
export const buildConsole = async (folder = consoleFolder): Promise<void> => {
  // It counts for more than the mode: under another one React would be built for developers.
  Object.assign(process.env, { NODE_ENV: 'production' });
  await build({
    configFile: `${root}functions/console/web/vite.config.ts`,
    // Node runs the configuration as it is.
    configLoader: 'native',
    mode: 'production',
    logLevel: 'warn',
    build: { outDir: folder },
  });
  await compress(folder);
};

/** The best quality makes files 8 % shorter still, and takes as long as the whole build. */
const almostBest = { [constants.BROTLI_PARAM_QUALITY]: 9 };

/** Beside each file its short forms: made once here, where there is time, and not with each start of the function. */
const compress = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = `${parentPath}/${name}`;
      const content = await readFile(file);
      await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params: almostBest }));
      await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
    }),
  );
};
