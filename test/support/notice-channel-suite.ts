import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NoticeChannel, RobotMessage } from '../../shared/ports/notice-channel.ts';

export type NoticeChannelRig = {
  channel: NoticeChannel;
  /** What the group of this robot has seen, in the order shown. */
  shown(robotKey: string): { text: string; mentioned: readonly string[] }[];
  /** Makes the far side misbehave until it is told otherwise. */
  make(
    trouble: 'busy' | 'failing' | 'silent' | 'throttled' | 'robot-removed' | 'robot-disabled' | 'well',
  ): void;
  close(): Promise<void>;
};

export const robotMessage = (overrides: Partial<RobotMessage> = {}): RobotMessage => ({
  noticeId: 'ord-1/call-customer/v1',
  robotKey: 'robot-1',
  text: '请在 13:00 前联系客户确认培训时间。',
  mention: ['chenli'],
  ...overrides,
});

/** What every notice channel must do, whatever is behind it. */
export const describeNoticeChannel = (name: string, open: () => Promise<NoticeChannelRig>): void => {
  describe(`the notice channel: ${name}`, () => {
    let rig: NoticeChannelRig;
    beforeEach(async () => {
      rig = await open();
    });
    afterEach(async () => {
      await rig.close();
    });

    it('shows the text to the group and mentions the people named', async () => {
      await expect(rig.channel.send(robotMessage())).resolves.toStrictEqual({ type: 'sent' });
      expect(rig.shown('robot-1')).toMatchObject([{ text: robotMessage().text, mentioned: ['chenli'] }]);
      expect(rig.shown('robot-2')).toStrictEqual([]);
    });

    it('mentions nobody when nobody is named', async () => {
      await rig.channel.send(robotMessage({ mention: [] }));
      expect(rig.shown('robot-1')).toMatchObject([{ mentioned: [] }]);
    });

    it('shows messages in the order sent', async () => {
      const texts = ['一', '二', '三'];
      for (const text of texts) await rig.channel.send(robotMessage({ noticeId: text, text }));
      expect(rig.shown('robot-1').map(({ text }) => text)).toStrictEqual(texts);
    });

    it('cuts a text that is too long at a whole character and still sends it', async () => {
      await expect(rig.channel.send(robotMessage({ text: '训'.repeat(700) }))).resolves.toStrictEqual({
        type: 'sent',
      });
      expect(rig.shown('robot-1')).toMatchObject([{ text: `${'训'.repeat(681)}…` }]);
    });

    it.each([
      ['busy', 'server-error'],
      ['failing', 'server-error'],
      ['silent', 'unreachable'],
      ['throttled', 'rate-limited'],
    ] as const)(
      'asks to try later when the far side is %s, and sends once it is well',
      async (trouble, reason) => {
        rig.make(trouble);
        const outcome = await rig.channel.send(robotMessage());
        expect(outcome).toMatchObject({ type: 'try-later', reason });
        expect(outcome.type === 'try-later' && outcome.afterSeconds).toBeGreaterThan(0);
        expect(rig.shown('robot-1')).toStrictEqual([]);
        rig.make('well');
        await expect(rig.channel.send(robotMessage())).resolves.toStrictEqual({ type: 'sent' });
      },
    );

    it.each([
      ['robot-removed', 'bad-key'],
      ['robot-disabled', 'robot-disabled'],
    ] as const)('is refused for good when the far side answers %s', async (trouble, reason) => {
      rig.make(trouble);
      await expect(rig.channel.send(robotMessage())).resolves.toMatchObject({ type: 'refused', reason });
    });

    it('is refused for good with an empty text', async () => {
      await expect(rig.channel.send(robotMessage({ text: '' }))).resolves.toMatchObject({
        type: 'refused',
        reason: 'bad-message',
      });
    });

    it('shows the same notice once, however often it is sent', async () => {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await expect(rig.channel.send(robotMessage())).resolves.toStrictEqual({ type: 'sent' });
      }
      expect(rig.shown('robot-1')).toHaveLength(1);
    });
  });
};
