import { defineConfig } from 'vitest/config';

/** The examples of the rules alone: what mutation testing runs for each mutant, so that has to be quick. */
export default defineConfig({
  test: { include: ['test/domain/**/*.test.ts'], expect: { requireAssertions: true } },
});
