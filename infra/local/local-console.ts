import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The web console's page on this machine. */
export type LocalConsole = {
  /** Resolves when the page is there to be served. Rejects with what the build says. */
  ready(): Promise<void>;
};

const builder = fileURLToPath(new URL('./build-console.ts', import.meta.url));

/** Builds the page when it is first asked for, so that the start does not wait for it; a build that failed is tried again. */
export const buildWhenAsked = (folder: string): LocalConsole => {
  let built: Promise<unknown> | undefined;
  return {
    ready: async () => {
      built ??= build(folder);
      try {
        await built;
      } catch (error) {
        built = undefined;
        throw error;
      }
    },
  };
};

const build = async (folder: string): Promise<void> => {
  await promisify(execFile)(process.execPath, [builder, folder], {
    env: { ...process.env, NO_COLOR: '1' },
  });
};

/** What `npm run build` has made. */
export const builtBefore: LocalConsole = { ready: async () => {} };
