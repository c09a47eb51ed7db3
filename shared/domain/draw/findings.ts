/** The lists of a record. */
export type RecordList = 'population' | 'tickets' | 'strata' | 'sample' | 'targeted';

type Place = { stratum: string; order: number };

/** What a check of a published record has found wrong. */
export type Finding =
  /** It is no record of a draw: where, and why. */
  | { type: 'malformed'; where: string; problem: string }
  | { type: 'announcement-differs'; what: 'hash' | 'seed'; announced: string; published: string }
  | { type: 'seed-source-unnamed'; source: string }
  | { type: 'listed-twice'; list: RecordList; id: string }
  | { type: 'out-of-sequence'; list: RecordList }
  /** An order has a ticket or is in the sample, but is not in the population. */
  | { type: 'order-left-out'; id: string }
  /** Orders, strata, month, closing time or rule are not those that the published hash was made of. */
  | { type: 'population-changed'; published: string; computed: string }
  | { type: 'ticket-missing'; id: string }
  | { type: 'ticket-changed'; id: string; published: string; computed: string }
  /** No ticket at all follows from the seed. */
  | { type: 'seed-changed' }
  | { type: 'stratum-missing'; id: string }
  | { type: 'stratum-unknown'; id: string }
  | { type: 'stratum-without-share'; id: string }
  | { type: 'stratum-size' | 'stratum-take'; id: string; published: number; computed: number }
  | ({ type: 'pick-missing'; id: string } & Place)
  | ({ type: 'pick-unearned'; id: string } & Place)
  | { type: 'pick-moved'; id: string; published: Place; computed: Place };

const lists = {
  population: '名单',
  tickets: '签号表',
  strata: '分组表',
  sample: '抽中名单',
  targeted: '定向检查名单',
} as const satisfies Record<RecordList, string>;

const announcements = { hash: '名单指纹', seed: '种子' } as const;

const placeText = ({ stratum, order }: Place): string => `接单人 ${stratum} 组第 ${order} 位`;

/** A finding in words, for whoever checks a draw. */
export const findingText = (finding: Finding): string => {
  switch (finding.type) {
    case 'malformed':
      return `这不是有效的抽签记录：${finding.where} 处 ${finding.problem}。`;
    case 'announcement-differs':
      return `记录里的${announcements[finding.what]}是 ${finding.published}，与公布过的 ${finding.announced} 不一致。`;
    case 'seed-source-unnamed':
      return `种子来源 ${finding.source} 不在事先公布的来源之列。`;
    case 'listed-twice':
      return `${lists[finding.list]}里 ${finding.id} 重复出现。`;
    case 'out-of-sequence':
      return `${lists[finding.list]}的排列次序被改过。`;
    case 'order-left-out':
      return `工单 ${finding.id} 有签号或已被抽中，却不在名单里：名单漏掉了它。`;
    case 'population-changed':
      return `名单指纹不符：公布的是 ${finding.published}，按记录重算是 ${finding.computed}；名单封存之后，工单、接单人、月份、封存时间或抽取规则被改过。`;
    case 'ticket-missing':
      return `工单 ${finding.id} 在名单里，却没有签号。`;
    case 'ticket-changed':
      return `工单 ${finding.id} 的签号被改过：记录里是 ${finding.published}，由种子算出的是 ${finding.computed}。`;
    case 'seed-changed':
      return '没有一个签号能由记录里的种子算出：种子被改过，或者全部签号都被换过。';
    case 'stratum-missing':
      return `接单人 ${finding.id} 有工单，分组表里却没有这一组。`;
    case 'stratum-unknown':
      return `分组表里的接单人 ${finding.id} 没有任何工单。`;
    case 'stratum-without-share':
      return `接单人 ${finding.id} 有工单，却没有分到抽取数量；每组至少抽 1 单。`;
    case 'stratum-size':
      return `接单人 ${finding.id} 的工单数不符：记录里是 ${finding.published}，实际是 ${finding.computed}。`;
    case 'stratum-take':
      return `接单人 ${finding.id} 的抽取数量不符：记录里是 ${finding.published}，按规则应为 ${finding.computed}。`;
    case 'pick-missing':
      return `工单 ${finding.id} 应当抽中（${placeText(finding)}），抽中名单里却没有。`;
    case 'pick-unearned':
      return `工单 ${finding.id} 不应抽中，抽中名单里却把它列为${placeText(finding)}。`;
    case 'pick-moved':
      return `工单 ${finding.id} 应是${placeText(finding.computed)}，抽中名单里却写成${placeText(finding.published)}。`;
  }
};
