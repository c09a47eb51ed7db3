import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the built console is: `index.html`, and `assets/` with a hash in each name. */
export const consoleFolder = `${root}.build/console`;

/** Builds the web console into a folder, which is emptied first. Rejects when it does not build. */
export const buildConsole = async (folder = consoleFolder): Promise<void> => {
  await build({
    configFile: `${root}functions/console/web/vite.config.ts`,
    // Node runs the configuration as it is.
    configLoader: 'native',
    mode: 'production',
    logLevel: 'warn',
    build: { outDir: folder },
  });
};
