import type { StreamReader } from './engines/dynamodb-stream.ts';

/** Every write passes the meter, so the stream is asked only when there has been one; and at the start, for what a killed run left. */
export const pollWhenWritten = (stream: StreamReader, takeWritten: () => boolean): StreamReader => {
  let more = true;
  return {
    ...stream,
    poll: async (limit) => {
      if (!takeWritten() && !more) return [];
      // Stands until an answer has come: after a failed poll the records are still there.
      more = true;
      const records = await stream.poll(limit);
      more = records.length > 0;
      return records;
    },
  };
};
