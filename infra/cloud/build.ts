import { rm } from 'node:fs/promises';
import { buildBundles, bundlesFolder } from './bundle.ts';
import { buildConsole } from './console-build.ts';

await rm(bundlesFolder, { recursive: true, force: true });
await Promise.all([buildBundles(), buildConsole()]);
