import * as z from 'zod/mini';

/** What a body sent to a robot's address turns out to be. */
export type Reading =
  | { type: 'message'; msgtype: string; text: string; mentioned: string[] }
  | { type: 'refused'; errcode: number; errmsg: string }
  | { type: 'not-implemented'; msgtype: string };

const envelopeSchema = z.looseObject({ msgtype: z.string() });
const names = z.optional(z.array(z.string()));
const contentSchema = z.object({
  content: z.string(),
  mentioned_list: names,
  mentioned_mobile_list: names,
});

const maxBytes: Readonly<Record<string, number>> = { text: 2048, markdown: 4096, markdown_v2: 4096 };
const others = new Set(['image', 'news', 'file', 'voice', 'template_card']);

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const refused = (errcode: number, errmsg: string): Reading => ({ type: 'refused', errcode, errmsg });

/** `<@id>` in the content mentions too, in text and markdown. */
const mentionsIn = (content: string): string[] =>
  [...content.matchAll(/<@([^<>\s]+)>/g)].map(([, id = '']) => id);

/**
 * Reads a robot message as WeCom does: text ≤ 2,048 bytes, markdown and markdown_v2 ≤ 4,096 bytes of UTF-8. Codes and wording as seen from
 * the real one; its other message types are not implemented here.
 */
export const readRobotMessage = (body: string): Reading => {
  const json = parse(body);
  const envelope = envelopeSchema.safeParse(json).data;
  if (!envelope) {
    return refused(
      40008,
      `invalid message type${json === undefined ? ', Warning: wrong json format. ' : ''}`,
    );
  }
  const { msgtype } = envelope;
  if (others.has(msgtype)) return { type: 'not-implemented', msgtype };
  const limit = maxBytes[msgtype];
  if (limit === undefined) return refused(40008, 'invalid message type');

  const part = z
    .optional(z.looseObject({ content: z.optional(z.unknown()) }))
    .safeParse(envelope[msgtype]).data;
  if (part?.content === undefined || part.content === '') return refused(44004, 'empty content');
  const { data } = contentSchema.safeParse(part);
  if (!data) return refused(40058, `${msgtype} invalid Request Parameter`);
  if (Buffer.byteLength(data.content) > limit) {
    return refused(40058, `${msgtype}.content exceed max length ${limit}. invalid Request Parameter`);
  }
  const listed =
    msgtype === 'text' ? [...(data.mentioned_list ?? []), ...(data.mentioned_mobile_list ?? [])] : [];
  const inText = msgtype === 'markdown_v2' ? [] : mentionsIn(data.content);
  return { type: 'message', msgtype, text: data.content, mentioned: [...new Set([...listed, ...inText])] };
};
