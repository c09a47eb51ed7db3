import { makeSessions } from '../../shared/adapters/dynamodb/sessions.ts';
import { memorySessions } from '../support/memory/sessions.ts';
import { openTables } from '../support/suites/open-tables.ts';
import { describeSessions } from '../support/suites/sessions.ts';

describeSessions('in memory', async () => ({
  fresh: async () => memorySessions(),
  close: async () => {},
}));

describeSessions('in DynamoDB', async () => {
  const { document, fresh, close } = await openTables();
  return { fresh: async () => makeSessions(document, (await fresh()).sessions), close };
});
