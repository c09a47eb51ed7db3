import type { SendOutcome } from '../../../shared/ports/notice-channel.ts';
import { describeNoticeChannel } from '../notice-channel-suite.ts';
import { memoryNoticeChannel } from './notice-channel.ts';

const later = (reason: Extract<SendOutcome, { type: 'try-later' }>['reason']): SendOutcome => ({
  type: 'try-later',
  reason,
  afterSeconds: 30,
  detail: '',
});

const refused = (reason: Extract<SendOutcome, { type: 'refused' }>['reason'], code: number): SendOutcome => ({
  type: 'refused',
  reason,
  code,
  detail: '',
});

const outcomes = {
  busy: later('server-error'),
  failing: later('server-error'),
  silent: later('unreachable'),
  throttled: later('rate-limited'),
  'robot-removed': refused('bad-key', 93_000),
  'robot-disabled': refused('robot-disabled', 93_004),
  well: null,
};

describeNoticeChannel('in memory', async () => {
  const channel = memoryNoticeChannel();
  return {
    channel,
    shown: (robotKey) =>
      channel.shown
        .filter((message) => message.robotKey === robotKey)
        .map(({ text, mention }) => ({ text, mentioned: mention })),
    make: (trouble) => channel.answer(outcomes[trouble]),
    close: async () => {},
  };
});
