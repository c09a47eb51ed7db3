import { once } from 'node:events';
import type { Server } from 'node:http';

/** Lets a server listen on a free port of 127.0.0.1 and tells its URL, without a slash at the end. */
export const listenOnLoopback = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
};

/** Stops a server at once, cutting what is still connected. */
export const stopListening = (server: Server): void => {
  server.close();
  server.closeAllConnections();
};
