import {
  GetSecretValueCommand,
  InternalServiceError,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeSecrets } from '../../shared/adapters/secrets/secrets.ts';
import { memorySecrets } from '../support/memory/secrets.ts';
import { describeSecrets } from '../support/suites/secrets.ts';

const client = new SecretsManagerClient({ region: 'us-east-1' });
const aws = mockClient(client);
const arnOf = (name: string): string => `arn:${name}`;
const minutes = 60_000;
let now: number;
const clock = { now: () => now };

const missing = () => new ResourceNotFoundException({ message: 'no secret', $metadata: {} });
const broken = () => new InternalServiceError({ message: 'away', $metadata: {} });

beforeEach(() => {
  aws.reset();
  now = Date.parse('2025-03-08T02:00:00Z');
});

describeSecrets('in memory', memorySecrets);

describeSecrets('in Secrets Manager', (given) => {
  aws.on(GetSecretValueCommand).callsFake(({ SecretId }: { SecretId: string }) => {
    const values = Object.entries(given).find(([name]) => arnOf(name) === SecretId)?.[1];
    if (values === undefined) throw missing();
    return { SecretString: values.join(' ') };
  });
  return makeSecrets(client, arnOf, clock);
});

describe('secrets of Secrets Manager', () => {
  const answer = (SecretString?: string) =>
    aws.on(GetSecretValueCommand).resolves(SecretString === undefined ? {} : { SecretString });

  it('are kept for five minutes of the clock that is handed in, each by itself, and then asked for again', async () => {
    const secrets = makeSecrets(client, arnOf, clock);
    answer('old');
    await secrets.values('session-key');
    answer('new old');
    now += 5 * minutes - 1;
    await expect(secrets.values('session-key')).resolves.toStrictEqual(['old']);
    expect(aws).toHaveReceivedCommandTimes(GetSecretValueCommand, 1);
    await expect(secrets.values('crm-webhook')).resolves.toStrictEqual(['new', 'old']);
    now += 1;
    await expect(secrets.values('session-key')).resolves.toStrictEqual(['new', 'old']);
    expect(aws).toHaveReceivedCommandTimes(GetSecretValueCommand, 3);
    expect(aws).toHaveReceivedNthCommandWith(GetSecretValueCommand, 1, { SecretId: 'arn:session-key' });
  });

  it('may be separated by any white space', async () => {
    answer(' new\n\told \n');
    await expect(makeSecrets(client, arnOf, clock).values('session-key')).resolves.toStrictEqual([
      'new',
      'old',
    ]);
  });

  it.each([
    ['without a text', undefined],
    ['that is empty', ''],
    ['of white space', ' \n'],
  ])('are a fault when there is one %s, since nothing may be signed with an empty key', async (_, text) => {
    answer(text);
    await expect(makeSecrets(client, arnOf, clock).values('session-key')).rejects.toThrow('no value');
  });

  it('are asked for again after a failure, which is not kept', async () => {
    const secrets = makeSecrets(client, arnOf, clock);
    aws.on(GetSecretValueCommand).rejectsOnce(broken()).resolves({ SecretString: 'key' });
    await expect(secrets.values('session-key')).rejects.toThrow('away');
    await expect(secrets.values('session-key')).resolves.toStrictEqual(['key']);
  });

  it('fail once they are too old and cannot be asked for, since they may have been revoked', async () => {
    const secrets = makeSecrets(client, arnOf, clock);
    aws.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'key' }).rejects(broken());
    await secrets.values('session-key');
    now += 5 * minutes;
    await expect(secrets.values('session-key')).rejects.toThrow('away');
  });
});
