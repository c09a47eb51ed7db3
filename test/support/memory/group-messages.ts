import { compareText } from '../../../shared/domain/compare-text.ts';
import type { GroupMessage, GroupMessages } from '../../../shared/ports/group-messages.ts';

/** What was said in the orders' groups, in memory. `add` is for the order store's commit and for tests that begin with a message. */
export const memoryGroupMessages = () => {
  const stored = new Map<string, GroupMessage>();

  const messages: GroupMessages = {
    find: async (orderId, messageId) => structuredClone(stored.get(keyOf({ orderId, messageId }))) ?? null,

    ofOrder: async (orderId) =>
      structuredClone([...stored.values()])
        .filter((message) => message.orderId === orderId)
        .toSorted((a, b) => compareText(a.at, b.at) || compareText(a.messageId, b.messageId)),
  };

  return {
    ...messages,
    has: (message: Pick<GroupMessage, 'orderId' | 'messageId'>): boolean => stored.has(keyOf(message)),
    add: (...given: readonly GroupMessage[]): void => {
      for (const message of given) stored.set(keyOf(message), structuredClone(message));
    },
  };
};

export type MemoryGroupMessages = ReturnType<typeof memoryGroupMessages>;

const keyOf = ({ orderId, messageId }: Pick<GroupMessage, 'orderId' | 'messageId'>): string =>
  `${orderId} ${messageId}`;
