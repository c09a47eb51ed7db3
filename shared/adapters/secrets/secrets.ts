import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../ports/clock.ts';
import type { SecretName, Secrets } from '../../ports/secrets.ts';

const keepMs = 5 * 60_000;

/** Secrets of AWS Secrets Manager, kept for five minutes: so long does a rotation take to reach every function. */
export const makeSecrets = (
  client: SecretsManagerClient,
  arnOf: (name: SecretName) => string,
  clock: Clock,
): Secrets => {
  const kept = new Map<SecretName, { values: readonly string[]; until: number }>();
  return {
    values: async (name) => {
      const found = kept.get(name);
      if (found !== undefined && found.until > clock.now()) return found.values;
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arnOf(name) }));
      const values = splitSecret(SecretString);
      kept.set(name, { values, until: clock.now() + keepMs });
      return values;
    },
  };
};

/** Several values, separated by white space, are valid while a secret is rotated. Throws when there is none. */
export const splitSecret = (text: string): readonly string[] => {
  const values = text.split(/\s+/).filter((value) => value !== '');
  if (values.length === 0) throw new Error('a secret has no value');
  return values;
};
