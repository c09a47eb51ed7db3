import { makeLedger } from '../../shared/adapters/dynamodb/ledger.ts';
import { makeOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { memoryLedger } from '../support/memory/ledger.ts';
import { memoryOrderStore } from '../support/memory/order-store.ts';
import { describeLedger } from '../support/suites/ledger.ts';
import { openTables } from '../support/suites/open-tables.ts';

describeLedger('in memory', async () => ({
  fresh: async () => {
    const orders = memoryOrderStore();
    return { orders, ledger: memoryLedger(orders.booked) };
  },
  close: async () => {},
}));

describeLedger('in DynamoDB', async () => {
  const { document, fresh, close } = await openTables();
  return {
    fresh: async () => {
      const names = await fresh();
      return { orders: makeOrderStore(document, names), ledger: makeLedger(document, names.ledger) };
    },
    close,
  };
});
