import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const isTcp = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

/** Listens on loopback only; port 0 takes a free one. Gives the port. */
export const listen = async (server: Server, port: number): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (!isTcp(address)) throw new Error('the server has no port');
  return address.port;
};
