import { describe, expect, it } from 'vitest';
import { dayOfOrder, deadlineOf, remarkOf } from '../../shared/domain/deadline.ts';
import { dayOf, monthDay, plusDays, spokenTime, toInstant } from '../../shared/domain/instant.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { at, buildOrder, makeStoryIn } from '../support/build-order.ts';

const trained = (startsAt: string | null, acceptedAt = '2025-03-08 10:00') =>
  buildOrder({ acceptedAt: at(acceptedAt), training: { startsAt: startsAt === null ? null : at(startsAt) } });

describe('the deadline', () => {
  it('R1.2 is 17 March for an order taken on 8 March and trained on the 9th, as in the rule book', () => {
    const order = trained('2025-03-09 14:00');
    expect(order.deadline).toBe('2025-03-17');
    expect(order.remark).toBe('截止3/17 张三');
  });

  it('R1.2 is nine days after acceptance while no training time is agreed', () => {
    const order = trained(null);
    expect(order.deadline).toBe('2025-03-17');
    expect(order.remark).toBe('截止3/17 张三');
  });

  it('R0.2 counts Shanghai days: one minute past midnight there is the next day, though it is the same day in UTC', () => {
    expect(trained('2025-03-09 23:59').deadline).toBe('2025-03-17');
    expect(trained('2025-03-10 00:00').deadline).toBe('2025-03-18');
    expect(trained(null, '2025-03-08 23:59').deadline).toBe('2025-03-17');
    expect(trained(null, '2025-03-09 00:00').deadline).toBe('2025-03-18');
  });

  it('R0.2 counts weekends and holidays, and goes over the ends of months, years and a leap February', () => {
    expect(trained('2025-01-28 10:00').deadline).toBe('2025-02-05');
    expect(trained('2025-12-28 10:00').deadline).toBe('2026-01-05');
    expect(trained('2024-02-25 10:00').deadline).toBe('2024-03-04');
    expect(trained('2025-02-25 10:00').deadline).toBe('2025-03-05');
  });

  it('R0.2 has day 1 on the training day, days 2 to 8 for maintenance and day 9 for acceptance', () => {
    const order = trained('2025-03-09 14:00');
    const days = [0, 1, 2, 8, 9].map((number) => dayOfOrder(order, number, currentPolicy));
    expect(days).toEqual(['2025-03-08', '2025-03-09', '2025-03-10', '2025-03-16', '2025-03-17']);
    expect(deadlineOf(order, currentPolicy)).toBe(days[4]);
  });

  it('R1.2 follows the day on which the training was really held, and asks for a new remark then', () => {
    const story = makeStoryIn('preparation');
    story.act('2025-03-09 13:00', 'set-remark');
    story.act('2025-03-09 13:55', 'confirm-needs', { extraNeeds: [], understood: true });
    story.act('2025-03-10 00:10', 'start-training');
    expect(story.order.deadline).toBe('2025-03-18');
    expect(story.order.remark).toBe('截止3/18 张三');
    expect(story.task('set-remark')).toMatchObject({
      id: 'set-remark-2',
      subject: '截止3/18 张三',
      state: 'open',
    });
  });
});

describe('the remark', () => {
  it('R1.2 has no zero padding', () => {
    const [january, december] = ['2025-01-05', '2025-12-15'].map((day) =>
      plusDays(dayOfOrder(buildOrder(), 1, currentPolicy), daysTo(day)),
    );
    expect(remarkOf(january!, '张三')).toBe('截止1/5 张三');
    expect(remarkOf(december!, '李 四')).toBe('截止12/15 李 四');
    expect(monthDay(january!)).toBe('1/5');
  });

  it('is spoken of in Shanghai time', () => {
    expect(spokenTime(at('2025-03-09 14:05'))).toBe('3月9日 14:05');
    expect(spokenTime(at('2025-12-31 00:00'))).toBe('12月31日 00:00');
  });
});

describe('an instant', () => {
  it('is of the years 0 to 9999, and a day too, so that text order is time order', () => {
    expect(() => toInstant('9999-12-31T23:59:59-12:00')).toThrow('no instant: +010000-01-01T11:59:59.000Z');
    expect(() => toInstant('soon')).toThrow(RangeError);
    expect(() => dayOf(toInstant('9999-12-31T20:00:00Z'))).toThrow('no calendar day: 10000-01-01');
  });
});

const daysTo = (day: string): number => (Date.parse(day) - Date.parse('2025-03-09')) / 86_400_000;
