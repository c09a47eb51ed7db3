import type { Chance } from './chance.ts';
import type { Talk, Words } from './plot.ts';
import { move } from './plot.ts';
import { answers, pleas, questions, thanks } from './sentences.ts';
import { hour, midnightOf, minute } from './shanghai-time.ts';

type Period = { from: number; to: number };
type Draw = (what: string) => number;

const second = 1000;
const wholeSecond = (at: number): number => Math.round(at / second) * second;
const between = (low: number, high: number, share: number): number => low + (high - low) * share;
const oneOf = (list: readonly string[], share: number): string => list[Math.floor(share * list.length)] ?? '';

/** What a group comes to in the maintenance period, as chance has it: two or three exchanges, each a question or a few, an answer, at times a word of thanks. */
export const talkOf = (orderId: string, period: Period, chance: Chance): Talk => {
  const draw = (what: string): number => chance(`${orderId}/talk/${what}`);
  const count = 2 + Math.floor(draw('count') * 2);
  const length = (period.to - period.from) / count;
  const exchanges = Array.from({ length: count }, (_, index) => {
    const from = period.from + index * length;
    const own = (what: string): number => draw(`${index}/${what}`);
    return exchange(String(index + 1), { from, to: from + length }, own);
  });
  return {
    words: exchanges.flatMap(({ words }) => words),
    moves: exchanges.flatMap(({ moves }) => moves),
  };
};

const exchange = (id: string, period: Period, draw: Draw): Talk => {
  const isNight = draw('night') < 0.12;
  const isBusy = !isNight && draw('busy') < 0.06;
  const askedAt = askedIn(period, isNight ? [22.5, 30] : [9, 21.5], draw);
  const answeredAt = wholeSecond(
    askedAt + (isBusy ? between(9, 17, draw('wait')) * minute : waitOf(askedAt, isNight, draw)),
  );
  const by = isBusy ? 'support' : 'responder';
  const answer = { messageId: `${id}a`, at: answeredAt, by, text: oneOf(answers, draw('answer')) } as const;
  const reason = '正在给另一家门店直播';
  const request = move(askedAt + 3 * minute, 'trainer', 'request-support', { reason });
  const polite = draw('polite') < 0.3 ? thanking(id, answeredAt, draw) : { words: [], moves: [] };
  return {
    words: [...asking(id, askedAt, draw), handed(answer, draw), ...polite.words],
    moves: [...(isBusy ? [request] : []), ...polite.moves],
  };
};

/** Some time of some day of the period, between these hours of the Shanghai clock. */
const askedIn = ({ from, to }: Period, [low, high]: readonly [number, number], draw: Draw): number => {
  const midnight = midnightOf(between(from, to, draw('day')));
  return wholeSecond(Math.max(midnight + between(low, high, draw('time')) * hour, from + 4 * minute));
};

/** How long the customer waits: mostly less than 20 minutes, sometimes more, now and then more than an hour; at night until the morning, unless somebody is awake. */
const waitOf = (askedAt: number, isNight: boolean, draw: Draw): number => {
  const share = draw('wait');
  const within = draw('within');
  if (isNight && share >= 0.45)
    return midnightOf(askedAt + 2 * hour) + between(8.5, 9.4, within) * hour - askedAt;
  if (isNight || share < 0.62) return between(2.5, 9.5, within) * minute;
  if (share < 0.82) return between(10.5, 19.5, within) * minute;
  return (share < 0.94 ? between(21, 48, within) : between(64, 150, within)) * minute;
};

/** One question, sometimes with a second and a third before anybody could answer. */
const asking = (id: string, askedAt: number, draw: Draw): Words[] => {
  const more = [0.65, 0.88].filter((share) => draw('burst') >= share).length;
  const pace = between(25, 60, draw('pace')) * second;
  return Array.from({ length: 1 + more }, (_, index) => {
    const text = oneOf(index === 0 ? questions : pleas, draw(`text ${index}`));
    const at = wholeSecond(askedAt + index * pace);
    return handed({ messageId: `${id}q${index + 1}`, at, by: 'customer', text }, draw);
  });
};

/** Most words are handed on at once; some late, so that an answer may come before its question; some twice. */
const handed = (words: Omit<Words, 'heardAt'>, draw: Draw): Words => {
  const { messageId, at } = words;
  const share = draw(`way of ${messageId}`);
  const later = wholeSecond(at + between(1, 24, draw(`delay of ${messageId}`)) * minute);
  if (share < 0.06) return { ...words, heardAt: [later] };
  return { ...words, heardAt: share < 0.1 ? [at, later] : [at] };
};

/** Thanks ask for no answer: whoever answers here says so at once, or it is forgotten and falls to the assistant. */
const thanking = (id: string, answeredAt: number, draw: Draw): Talk => {
  const messageId = `${id}t`;
  const at = wholeSecond(answeredAt + between(1, 5, draw('thanks')) * minute);
  const isForgotten = draw('forgotten') < 0.12;
  const after = isForgotten ? between(22, 40, draw('dismissed')) : between(1, 9, draw('dismissed'));
  const by = isForgotten ? 'assistant' : 'responder';
  const body = { messageId, reason: '客户只是道谢' };
  return {
    words: [{ messageId, at, by: 'customer', text: oneOf(thanks, draw('thanks text')), heardAt: [at] }],
    moves: [move(wholeSecond(at + after * minute), by, 'dismiss-message', body)],
  };
};
