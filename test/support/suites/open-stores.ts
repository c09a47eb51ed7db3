import { makeGroupMessages } from '../../../shared/adapters/dynamodb/group-messages.ts';
import { makeOrderStore } from '../../../shared/adapters/dynamodb/order-store.ts';
import { makeOutbox } from '../../../shared/adapters/dynamodb/outbox.ts';
import { memoryStore } from '../memory/order-store.ts';
import { openTables } from './open-tables.ts';
import type { StoreRig } from './order-store.ts';

export const openMemoryStores = async (): Promise<StoreRig> => ({
  fresh: async () => memoryStore(),
  close: async () => {},
});

export const openDynamodbStores = async (): Promise<StoreRig> => {
  const { document, fresh, close } = await openTables();
  return {
    fresh: async () => {
      const names = await fresh();
      return {
        orders: makeOrderStore(document, names),
        outbox: makeOutbox(document, names.outbox),
        messages: makeGroupMessages(document, names.messages),
      };
    },
    close,
  };
};
