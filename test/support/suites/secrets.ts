import { describe, expect, it } from 'vitest';
import type { SecretName, Secrets } from '../../../shared/ports/secrets.ts';

/** What every keeper of secrets must do, whatever is behind it. `open` is given the values of each secret, the newest first. */
export const describeSecrets = (
  name: string,
  open: (given: Partial<Record<SecretName, readonly string[]>>) => Secrets,
): void => {
  describe(`the secrets: ${name}`, () => {
    it('gives each secret under its name', async () => {
      const secrets = open({ 'crm-webhook': ['whsec_YQ=='], 'session-key': ['key'], 'link-key': ['link'] });
      await expect(secrets.values('crm-webhook')).resolves.toStrictEqual(['whsec_YQ==']);
      await expect(secrets.values('session-key')).resolves.toStrictEqual(['key']);
      await expect(secrets.values('link-key')).resolves.toStrictEqual(['link']);
    });

    it('gives all values that are valid while a secret is rotated, the newest first', async () => {
      const secrets = open({ 'session-key': ['new', 'old'] });
      await expect(secrets.values('session-key')).resolves.toStrictEqual(['new', 'old']);
    });

    it('fails for a secret that is not there', async () => {
      await expect(open({}).values('session-key')).rejects.toThrow('secret');
    });
  });
};
