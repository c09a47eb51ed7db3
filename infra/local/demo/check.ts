import type { OrderAccount } from './account.ts';

/** Something that must be true of the whole month: how much was looked at, and where it is not so. */
export type Check = { claim: string; looked: string; faults: readonly string[] };

export type Finding = { looked: number; faults: readonly string[] };

/** Holds every order against a claim. */
export const check = (
  claim: string,
  unit: string,
  accounts: readonly OrderAccount[],
  find: (account: OrderAccount) => Finding,
): Check => {
  const findings = accounts.map((account) => ({ orderId: account.order.orderId, ...find(account) }));
  return {
    claim,
    looked: `${findings.reduce((sum, { looked }) => sum + looked, 0)} ${unit}`,
    faults: findings.flatMap(({ orderId, faults }) => faults.map((fault) => `${orderId}: ${fault}`)),
  };
};
