import { CallFailed } from '../../functions/console/web/src/upload/call-failed.ts';
import type { PutPart } from '../../functions/console/web/src/upload/upload-ports.ts';

/** Sends a part as the console does, but by `fetch`, for Node, which has no XMLHttpRequest. Progress is told part by part. */
export const putByFetch: PutPart = async (url, body, onSent, signal) => {
  let response: Response;
  try {
    response = await fetch(url, { method: 'PUT', body, signal });
    await response.arrayBuffer();
  } catch {
    throw new CallFailed(0);
  }
  const etag = response.headers.get('etag');
  if (!response.ok || etag === null) throw new CallFailed(response.status);
  onSent(body.size);
  return etag;
};
