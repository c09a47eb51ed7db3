import type { NoticeQueue } from '../../../shared/ports/timers.ts';

/** The queue of notices in memory: `sent` is the ids that were put on it, in order. */
export const memoryNoticeQueue = (): NoticeQueue & { readonly sent: readonly string[] } => {
  const sent: string[] = [];
  return { sent, send: async (noticeIds) => void sent.push(...noticeIds) };
};
