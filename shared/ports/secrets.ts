/** Secrets by name. Several values of one secret are valid at a time while it is rotated; the first is the newest. */
export type SecretName = 'crm-webhook' | 'session-key' | 'link-key';
export type Secrets = { values(name: SecretName): Promise<readonly string[]> };
