import { buildConsole } from '../cloud/console-build.ts';

/** Builds the web console into the folder that is named, in a process of its own. */
await buildConsole(process.argv[2]);
