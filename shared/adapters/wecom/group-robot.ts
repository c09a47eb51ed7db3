import * as z from 'zod/mini';
import { fitBytes } from '../../domain/fit-bytes.ts';
import { maxNoticeBytes } from '../../domain/notices.ts';
import type { NoticeChannel, RobotMessage, SendOutcome } from '../../ports/notice-channel.ts';

const answerSchema = z.object({ errcode: z.int(), errmsg: z.optional(z.string()) });

type RefusedReason = Extract<SendOutcome, { type: 'refused' }>['reason'];

const refusals: Readonly<Record<number, RefusedReason>> = {
  40008: 'bad-message', // message type
  40058: 'bad-message', // parameter, length included
  44004: 'bad-message', // empty content
  45002: 'bad-message', // content too long
  93000: 'bad-key', // address wrong, or robot removed from the group
  93004: 'robot-disabled',
};

const tryLater = (
  reason: Extract<SendOutcome, { type: 'try-later' }>['reason'],
  afterSeconds: number,
  detail: string,
): SendOutcome => ({ type: 'try-later', reason, afterSeconds, detail });

const ofErrcode = (code: number, detail: string): SendOutcome => {
  switch (code) {
    case 0:
      return { type: 'sent' };
    case -1: // system busy
      return tryLater('server-error', 30, detail);
    case 45009: // more than 20 messages a minute
    case 45033: // too many calls at once
      return tryLater('rate-limited', 60, detail);
    default:
      return { type: 'refused', reason: refusals[code] ?? 'unknown-answer', code, detail };
  }
};

const parseAnswer = (body: string) => {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

const ofAnswer = (status: number, body: string, robotKey: string): SendOutcome => {
  if (status === 429) return tryLater('rate-limited', 60, 'HTTP 429');
  if (status >= 500) return tryLater('server-error', 30, `HTTP ${status}`);
  const answer = parseAnswer(body);
  if (answer) {
    const said = (answer.errmsg ?? '').replaceAll(robotKey || '…', '…').slice(0, 200);
    return ofErrcode(answer.errcode, `errcode ${answer.errcode} ${said}`.trimEnd());
  }
  if (status === 200) return tryLater('server-error', 30, 'HTTP 200 without an errcode');
  return { type: 'refused', reason: 'unknown-answer', code: status, detail: `HTTP ${status}` };
};

/** Names the failure without the error's message, which may quote the address and so the key. */
const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
};

const bodyOf = ({ text, mention }: RobotMessage) =>
  JSON.stringify({
    msgtype: 'text',
    text: {
      content: fitBytes(text, maxNoticeBytes),
      ...(mention.length > 0 && { mentioned_list: mention }),
    },
  });

/**
 * Sends notices through a WeCom group robot (`/cgi-bin/webhook/send`); `endpoint` is the host, `https://qyapi.weixin.qq.com` in the
 * cloud. WeCom reports most failures as HTTP 200 with an `errcode`. Source: developer.work.weixin.qq.com/document/path/99110.
 *
 * The notice's id goes along as `Idempotency-Key`. WeCom ignores it, so a crash between WeCom's answer and our record of it can show a
 * notice twice there; the local server shows a known key once, which closes that window on one machine.
 */
export const makeGroupRobot = ({
  endpoint,
  timeoutMs,
}: {
  endpoint: string;
  timeoutMs: number;
}): NoticeChannel => {
  const address = new URL(`${endpoint.replace(/\/+$/, '')}/cgi-bin/webhook/send`).href;
  return {
    async send(message) {
      try {
        const response = await fetch(`${address}?key=${encodeURIComponent(message.robotKey)}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            // A header takes Latin-1 only, an order's id may hold more.
            'idempotency-key': encodeURI(message.noticeId.toWellFormed()),
          },
          body: bodyOf(message),
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        });
        return ofAnswer(response.status, await response.text(), message.robotKey);
      } catch (error) {
        return tryLater('unreachable', 30, causeOf(error));
      }
    },
  };
};
