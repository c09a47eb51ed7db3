/** A message as WeCom shows it: the group's robot, the text (Simplified Chinese, at most 2,048 bytes UTF-8) and the staff ids to mention. */
export type RobotMessage = { noticeId: string; robotKey: string; text: string; mention: readonly string[] };

/** What became of one attempt. `detail` is for logs: it never contains the robot's key or the text. */
export type SendOutcome =
  | { type: 'sent' }
  | {
      type: 'try-later';
      reason: 'rate-limited' | 'unreachable' | 'server-error';
      afterSeconds: number;
      detail: string;
    }
  | {
      type: 'refused';
      reason: 'bad-key' | 'robot-disabled' | 'bad-message' | 'unknown-answer';
      code: number;
      detail: string;
    };

/** Shows a notice to a group. Never throws for what WeCom or the network does: the outcome says it. */
export type NoticeChannel = { send(message: RobotMessage): Promise<SendOutcome> };
