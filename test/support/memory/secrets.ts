import type { SecretName, Secrets } from '../../../shared/ports/secrets.ts';

/** Secrets in memory, the newest value first. Asking for one that was not given is a fault of the test. */
export const memorySecrets = (given: Partial<Record<SecretName, readonly string[]>>): Secrets => ({
  values: async (name) => {
    const values = given[name];
    if (values === undefined) throw new Error(`the secret ${name} was not given`);
    return values;
  },
});
