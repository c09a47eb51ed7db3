import { fitBytes } from '../../../shared/domain/fit-bytes.ts';
import { maxNoticeBytes } from '../../../shared/domain/notices.ts';
import type { NoticeChannel, RobotMessage, SendOutcome } from '../../../shared/ports/notice-channel.ts';

const emptyText: SendOutcome = { type: 'refused', reason: 'bad-message', code: 44_004, detail: 'empty text' };

/** A notice channel that remembers: `shown` is what the groups have seen, in order. `answer` gives every message an outcome until it is told `null`. */
export const memoryNoticeChannel = () => {
  const shown: RobotMessage[] = [];
  let given: SendOutcome | null = null;

  const channel: NoticeChannel = {
    send: async (message) => {
      if (given !== null && given.type !== 'sent') return given;
      if (message.text === '') return emptyText;
      if (!shown.some(({ noticeId }) => noticeId === message.noticeId))
        shown.push({ ...message, text: fitBytes(message.text, maxNoticeBytes) });
      return { type: 'sent' };
    },
  };

  return {
    ...channel,
    shown: shown as readonly RobotMessage[],
    answer: (outcome: SendOutcome | null): void => {
      given = outcome;
    },
  };
};
