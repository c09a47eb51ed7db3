import { rm } from 'node:fs/promises';
import { buildBundles, bundlesFolder } from './bundle.ts';

await rm(bundlesFolder, { recursive: true, force: true });
await buildBundles();
