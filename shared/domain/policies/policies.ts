import type { Policy } from '../policy.ts';
import { policy20250324 } from './2025-03-24.ts';

/** The version that new orders are created under. */
export const currentPolicy: Policy = policy20250324;

const policies = new Map<string, Policy>([[policy20250324.version, policy20250324]]);

/** The policy of a version. Throws when an order names one that this release does not know. */
export const policyOf = (version: string): Policy => {
  const policy = policies.get(version);
  if (policy === undefined) throw new Error(`unknown policy version ${version}`);
  return policy;
};
