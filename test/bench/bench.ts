import { benchBundles } from './bench-bundles.ts';
import { benchOrders } from './bench-orders.ts';
import { benchQuestions } from './bench-questions.ts';
import { benchUploads } from './bench-uploads.ts';

/** `npm run bench`: what the product costs to start, to carry and to run. Times are told as ratios to a bare rival in the same run, as machines differ. */
console.log('# Bundles\n');
console.log(await benchBundles());
console.log('\n# Whole orders on the turned clock\n');
console.log(await benchOrders());
console.log('\n# Open questions\n');
console.log(await benchQuestions());
console.log('\n# Uploads of recordings\n');
console.log(await benchUploads());
process.exit(0);
