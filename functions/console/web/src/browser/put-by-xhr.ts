import { CallFailed } from '../upload/call-failed.ts';
import type { PutPart } from '../upload/upload-ports.ts';

/** A request that moves nothing for so long hangs on a line that was cut without a word. */
const stalledMs = 45_000;

/** Sends a part by XMLHttpRequest, since `fetch` does not tell how much of a body has gone. The body is streamed from the file. */
export const putByXhr: PutPart = async (url, body, onSent, signal) =>
  await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watchdog = 0;
    const watch = (): void => {
      clearTimeout(watchdog);
      watchdog = window.setTimeout(() => request.abort(), stalledMs);
    };
    const stop = (): void => request.abort();
    const settle = (): void => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', stop);
    };
    request.upload.addEventListener('progress', ({ loaded }) => {
      watch();
      onSent(loaded);
    });
    request.addEventListener('loadend', () => {
      settle();
      const etag = request.getResponseHeader('etag');
      if (request.status === 200 && etag !== null) resolve(etag);
      else reject(new CallFailed(request.status, storeCode(request.responseText)));
    });
    signal.addEventListener('abort', stop);
    request.open('PUT', url);
    request.send(body);
    watch();
  });

/** S3 names what is wrong in its XML: `<Code>AccessDenied</Code>`. */
const storeCode = (xml: string): string | null => /<Code>(\w+)<\/Code>/.exec(xml)?.[1] ?? null;
