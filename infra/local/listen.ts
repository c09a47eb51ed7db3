import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const patienceMs = 5000;
const retryMs = 100;

/** Listens on loopback only; port 0 takes a free one. A run that is just ending is waited for. Gives the port; throws when it stays taken. */
export const listen = async (server: Server, port: number): Promise<number> => {
  for (let waited = 0; !(await tryListen(server, port)); waited += retryMs) {
    if (waited >= patienceMs) throw new Error(`port ${port} is taken: set PORT to another one`);
    await pause(retryMs);
  }
  const address = server.address();
  if (!isTcp(address)) throw new Error('the server has no port');
  return address.port;
};

const tryListen = async (server: Server, port: number): Promise<boolean> => {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
};

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';

const isTcp = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;
