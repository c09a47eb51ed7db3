import { makeRateLimit } from '../../shared/adapters/dynamodb/rate-limit.ts';
import { memoryRateLimit } from '../support/memory/rate-limit.ts';
import { openTables } from '../support/suites/open-tables.ts';
import { describeRateLimit } from '../support/suites/rate-limit.ts';

describeRateLimit('in memory', async () => ({
  fresh: async () => memoryRateLimit(),
  close: async () => {},
}));

describeRateLimit('in DynamoDB', async () => {
  const { document, fresh, close } = await openTables();
  return { fresh: async () => makeRateLimit(document, (await fresh()).rates), close };
});
