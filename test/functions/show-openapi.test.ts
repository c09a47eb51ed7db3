import { describe, expect, it } from 'vitest';
import { document } from './documented.ts';
import { watchOutput } from './output.ts';
import { makeWorld } from './world.ts';

watchOutput();

describe('GET /openapi.json', () => {
  it('serves the document to anybody', async () => {
    const world = await makeWorld();
    const { status, body } = await world.call('GET /openapi.json', {});
    expect(status).toBe(200);
    expect(body).toEqual(document);
  });

  it('fits into an answer many times', async () => {
    const world = await makeWorld();
    const { body } = await world.call('GET /openapi.json', {});
    expect(JSON.stringify(body).length).toBeLessThan(500_000);
  });
});
