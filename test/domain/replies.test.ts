import { describe, expect, it } from 'vitest';
import { viewOrder } from '../../shared/contracts/order-view.ts';
import type { Facts } from '../../shared/domain/decision.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import type { MessageStamp } from '../../shared/domain/maintenance-facts.ts';
import { stillHolds } from '../../shared/domain/notice-guard.ts';
import type { Order } from '../../shared/domain/order.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { policySchema } from '../../shared/domain/policy.ts';
import { clocksOf, openQuestions, unansweredQuestions } from '../../shared/domain/questions.ts';
import { recordMessage } from '../../shared/domain/record-message.ts';
import type { ReplyClock } from '../../shared/domain/reply-clocks.ts';
import { replyClocks } from '../../shared/domain/reply-clocks.ts';
import { taskText } from '../../shared/domain/wording.ts';
import { buildCalendar, wholeWeek } from '../support/build-calendar.ts';
import type { Story } from '../support/build-order.ts';
import {
  accepted,
  at,
  buildFacts,
  makeStory,
  makeStoryIn,
  refused,
  staff,
  understood,
} from '../support/build-order.ts';

/** A time of day 2 of the order, the first whole day of its maintenance. */
const day2 = (time: string): string => `2025-03-10 ${time}`;

const clocksAt = (story: Story, now: string): readonly ReplyClock[] =>
  clocksOf(story.order, currentPolicy, at(now));

const statesAt = (story: Story, now: string): string[] =>
  clocksAt(story, now).map(({ messageId, state }) => `${messageId} ${state}`);

const dueTimes = (story: Story, now: string): (Instant | null)[] =>
  clocksAt(story, now).map(({ dueAt }) => dueAt);

/** The only clock of an order. */
const clockAt = (story: Story, now: string): ReplyClock => {
  const [clock, ...more] = clocksAt(story, now);
  if (clock === undefined || more.length > 0) throw new Error(`${more.length} clocks too many, or none`);
  return clock;
};

/** An order in maintenance whose customer asks `m1` at 10:00 on day 2. */
const asked = (): Story => {
  const story = makeStoryIn('maintenance');
  story.say(day2('10:00'), 'customer', 'm1');
  return story;
};

const toldOf = (story: Story, kind: string) => story.told.filter((notice) => notice.kind === kind);
const dismissal = (messageId: string) => ({ messageId, reason: '客户只是道谢' });
const waitFor = (condition: string) => ({ condition, note: '等客户提供型号' });

describe('a question in the group', () => {
  it.each([
    ['10:00', 'met'],
    ['10:00:00.001', 'met'],
    ['10:19:59.999', 'met'],
    ['10:20', 'met'],
    ['10:20:00.001', 'breached'],
    ['11:30', 'breached'],
  ])('R3.1 of 10:00 that is answered at %s is %s', (time, state) => {
    const story = asked();
    story.say(day2(time), 'trainer', 'a1');
    expect(clockAt(story, day2('12:00'))).toMatchObject({
      kind: 'reply',
      rule: 'R3.1',
      messageId: 'm1',
      holder: 'T1',
      askedAt: at(day2('10:00')),
      startedAt: at(day2('10:00')),
      dueAt: at(day2('10:20')),
      endedAt: at(day2(time)),
      answeredBy: 'T1',
      state,
    });
    expect(openQuestions(story.order, currentPolicy, at(day2('12:00')))).toEqual([]);
    expect(story.order.openQuestions).toBeNull();
  });

  it('R3.1 is in time until 20:00.000 and breached a millisecond later, while nobody answers', () => {
    const story = asked();
    expect(clockAt(story, day2('10:20'))).toMatchObject({
      state: 'running',
      endedAt: null,
      answeredBy: null,
    });
    expect(clockAt(story, day2('10:20:00.001'))).toMatchObject({ state: 'breached', endedAt: null });
    expect(openQuestions(story.order, currentPolicy, at(day2('10:30')))).toHaveLength(1);
  });

  it('R3.1 has one clock with the others of its burst, from the first one; what is asked after the answer has its own', () => {
    const story = asked();
    story.say(day2('10:05'), 'customer', 'm2');
    story.say(day2('10:19'), 'customer', 'm3');
    expect(story.order.openQuestions).toEqual({ since: at(day2('10:00')), count: 1 });
    expect(dueTimes(story, day2('10:19'))).toEqual([at(day2('10:20'))]);
    story.say(day2('10:20'), 'trainer', 'a1');
    story.say(day2('10:20:00.001'), 'customer', 'm4');
    expect(statesAt(story, day2('10:21'))).toEqual(['m1 met', 'm4 running']);
    expect(dueTimes(story, day2('10:21'))).toEqual([at(day2('10:20')), at(day2('10:40:00.001'))]);
    expect(story.order.openQuestions).toEqual({ since: at(day2('10:20:00.001')), count: 1 });
  });

  it('R3.1 is answered by the trainer or by support, whoever is first', () => {
    const story = asked();
    story.say(day2('10:07'), 'support', 'a1');
    story.say(day2('10:08'), 'trainer', 'a2');
    expect(clockAt(story, day2('10:09'))).toMatchObject({ answeredBy: 'P1', endedAt: at(day2('10:07')) });
  });

  it('R3.1 is not answered by what was said before it, but by what is said in its very millisecond', () => {
    const story = makeStoryIn('maintenance');
    story.say(day2('09:59:59.999'), 'trainer', 'a0');
    story.say(day2('10:00'), 'trainer', 'a1');
    story.say(day2('10:00'), 'customer', 'm1');
    story.say(day2('10:00:00.001'), 'customer', 'm2');
    expect(statesAt(story, day2('10:01'))).toEqual(['m1 met', 'm2 running']);
  });

  it('R3.1 names the entries of the history that recorded it, its dismissal and its answer', () => {
    const story = makeStoryIn('maintenance');
    const question = story.say(day2('10:00'), 'customer', 'm1').order.version;
    story.say(day2('10:01'), 'customer', 'm2');
    const answer = story.say(day2('10:02'), 'trainer', 'a1').order.version;
    const thanks = story.say(day2('10:03'), 'customer', 'm3').order.version;
    const dismissed = story.act(day2('10:04'), 'dismiss-message', dismissal('m3')).order.version;
    expect(clocksAt(story, day2('10:05')).map(({ evidence }) => evidence)).toEqual([
      [question, answer],
      [thanks, dismissed],
    ]);
  });

  it('R3.1 is recorded with its time, and names the author only where this is one of us', () => {
    const story = makeStoryIn('maintenance');
    const received = story.say(day2('10:00'), 'customer', 'm1', day2('10:03'));
    expect(received).toMatchObject({ event: 'message-received', rules: ['R3.1'] });
    expect(received.facts).toEqual({ messageId: 'm1', at: at(day2('10:00')), role: 'customer' });
    const sent = story.say(day2('10:04'), 'support', 'a1');
    expect(sent.event).toBe('message-sent');
    expect(sent.facts).toEqual({ messageId: 'a1', at: at(day2('10:04')), role: 'support', author: 'P1' });
    expect(story.order.facts.messages.map(({ id, author, seq }) => [id, author, seq])).toEqual([
      ['m1', '', received.order.version],
      ['a1', 'P1', sent.order.version],
    ]);
  });
});

describe('what is told of a question', () => {
  it('R3.1 is a reminder at 10 minutes to who answers, and the breach at 20 to them and the assistant, each once', () => {
    const story = asked();
    story.until(day2('10:59'));
    const reply = story.told.filter(({ kind }) => kind.startsWith('reply-'));
    expect(reply.map(({ kind, tell, mention, at: time }) => [kind, tell, mention, time])).toEqual([
      ['reply-reminder', 'responder', ['T1'], at(day2('10:10'))],
      // A timer has whole seconds: the first one after 20:00.000.
      ['reply-breached', 'responder', ['T1'], at(day2('10:20:01'))],
      ['reply-breached', 'assistant', ['A1'], at(day2('10:20:01'))],
    ]);
    const [reminder, breach] = reply;
    expect(reminder!.text).toContain('客户 3月10日 10:00 的提问还没有答复');
    expect(reminder!.text).toContain('最晚 3月10日 10:20:00 答复');
    expect(breach!.text).toContain(
      '3月10日 10:00 的提问未在 20 分钟内答复（最晚 3月10日 10:20:00），目前仍未答复',
    );
    expect(breach!.text).toContain('责任人：张三');
    expect(story.saidBetween(day2('10:20:01'), day2('10:59'))).toEqual([]);
  });

  it('R3.1 is not told again when something else happens meanwhile', () => {
    const story = asked();
    story.say(day2('10:12'), 'customer', 'm2');
    story.act(day2('10:13'), 'request-support', { reason: '正在直播' });
    expect(toldOf(story, 'reply-reminder')).toHaveLength(1);
    story.say(day2('10:30'), 'customer', 'm3');
    story.act(day2('10:31'), 'take-over');
    expect([toldOf(story, 'reply-reminder').length, toldOf(story, 'reply-breached').length]).toEqual([1, 2]);
  });

  it('R3.1 comes by timers: remind, then breach, then the call; none once it is answered', () => {
    const story = asked();
    const { id } = clockAt(story, day2('10:00'));
    const next = () =>
      story.order.timers
        .filter(({ step }) => step.startsWith('q-'))
        .map(({ step, at: time, rule }) => [step, time, rule]);
    expect(id).toMatch(/^q-[0-9a-f]{10}-0$/);
    expect(next()).toEqual([[`${id}.remind`, at(day2('10:10')), 'R3.1']]);
    story.until(day2('10:10'));
    expect(next()).toEqual([[`${id}.breach`, at(day2('10:20:01')), 'R3.1']]);
    story.until(day2('10:21'));
    expect(next()).toEqual([[`${id}.call`, at(day2('11:00')), 'R3.5']]);
    story.say(day2('10:22'), 'trainer', 'a1');
    expect(next()).toEqual([]);
    expect(story.order.facts.clocksTold).toEqual({ [id]: 'breached' });
  });

  it('R3.1 is nothing where the answer came before the reminder, and no breach where it came after it in time', () => {
    const early = asked();
    early.say(day2('10:09:59'), 'trainer', 'a1');
    early.until(day2('11:30'));
    expect(early.saidBetween(day2('10:00'), day2('11:30'))).toEqual([]);
    const inTime = asked();
    inTime.say(day2('10:20'), 'trainer', 'a1');
    inTime.until(day2('11:30'));
    expect(inTime.saidBetween(day2('10:00'), day2('11:30'))).toEqual(['reply-reminder → responder']);
  });

  it('R3.1 names the time of an answer that came too late', () => {
    const story = asked();
    story.say(day2('10:20:00.500'), 'trainer', 'a1');
    expect(story.saidAt(day2('10:20:00.500'))).toEqual([
      'reply-breached → assistant',
      'reply-breached → responder',
    ]);
    expect(story.textOf('reply-breached')).toContain('3月10日 10:20:00.500 才答复');
    story.until(day2('12:00'));
    expect(toldOf(story, 'reply-breached')).toHaveLength(2);
  });

  it('R3.1 is void at delivery when the question was answered before the reminder came, or its breach is withdrawn', () => {
    const story = asked();
    story.until(day2('10:30'));
    const [reminder] = toldOf(story, 'reply-reminder');
    const [breach] = toldOf(story, 'reply-breached');
    const holds = (order: Order) =>
      [reminder!, breach!].map((notice) => stillHolds(notice, order, buildFacts(day2('10:31'))));
    expect(stillHolds(reminder!, reminder!.order, buildFacts(day2('10:11')))).toBe(true);
    expect(holds(story.order)).toEqual([false, true]);
    const late = story.say(day2('10:25'), 'trainer', 'a1', day2('10:31'));
    expect(holds(late.order)).toEqual([false, true]);
    const inTime = story.say(day2('10:19'), 'support', 'a2', day2('10:31'));
    expect(holds(inTime.order)).toEqual([false, false]);
  });

  it('R3.1 of two bursts is told of each', () => {
    const story = asked();
    story.say(day2('10:25'), 'trainer', 'a1');
    story.say(day2('10:26'), 'customer', 'm2');
    story.until(day2('10:50'));
    expect(toldOf(story, 'reply-reminder').map(({ at: time }) => time)).toEqual([
      at(day2('10:10')),
      at(day2('10:36')),
    ]);
    expect(toldOf(story, 'reply-breached').map(({ at: time, tell }) => [time, tell])).toEqual([
      [at(day2('10:20:01')), 'responder'],
      [at(day2('10:20:01')), 'assistant'],
      [at(day2('10:46:01')), 'responder'],
      [at(day2('10:46:01')), 'assistant'],
    ]);
  });
});

describe('messages that come late, out of order or ahead of time', () => {
  it('R3.1 withdraw a breach when they show an answer in time, and say so once', () => {
    const story = asked();
    story.until(day2('10:40'));
    expect(story.order.facts.clocksTold).toEqual({ [clockAt(story, day2('10:40')).id]: 'breached' });
    story.say(day2('10:20'), 'trainer', 'a1', day2('10:41'));
    expect(clockAt(story, day2('10:41'))).toMatchObject({ state: 'met', endedAt: at(day2('10:20')) });
    expect(story.saidAt(day2('10:41'))).toEqual([
      'breach-withdrawn → assistant',
      'breach-withdrawn → responder',
    ]);
    expect(story.textOf('breach-withdrawn')).toContain('之前通知的超时不成立，已撤销');
    expect(story.order.facts.clocksTold).toEqual({});
    story.until(day2('13:00'));
    expect(story.saidBetween(day2('10:41'), day2('13:00'))).toEqual([]);
  });

  it('R3.1 leave the breach when the answer’s own time is a millisecond too late', () => {
    const story = asked();
    story.until(day2('10:40'));
    story.say(day2('10:20:00.001'), 'trainer', 'a1', day2('10:41'));
    expect(clockAt(story, day2('10:41')).state).toBe('breached');
    expect(story.saidBetween(day2('10:20:01'), day2('13:00'))).toEqual([]);
  });

  it('R3.1 start the clock with the question’s own time: a reminder or the breach is then due at once', () => {
    const reminded = makeStoryIn('maintenance');
    reminded.say(day2('10:00'), 'customer', 'm1', day2('10:15'));
    expect(reminded.saidAt(day2('10:15'))).toEqual(['reply-reminder → responder']);
    const breached = makeStoryIn('maintenance');
    breached.say(day2('10:00'), 'customer', 'm1', day2('10:20:00.001'));
    expect(breached.saidAt(day2('10:20:00.001'))).toEqual([
      'reply-breached → assistant',
      'reply-breached → responder',
    ]);
  });

  it('R3.1 that were said before the first known question take its clock over', () => {
    const story = asked();
    story.until(day2('10:11'));
    story.say(day2('09:55'), 'customer', 'm0', day2('10:12'));
    expect(clockAt(story, day2('10:12'))).toMatchObject({ messageId: 'm0', dueAt: at(day2('10:15')) });
    story.until(day2('10:30'));
    expect(toldOf(story, 'reply-breached').map(({ at: time }) => time)).toEqual([
      at(day2('10:15:01')),
      at(day2('10:15:01')),
    ]);
  });

  it('R3.1 that put an earlier question in place of a breached one tell that breach, which replaces the old one', () => {
    const story = asked();
    story.until(day2('10:30'));
    story.say(day2('09:30'), 'customer', 'm0', day2('10:31'));
    expect(story.saidAt(day2('10:31'))).toContain('reply-breached → assistant');
    expect(story.saidAt(day2('10:31'))).not.toContain('breach-withdrawn → assistant');
    expect(statesAt(story, day2('10:31'))).toEqual(['m0 breached']);
    expect(story.order.facts.clocksTold).toEqual({ [clockAt(story, day2('10:31')).id]: 'breached' });
  });

  it('R3.1 withdraw a breach also when they show another one at the same time', () => {
    // Known first: m1 10:00, m2 10:15. The late answer of 10:10 makes m1 answered in time, and m2 a burst of its own that is breached.
    const story = asked();
    story.say(day2('10:15'), 'customer', 'm2');
    story.say(day2('10:10'), 'trainer', 'a1', day2('11:00'));
    expect(statesAt(story, day2('11:00'))).toEqual(['m1 met', 'm2 breached']);
    expect(story.saidAt(day2('11:00'))).toContain('reply-breached → assistant');
    expect(story.saidAt(day2('11:00'))).toContain('breach-withdrawn → assistant');
  });

  it('R3.1 lead to the same clocks in whatever order they come', () => {
    const said = [
      ['10:00', 'customer', 'm1'],
      ['10:12', 'customer', 'm2'],
      ['10:15', 'trainer', 'a1'],
      ['10:16', 'customer', 'm3'],
      ['10:40', 'support', 'a2'],
    ] as const;
    const heard = (order: readonly number[]) => {
      const story = makeStoryIn('maintenance');
      for (const index of order) {
        const [time, role, id] = said[index]!;
        story.say(day2(time), role, id, day2('10:45'));
      }
      // The numbers of the entries are those of their coming.
      return clocksAt(story, day2('10:45')).map((clock) => ({ ...clock, evidence: clock.evidence.length }));
    };
    const inOrder = heard([0, 1, 2, 3, 4]);
    expect(inOrder.map(({ messageId, state }) => [messageId, state])).toEqual([
      ['m1', 'met'],
      ['m3', 'breached'],
    ]);
    for (const order of [
      [4, 3, 2, 1, 0],
      [2, 0, 4, 1, 3],
      [1, 4, 0, 3, 2],
    ])
      expect(heard(order)).toEqual(inOrder);
  });

  it('R3.1 may be ahead of our clock by five minutes, not by a millisecond more', () => {
    const { order } = makeStoryIn('maintenance');
    const said = (time: string) =>
      ({ messageId: 'm1', role: 'customer', author: 'c', at: at(day2(time)) }) as const;
    const ahead = accepted(recordMessage(order, said('10:05'), buildFacts(day2('10:00'))));
    expect(clocksOf(ahead.order, currentPolicy, at(day2('10:00')))[0]).toMatchObject({
      state: 'running',
      dueAt: at(day2('10:25')),
    });
    expect(refused(recordMessage(order, said('10:05:00.001'), buildFacts(day2('10:00'))))).toEqual({
      type: 'impossible-time',
      field: 'at',
      value: at(day2('10:05:00.001')),
      why: 'in-the-future',
    });
  });

  it('R3.1 are taken up to a number that keeps the record small', () => {
    const { order } = makeStoryIn('maintenance');
    const stamp = (index: number): MessageStamp => ({
      id: `m${index}`,
      at: plusMinutes(at(day2('10:00')), index),
      role: 'trainer',
      author: 'T1',
      seq: 1,
      dismissed: null,
    });
    const withMessages = (count: number): Order => ({
      ...order,
      facts: { ...order.facts, messages: Array.from({ length: count }, (_, index) => stamp(index)) },
    });
    const said = { messageId: 'last', role: 'customer', author: 'c', at: at('2025-03-12 10:00') } as const;
    const facts = buildFacts('2025-03-12 10:00');
    // 1,000 at most; then what no verdict rests on makes room, but for the newest 300.
    expect(accepted(recordMessage(withMessages(999), said, facts)).order.facts.messages).toHaveLength(1000);
    const roomier = accepted(recordMessage(withMessages(1000), said, facts)).order;
    expect(roomier.facts.messages).toHaveLength(301);
    const full = withMessages(1000);
    const dismissed = { at: at(day2('10:00')), by: 'A1', reason: '道谢', seq: 1 };
    const messages = full.facts.messages.map((message) => ({ ...message, dismissed }));
    expect(refused(recordMessage({ ...full, facts: { ...full.facts, messages } }, said, facts))).toEqual({
      type: 'limit-reached',
      what: 'messages',
      limit: 1000,
    });
  });

  it('R3.1 that ended a pause are not forgotten when room is made for newer ones', () => {
    const story = asked();
    story.act(day2('10:05'), 'pause-clocks', { condition: 'awaiting-customer', note: '等客户提供型号' });
    story.say(day2('10:10'), 'customer', 'm2');
    story.say(day2('10:20'), 'trainer', 'a1');
    const chatter = Array.from({ length: 1000 }, (_, index): MessageStamp => ({
      id: `t${index}`,
      at: plusMinutes(at(day2('11:00')), index),
      role: 'trainer',
      author: 'T1',
      seq: 1,
      dismissed: null,
    }));
    const { facts } = story.order;
    const busy = { ...story.order, facts: { ...facts, messages: [...facts.messages, ...chatter] } };
    const said = { messageId: 'm3', role: 'customer', author: 'c', at: at('2025-03-12 10:00') } as const;
    const { order } = accepted(recordMessage(busy, said, buildFacts('2025-03-12 10:00')));
    expect(
      clocksOf(order, currentPolicy, at('2025-03-12 10:00')).map(({ messageId, dueAt }) => [
        messageId,
        dueAt,
      ]),
    ).toEqual([
      ['m1', at(day2('10:25'))],
      ['m3', at('2025-03-12 10:20')],
    ]);
  });

  it('R3.1 are taken of an ended order when they were said before its end, and correct its verdicts', () => {
    const story = asked();
    story.until(day2('10:30'));
    story.cancel(day2('10:40'));
    expect(clockAt(story, day2('10:40'))).toMatchObject({ state: 'breached', endedAt: at(day2('10:40')) });
    const facts = buildFacts(day2('12:00'));
    const said = (time: string) =>
      ({ messageId: 'a1', role: 'trainer', author: 'T1', at: at(day2(time)) }) as const;
    const late = accepted(recordMessage(story.order, said('10:15'), facts));
    expect(late.order).toMatchObject({ stage: 'cancelled', endedAt: at(day2('10:40')), openQuestions: null });
    expect(clocksOf(late.order, currentPolicy, facts.now)[0]!.state).toBe('met');
    expect(isTakenAt(story.order, said('10:40'), facts)).toBe(true);
    expect(refused(recordMessage(story.order, said('10:40:00.001'), facts))).toEqual({
      type: 'wrong-stage',
      action: 'message-sent',
      stage: 'cancelled',
      accepted: ['preparation', 'training', 'maintenance', 'acceptance'],
    });
  });

  it('R3.1 whatever is told after an order has ended is delivered: a withdrawn breach is not lost', () => {
    const story = asked();
    story.until(day2('10:30'));
    story.cancel(day2('10:40'));
    const { order, notices } = story.say(day2('10:15'), 'trainer', 'a1', day2('12:00'));
    for (const notice of notices) expect(stillHolds(notice, order, buildFacts(day2('12:00')))).toBe(true);
    expect(notices.length).toBeLessThanOrEqual(2);
  });
});

const isTakenAt = (order: Order, said: Parameters<typeof recordMessage>[1], facts: Facts): boolean =>
  'order' in recordMessage(order, said, facts);

describe('a question after a call', () => {
  it('R3.1 R3.5 has a clock of its own, as the one before was dealt with by phone', () => {
    const story = asked();
    story.act(day2('11:05'), 'record-call', { outcome: 'resolved', note: '已处理' });
    expect(story.order.openQuestions).toBeNull();
    story.say('2025-03-12 10:00', 'customer', 'm2');
    expect(story.order.openQuestions).toEqual({ since: at('2025-03-12 10:00'), count: 1 });
    story.until('2025-03-12 11:00');
    expect(statesAt(story, '2025-03-12 11:00')).toEqual(['m1 breached', 'm2 breached']);
    expect(story.saidAt('2025-03-12 10:10')).toContain('reply-reminder → responder');
    expect(story.waiting()).toContain('call-about-delay');
  });

  it('R3.5 that reached nobody changes nothing, in whatever words that is said', () => {
    for (const outcome of ['not-reached', 'no-answer', 'busy', '未接通', '无人接听', '占线', 'Not reached']) {
      const story = asked();
      story.act(day2('11:05'), 'record-call', { outcome, note: '稍后再打' });
      expect(story.waiting()).toContain('call-about-delay');
    }
  });

  it('R3.5 is one that is asked after it: what was asked before belongs to the question that the call was about', () => {
    const story = asked();
    story.say(day2('10:30'), 'customer', 'm2');
    story.act(day2('11:05'), 'record-call', { outcome: 'resolved', note: '已处理' });
    expect(statesAt(story, day2('11:06'))).toEqual(['m1 breached']);
  });

  it('R3.1 R3.5 has it also when the call is recorded with the very time of the question before', () => {
    const story = asked();
    story.act(day2('11:05'), 'record-call', { outcome: 'resolved', note: '已处理', at: at(day2('10:00')) });
    expect(story.waiting()).not.toContain('call-about-delay');
    story.say('2025-03-12 10:00', 'customer', 'm2');
    expect(statesAt(story, '2025-03-12 10:30')).toEqual(['m1 breached', 'm2 breached']);
  });

  it('R3.1 R3.5 keeps its clock and its breach, however many calls follow', () => {
    const story = asked();
    story.act(day2('11:05'), 'record-call', { outcome: 'resolved', note: '已处理' });
    story.say(day2('12:00'), 'customer', 'm2');
    story.until(day2('12:30'));
    for (let minute = 30; minute < 50; minute += 1)
      story.act(day2(`12:${minute}`), 'record-call', { outcome: 'not-reached', note: '无人接听' });
    story.act(day2('13:01'), 'record-call', { outcome: 'resolved', note: '已处理' });
    expect(statesAt(story, day2('13:02'))).toEqual(['m1 breached', 'm2 breached']);
    expect(toldOf(story, 'breach-withdrawn')).toEqual([]);
  });
});

describe('so many breaches at once', () => {
  it('R3.1 are told in as many notices as a transaction can hold', () => {
    const story = makeStoryIn('training');
    for (let burst = 0; burst < 60; burst += 1) {
      const hour = String(10 + (burst % 12)).padStart(2, '0');
      const day = burst < 12 ? '10' : burst < 24 ? '11' : burst < 36 ? '12' : burst < 48 ? '13' : '14';
      story.say(`2025-03-${day} ${hour}:00`, 'customer', `m${burst}`, '2025-03-15 10:00');
      story.say(`2025-03-${day} ${hour}:50`, 'trainer', `a${burst}`, '2025-03-15 10:00');
    }
    const change = story.act('2025-03-15 10:05', 'finish-training', { at: '2025-03-09T16:00:00+08:00' });
    expect(change.notices).toHaveLength(30);
    expect(change.notices.at(-1)).toMatchObject({ kind: 'more-notices', tell: 'assistant' });
    expect(Object.keys(story.order.facts.clocksTold)).toHaveLength(60);
  });
});

describe('a message that needs no answer', () => {
  it('R3.1 is dismissed with a reason, and stops its clock, its reminder and its breach', () => {
    const story = asked();
    const change = story.act(day2('10:05'), 'dismiss-message', dismissal('m1'));
    expect(change.rules).toEqual(['R3.1']);
    expect(change.facts).toMatchObject({
      messageId: 'm1',
      reason: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(clockAt(story, day2('10:30'))).toMatchObject({
      state: 'dismissed',
      endedAt: null,
      answeredBy: null,
    });
    expect(story.order.facts.messages[0]!.dismissed).toEqual({
      at: at(day2('10:05')),
      by: 'T1',
      reason: '客户只是道谢',
      seq: change.order.version,
    });
    expect(story.order.openQuestions).toBeNull();
    story.until(day2('12:00'));
    expect(story.saidBetween(day2('10:00'), day2('12:00'))).toEqual([]);
  });

  it('R3.1 leaves the clock to the next one of its burst, which began when that was said', () => {
    const story = asked();
    story.say(day2('10:02'), 'customer', 'm2');
    story.say(day2('10:08'), 'customer', 'm3');
    story.act(day2('10:09'), 'dismiss-message', dismissal('m2'));
    expect(statesAt(story, day2('10:09'))).toEqual(['m1 running', 'm2 dismissed']);
    story.act(day2('10:09'), 'dismiss-message', dismissal('m1'));
    expect(statesAt(story, day2('10:09'))).toEqual(['m1 dismissed', 'm2 dismissed', 'm3 running']);
    expect(story.order.openQuestions).toEqual({ since: at(day2('10:08')), count: 1 });
    story.until(day2('10:40'));
    expect(toldOf(story, 'reply-reminder').map(({ at: time }) => time)).toEqual([at(day2('10:18'))]);
    expect(toldOf(story, 'reply-breached').map(({ at: time }) => time)).toEqual([
      at(day2('10:28:01')),
      at(day2('10:28:01')),
    ]);
  });

  it('R3.1 is for the trainer to say until the limit, not a millisecond later: then assistant or manager judge', () => {
    const story = asked();
    story.say(day2('10:01'), 'customer', 'm2');
    story.until(day2('10:20'));
    const refusal = { type: 'wrong-role', action: 'dismiss-message', accepted: ['assistant', 'manager'] };
    for (const role of ['trainer', 'support'] as const)
      expect(story.refused(day2('10:20:00.001'), 'dismiss-message', dismissal('m1'), staff(role))).toEqual(
        refusal,
      );
    // The others of the burst undo nothing.
    story.act(day2('10:21'), 'dismiss-message', dismissal('m2'));
    story.act(day2('10:22'), 'dismiss-message', dismissal('m1'), staff('manager'));
    expect(statesAt(story, day2('10:22'))).toEqual(['m1 dismissed', 'm2 dismissed']);
    const inTime = asked();
    inTime.act(day2('10:20'), 'dismiss-message', dismissal('m1'), staff('support'));
    expect(statesAt(inTime, day2('10:40'))).toEqual(['m1 dismissed']);
  });

  it('R3.1 that was answered too late is the assistant’s to judge as well', () => {
    const story = asked();
    story.say(day2('10:25'), 'trainer', 'a1');
    expect(story.refused(day2('10:26'), 'dismiss-message', dismissal('m1')).type).toBe('wrong-role');
    story.act(day2('10:27'), 'dismiss-message', dismissal('m1'), staff('assistant'));
    expect(statesAt(story, day2('10:27'))).toEqual(['m1 dismissed']);
    expect(story.saidAt(day2('10:27'))).toEqual([
      'breach-withdrawn → assistant',
      'breach-withdrawn → responder',
    ]);
  });

  it('R3.1 when dismissed after its breach withdraws it, and the notice gives the reason that holds', () => {
    const story = asked();
    story.act(day2('10:30'), 'dismiss-message', dismissal('m1'), staff('assistant'));
    expect(story.saidAt(day2('10:30'))).toEqual([
      'breach-withdrawn → assistant',
      'breach-withdrawn → responder',
    ]);
    // No message has come late: somebody has judged that this one needs no answer.
    expect(story.textOf('breach-withdrawn')).not.toContain('迟到的群消息');
  });

  it('R3.1 is dismissed once, is known, and is the customer’s', () => {
    const story = asked();
    story.say(day2('10:01'), 'trainer', 'a1');
    expect(story.refused(day2('10:02'), 'dismiss-message', dismissal('m9'))).toEqual({
      type: 'unknown-message',
      messageId: 'm9',
    });
    expect(story.refused(day2('10:02'), 'dismiss-message', dismissal('a1'))).toEqual({
      type: 'not-a-question',
      messageId: 'a1',
    });
    story.act(day2('10:03'), 'dismiss-message', dismissal('m1'));
    expect(story.refused(day2('10:04'), 'dismiss-message', dismissal('m1'))).toEqual({
      type: 'already-done',
      action: 'dismiss-message',
      at: at(day2('10:03')),
    });
  });

  it('R3.1 is over for good: who takes the order days later has no clock of it', () => {
    const story = asked();
    story.act(day2('10:05'), 'dismiss-message', dismissal('m1'));
    story.act('2025-03-13 09:00', 'reassign', { trainer: { id: 'T2', name: '赵六' }, reason: '出差' });
    expect(clocksAt(story, '2025-03-13 09:00').map(({ holder, state }) => [holder, state])).toEqual([
      ['T1', 'dismissed'],
    ]);
  });
});

describe('time that does not count', () => {
  const paused = (): Story => {
    const story = asked();
    story.act(day2('10:05'), 'pause-clocks', waitFor('system-outage'));
    return story;
  };

  it('R3.1 stops the clock: nothing is due, told or breached while it lasts', () => {
    const story = paused();
    expect(clockAt(story, day2('10:05'))).toMatchObject({
      state: 'running',
      remindAt: null,
      dueAt: null,
      callAt: null,
    });
    expect(story.order.timers.filter(({ step }) => step.startsWith('q-'))).toEqual([]);
    story.until('2025-03-12 10:00');
    expect(clockAt(story, '2025-03-12 10:00').state).toBe('running');
    expect(story.saidBetween(day2('10:05'), '2025-03-12 10:00')).toEqual([]);
    expect(viewOrder(story.order, 'A1', at(day2('10:06')))).toMatchObject({
      pause: { condition: 'system-outage', from: at(day2('10:05')) },
      clocks: [{ state: 'running', dueAt: null }],
    });
  });

  it('R3.1 is left out: afterwards reminder, limit and call come as much later', () => {
    const story = paused();
    story.act(day2('10:35'), 'resume-clocks');
    expect(clockAt(story, day2('10:35'))).toMatchObject({
      remindAt: at(day2('10:40')),
      dueAt: at(day2('10:50')),
      callAt: at(day2('11:30')),
    });
    story.until(day2('12:00'));
    expect(story.saidAt(day2('10:40'))).toEqual(['reply-reminder → responder']);
    expect(story.saidAt(day2('10:50:01'))).toEqual([
      'reply-breached → assistant',
      'reply-breached → responder',
    ]);
    expect(story.saidAt(day2('11:30'))).toEqual(['call-about-delay → responder']);
    expect(viewOrder(story.order, 'A1', at(day2('12:00'))).pause).toBeNull();
  });

  it('R3.1 adds up over several pauses, and is exact to the millisecond', () => {
    const story = paused();
    story.act(day2('10:35:00.250'), 'resume-clocks');
    story.act(day2('10:40'), 'pause-clocks', waitFor('customer-asked-to-wait'));
    story.act(day2('10:50'), 'resume-clocks');
    // 30:00.250 and 10:00 of the time since 10:00 did not count.
    expect(clockAt(story, day2('10:50')).dueAt).toBe(at(day2('11:00:00.250')));
    story.say(day2('11:00:00.250'), 'trainer', 'a1');
    expect(clockAt(story, day2('11:30')).state).toBe('met');
  });

  it('R3.1 holds for questions that are asked during the pause, and not for those after it', () => {
    const story = paused();
    story.say(day2('10:06'), 'trainer', 'a1');
    story.say(day2('10:10'), 'customer', 'm2');
    expect(clocksAt(story, day2('10:10'))[1]).toMatchObject({
      messageId: 'm2',
      state: 'running',
      dueAt: null,
    });
    story.act(day2('10:30'), 'resume-clocks');
    expect(clocksAt(story, day2('10:30'))[1]!.dueAt).toBe(at(day2('10:50')));
    story.say(day2('10:31'), 'trainer', 'a2');
    story.say(day2('10:32'), 'customer', 'm3');
    expect(clocksAt(story, day2('10:32'))[2]!.dueAt).toBe(at(day2('10:52')));
  });

  it('R3.1 leaves the limit of a clock that has ended as it was', () => {
    const story = asked();
    story.say(day2('10:10'), 'trainer', 'a1');
    story.say(day2('10:12'), 'customer', 'm2');
    story.act(day2('10:15'), 'pause-clocks', waitFor('system-outage'));
    expect(dueTimes(story, day2('10:16'))).toEqual([at(day2('10:20')), null]);
  });

  it('R3.1 can’t undo a breach that has happened, and does not stop the call that is then owed by it', () => {
    const story = asked();
    story.act(day2('10:20:00.001'), 'pause-clocks', waitFor('system-outage'));
    expect(clockAt(story, day2('10:21'))).toMatchObject({
      state: 'breached',
      dueAt: at(day2('10:20')),
      callAt: null,
    });
    story.act(day2('10:50'), 'resume-clocks');
    expect(clockAt(story, day2('10:51'))).toMatchObject({ state: 'breached', dueAt: at(day2('10:20')) });
  });

  it('R3.1 that begins with the last millisecond of the limit, which is in time, keeps the clock from failing', () => {
    const story = asked();
    expect(clockAt(story, day2('10:20')).state).toBe('running');
    story.act(day2('10:20'), 'pause-clocks', waitFor('system-outage'));
    story.until(day2('10:40'));
    expect(clockAt(story, day2('10:40')).state).toBe('running');
    expect(toldOf(story, 'reply-breached')).toEqual([]);
  });

  it('R3.1 while awaiting the customer ends with what they say next, by its own time', () => {
    const story = asked();
    story.act(day2('10:05'), 'pause-clocks', waitFor('awaiting-customer'));
    story.say(day2('10:05'), 'customer', 'same-millisecond');
    story.say(day2('10:04'), 'customer', 'before', day2('10:20'));
    expect(clockAt(story, day2('10:20')).dueAt).toBeNull();
    story.say(day2('10:30'), 'customer', 'm2', day2('10:33'));
    expect(clockAt(story, day2('10:33')).dueAt).toBe(at(day2('10:45')));
    expect(story.refused(day2('10:34'), 'resume-clocks')).toEqual({
      type: 'not-yet',
      action: 'resume-clocks',
      missing: ['pause-clocks'],
    });
    // Another pause is possible again.
    story.act(day2('10:35'), 'pause-clocks', waitFor('awaiting-customer'));
    expect(clockAt(story, day2('10:36')).dueAt).toBeNull();
  });

  it('R3.1 while awaiting the customer ends earlier when a late message shows that they had spoken', () => {
    const story = asked();
    story.act(day2('10:05'), 'pause-clocks', waitFor('awaiting-customer'));
    story.act(day2('10:50'), 'resume-clocks');
    expect(clockAt(story, day2('10:50')).dueAt).toBe(at(day2('11:05')));
    story.say(day2('10:10'), 'customer', 'm2', day2('10:51'));
    expect(clockAt(story, day2('10:51'))).toMatchObject({ state: 'breached', dueAt: at(day2('10:25')) });
  });

  it('R3.1 while awaiting the customer is not ended by the very question for which it was begun', () => {
    // The chat’s clock is three minutes ahead: the question is stamped 10:03 and is known at 10:00.
    const story = makeStoryIn('maintenance');
    story.say(day2('10:03'), 'customer', 'm1', day2('10:00'));
    story.act(day2('10:01'), 'pause-clocks', waitFor('awaiting-customer'));
    expect(viewOrder(story.order, 'A1', at(day2('10:02'))).pause).not.toBeNull();
    story.until(day2('11:00'));
    expect(clockAt(story, day2('11:00'))).toMatchObject({ state: 'running', dueAt: null });
  });

  it('R3.1 of the other kinds is not ended by the customer', () => {
    const story = asked();
    story.act(day2('10:05'), 'pause-clocks', waitFor('customer-asked-to-wait'));
    story.say(day2('10:10'), 'customer', 'm2');
    expect(clockAt(story, day2('10:11')).dueAt).toBeNull();
  });

  it('R3.1 begins only while a question is open, and not twice; only assistant or manager may say so', () => {
    const story = asked();
    for (const role of ['trainer', 'support'] as const)
      expect(story.refused(day2('10:01'), 'pause-clocks', waitFor('system-outage'), staff(role)).type).toBe(
        'wrong-role',
      );
    story.act(day2('10:02'), 'pause-clocks', waitFor('system-outage'));
    expect(story.refused(day2('10:03'), 'pause-clocks', waitFor('awaiting-customer'))).toEqual({
      type: 'already-done',
      action: 'pause-clocks',
      at: at(day2('10:02')),
    });
    story.act(day2('10:04'), 'resume-clocks');
    expect(story.refused(day2('10:04'), 'resume-clocks').type).toBe('not-yet');
    story.say(day2('10:05'), 'trainer', 'a1');
    expect(story.refused(day2('10:06'), 'pause-clocks', waitFor('system-outage'))).toEqual({
      type: 'not-yet',
      action: 'pause-clocks',
      missing: ['message.received'],
    });
    expect(() => story.act(day2('10:07'), 'pause-clocks', waitFor('lunch'))).toThrow('malformed');
  });

  it('R3.1 ends with the maintenance, and so do emergency plan and request', () => {
    const story = makeStoryIn('maintenance');
    story.say('2025-03-16 23:50', 'customer', 'm1');
    story.act('2025-03-16 23:51', 'pause-clocks', waitFor('system-outage'));
    story.act('2025-03-16 23:52', 'request-support', { reason: '正在直播' });
    story.act('2025-03-16 23:53', 'emergency-plan', { on: true, reason: '高峰' });
    story.until('2025-03-17 00:00');
    const { pauses, emergencies, support } = story.order.facts;
    expect([pauses[0]!.to, emergencies[0]!.to, support.request]).toEqual([
      at('2025-03-17 00:00'),
      at('2025-03-17 00:00'),
      null,
    ]);
    expect(clocksAt(story, '2025-03-17 01:00').map(({ holder, state }) => [holder, state])).toEqual([
      ['T1', 'superseded'],
      ['support', 'superseded'],
    ]);
  });
});

describe('the maintenance period', () => {
  it('R3.1 begins with the end of the training: what is asked before starts no clock', () => {
    const story = makeStoryIn('training');
    story.say('2025-03-09 15:59:59.999', 'customer', 'm1');
    story.act('2025-03-09 16:00', 'finish-training');
    expect(clocksAt(story, '2025-03-09 16:00')).toEqual([]);
    story.say('2025-03-09 16:00', 'customer', 'm2');
    story.until('2025-03-09 16:21');
    expect(statesAt(story, '2025-03-09 16:21')).toEqual(['m2 breached']);
    expect(
      makeStoryIn('preparation').say('2025-03-09 10:00', 'customer', 'm1').order.openQuestions,
    ).toBeNull();
  });

  it('R3.1 begins with the end as it is recorded, so that questions between start their clocks by their own time', () => {
    const story = makeStoryIn('training');
    story.say('2025-03-09 15:20', 'customer', 'm0');
    story.say('2025-03-09 15:40', 'customer', 'm1');
    story.say('2025-03-09 15:50', 'trainer', 'a1');
    story.say('2025-03-09 15:55', 'customer', 'm2');
    story.act('2025-03-09 16:29', 'finish-training', { at: at('2025-03-09 15:30') });
    expect(statesAt(story, '2025-03-09 16:29')).toEqual(['m1 met', 'm2 breached']);
    expect(story.saidAt('2025-03-09 16:29')).toEqual([
      'reply-breached → assistant',
      'reply-breached → responder',
      'training-finished → assistant',
      'upload-recording → trainer',
    ]);
    story.until('2025-03-09 17:00');
    expect(story.saidAt('2025-03-09 16:55')).toEqual(['call-about-delay → responder']);
  });

  it('R3.1, R4.1 ends with the beginning of day 9: an open clock is superseded, and its question goes into the summary', () => {
    const story = makeStoryIn('maintenance');
    story.say('2025-03-16 23:45', 'customer', 'm1');
    story.until('2025-03-16 23:59:59.999');
    expect(statesAt(story, '2025-03-16 23:59:59.999')).toEqual(['m1 running']);
    story.until('2025-03-17 00:00');
    expect(clockAt(story, '2025-03-17 00:00')).toMatchObject({
      state: 'superseded',
      endedAt: at('2025-03-17 00:00'),
    });
    expect(story.order.openQuestions).toBeNull();
    expect(scriptOfSummary(story)).toContain('群里还没有答复的提问：3月16日 23:45，请一并解答');
    expect(unansweredQuestions(story.order, currentPolicy).map(({ messageId }) => messageId)).toEqual(['m1']);
    story.until('2025-03-17 03:00');
    expect(story.saidBetween('2025-03-16 23:56', '2025-03-17 03:00')).toEqual([]);
  });

  it('R3.1 keeps a breach that happened before it ended, and its question is in the summary as well', () => {
    const story = makeStoryIn('maintenance');
    story.say('2025-03-16 23:39:59.999', 'customer', 'm1');
    story.until('2025-03-17 00:00');
    expect(clockAt(story, '2025-03-17 09:00')).toMatchObject({
      state: 'breached',
      endedAt: at('2025-03-17 00:00'),
    });
    expect(story.saidAt('2025-03-17 00:00')).toContain('reply-breached → assistant');
    expect(scriptOfSummary(story)).toContain('3月16日 23:39');
    const inTime = makeStoryIn('maintenance');
    inTime.say('2025-03-16 23:40', 'customer', 'm1');
    inTime.until('2025-03-17 00:30');
    expect(clockAt(inTime, '2025-03-17 00:30').state).toBe('superseded');
    expect(toldOf(inTime, 'reply-breached')).toEqual([]);
  });

  it('R3.1 has in it the question of its last millisecond, and not that of day 9 00:00', () => {
    const story = makeStoryIn('maintenance');
    story.say('2025-03-16 23:59:59.999', 'customer', 'm1');
    story.say('2025-03-17 00:00', 'trainer', 'a1');
    story.say('2025-03-17 00:00', 'customer', 'm2');
    story.say('2025-03-17 09:30', 'customer', 'm3');
    expect(statesAt(story, '2025-03-17 12:00')).toEqual(['m1 met']);
    expect(story.order.openQuestions).toBeNull();
    const afterwards = makeStoryIn('maintenance');
    afterwards.say('2025-03-17 00:00', 'customer', 'm1');
    expect(clocksAt(afterwards, '2025-03-17 12:00')).toEqual([]);
  });

  it('R4.1 has in the summary’s script only what nobody has answered', () => {
    const story = makeStoryIn('maintenance');
    expect(scriptOfSummary(story)).not.toContain('群里还没有答复');
    story.say('2025-03-12 10:00', 'customer', 'answered');
    story.say('2025-03-12 10:05', 'trainer', 'a1');
    story.say('2025-03-12 11:00', 'customer', 'thanks');
    story.act('2025-03-12 11:01', 'dismiss-message', dismissal('thanks'));
    story.say('2025-03-16 23:50', 'customer', 'm1');
    story.until('2025-03-17 09:00');
    expect(scriptOfSummary(story)).toContain('提问：3月16日 23:50，请');
  });

  it('R4.1 does not list a question that was answered after another one had taken over', () => {
    const story = asked();
    story.act(day2('10:10'), 'reassign', { trainer: { id: 'T2', name: '赵六' }, reason: '出差' });
    story.say(day2('10:15'), 'trainer', 'a1');
    expect(clocksAt(story, day2('10:16')).map(({ holder, state }) => [holder, state])).toEqual([
      ['T1', 'superseded'],
      ['T2', 'met'],
    ]);
    expect(scriptOfSummary(story)).not.toContain('群里还没有答复');
  });

  it('R3.1 ends with the order: a cancelled one has no open clock, and what was breached stays so', () => {
    const story = asked();
    story.say(day2('10:30'), 'trainer', 'a1');
    story.say(day2('10:35'), 'customer', 'm2');
    story.cancel(day2('10:40'));
    expect(statesAt(story, day2('12:00'))).toEqual(['m1 breached', 'm2 superseded']);
    expect(clocksAt(story, day2('12:00'))[1]!.endedAt).toBe(at(day2('10:40')));
    expect(story.order.openQuestions).toBeNull();
    expect(story.order.timers.map(({ step }) => step)).toEqual(['release-recordings']);
  });

  it('R4.3 does not begin again with an order that is re-opened after a return visit', () => {
    const story = makeStoryIn('acceptance');
    story.act('2025-03-17 10:00', 'record-summary', { answered: [], open: [] });
    story.act('2025-03-17 15:00', 'return-visit', { ok: false, reason: '报表还不会' });
    story.say('2025-03-17 16:00', 'customer', 'm1');
    story.until('2025-03-17 18:00');
    expect(clocksAt(story, '2025-03-17 18:00')).toEqual([]);
    expect(story.saidBetween('2025-03-17 16:00', '2025-03-17 17:59')).toEqual([]);
  });

  it('R0.2 is counted from the day on which the training was held, whenever its end is recorded', () => {
    const story = makeStory();
    story.act('2025-03-09 13:55', 'confirm-needs', understood);
    story.act('2025-03-09 14:00', 'start-training');
    story.act('2025-03-18 10:00', 'finish-training');
    story.say('2025-03-18 10:00', 'customer', 'm1');
    story.until('2025-03-18 12:00');
    // Day 9 had begun long before: there was no maintenance.
    expect(story.order.stage).toBe('acceptance');
    expect(clocksAt(story, '2025-03-18 12:00')).toEqual([]);
  });
});

const scriptOfSummary = (story: Story): string =>
  taskText(story.order, story.task('hold-summary')!, currentPolicy).script;

describe('a clock in service hours', () => {
  const nineToSix = policySchema.parse({
    ...currentPolicy,
    calendar: buildCalendar({ windows: [{ days: wholeWeek, from: '09:00', to: '18:00' }], holidays: 'open' }),
  });

  const askedIn = (policy: Policy, time: string): ReplyClock => {
    const question = {
      id: 'm1',
      at: at(time),
      role: 'customer',
      author: '',
      seq: 1,
      dismissed: null,
    } as const;
    const period = { from: at('2025-01-01 00:00'), to: at('2026-01-01 00:00') };
    const holdings = [{ from: period.from, holder: 'T1', name: '张三' }];
    return replyClocks(
      { messages: [question], holdings, calls: [], pauses: [], period },
      policy,
      at(time),
    )[0]!;
  };

  it.each([
    ['2025-03-10 09:00', '2025-03-10 09:20'],
    ['2025-03-10 17:40', '2025-03-10 18:00'],
    ['2025-03-10 17:55', '2025-03-11 09:15'],
    ['2025-03-10 18:00', '2025-03-11 09:20'],
    ['2025-03-10 23:00', '2025-03-11 09:20'],
    ['2025-03-10 08:59:59.999', '2025-03-10 09:20'],
  ])('R3.1 asked at %s is due at %s', (time, due) => {
    expect(askedIn(nineToSix, time).dueAt).toBe(at(due));
  });

  it('R3.1 goes on over several windows a day, and jumps over a holiday and the weekend', () => {
    const policy = policySchema.parse({
      ...currentPolicy,
      calendar: buildCalendar({
        windows: [
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '12:00' },
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '14:00', to: '18:00' },
        ],
      }),
    });
    expect(askedIn(policy, '2025-03-10 11:50').dueAt).toBe(at('2025-03-10 14:10'));
    expect(askedIn(policy, '2025-03-14 17:50').dueAt).toBe(at('2025-03-17 09:10'));
    // Tomb-sweeping: Friday 4 April to Sunday 6 April are off.
    expect(askedIn(policy, '2025-04-03 17:55')).toMatchObject({
      remindAt: at('2025-04-07 09:05'),
      dueAt: at('2025-04-07 09:15'),
      callAt: at('2025-04-07 09:55'),
    });
    // A Sunday that is a workday in exchange for one of the holidays in May.
    expect(askedIn(policy, '2025-04-27 10:00').dueAt).toBe(at('2025-04-27 10:20'));
  });

  it('R3.1 fires its timers in the hours, and an answer at night is in time', () => {
    const facts = (time: string): Facts => buildFacts(time, { policy: nineToSix });
    const said = (time: string, role: 'customer' | 'trainer', messageId: string) =>
      ({ messageId, role, author: 'T1', at: at(time) }) as const;
    let { order } = makeStoryIn('maintenance');
    const asking = said('2025-03-10 17:55', 'customer', 'm1');
    ({ order } = accepted(recordMessage(order, asking, facts('2025-03-10 17:55'))));
    const told: string[] = [];
    for (const [step, time] of [
      ['remind', '2025-03-11 09:05'],
      ['breach', '2025-03-11 09:15:01'],
      ['call', '2025-03-11 09:55'],
    ] as const) {
      const timer = order.timers.find((one) => one.step.endsWith(`.${step}`));
      expect(timer?.at).toBe(at(time));
      const fired = fireTimer(order, timer!, facts(time));
      if (fired.type !== 'change') throw new Error(fired.type);
      ({ order } = fired.change);
      told.push(...fired.change.notices.map(({ kind }) => kind));
    }
    expect(told).toEqual(['reply-reminder', 'reply-breached', 'reply-breached', 'call-about-delay']);
    const nightly = recordMessage(
      order,
      said('2025-03-10 23:00', 'trainer', 'a1'),
      facts('2025-03-11 10:00'),
    );
    expect(clocksOf(accepted(nightly).order, nineToSix, at('2025-03-11 10:00'))[0]!.state).toBe('met');
  });

  it('R3.1 leaves pauses out of the hours, not out of the night', () => {
    const messages: MessageStamp[] = [
      { id: 'm1', at: at('2025-03-10 17:50'), role: 'customer', author: '', seq: 1, dismissed: null },
    ];
    const period = { from: at('2025-03-09 16:00'), to: at('2025-03-17 00:00') };
    const holdings = [{ from: period.from, holder: 'T1', name: '张三' }];
    const dueAfter = (from: string, to: string) => {
      const pauses = [{ from: at(from), to: at(to) }];
      return replyClocks(
        { messages, holdings, calls: [], pauses, period },
        nineToSix,
        at('2025-03-10 17:50'),
      )[0]!.dueAt;
    };
    // Ten minutes are served by 18:00; the night counts for nothing anyway.
    expect(dueAfter('2025-03-10 20:00', '2025-03-11 07:00')).toBe(at('2025-03-11 09:10'));
    expect(dueAfter('2025-03-10 17:55', '2025-03-11 09:30')).toBe(at('2025-03-11 09:45'));
  });
});

describe('what staff see of a clock', () => {
  it('R3.1 is who had to answer, since when, until when, and what became of it', () => {
    const story = asked();
    story.say(day2('10:12'), 'support', 'a1');
    const [clock] = viewOrder(story.order, 'A1', at(day2('10:13'))).clocks;
    expect(clock).toEqual({
      id: expect.stringMatching(/^q-[0-9a-f]{10}-0$/),
      kind: 'reply',
      rule: 'R3.1',
      messageId: 'm1',
      startedAt: at(day2('10:00')),
      dueAt: at(day2('10:20')),
      state: 'met',
      endedAt: at(day2('10:12')),
      answeredBy: 'P1',
      holder: 'T1',
    });
  });
});
