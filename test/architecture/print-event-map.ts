import { writeFileSync } from 'node:fs';
import { withGeneratedParts } from './generated-parts.ts';
import { root, textOf } from './product-files.ts';

/** Makes the generated parts of ARCHITECTURE.md anew; a test compares them with the code. */
writeFileSync(`${root}ARCHITECTURE.md`, withGeneratedParts(textOf('ARCHITECTURE.md')));
console.log('ARCHITECTURE.md: event map, tasks, notices and stages are those of the code');
