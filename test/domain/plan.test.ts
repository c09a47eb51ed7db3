import { describe, expect, it } from 'vitest';
import { planOf } from '../../shared/domain/plan.ts';
import type { Order } from '../../shared/domain/order.ts';
import { at, buildFacts, buildOrder, makeStoryIn } from '../support/build-order.ts';

/** The plan as lines: Shanghai time, step, rule, stage after it, whom it tells. */
const planned = (order: Order, now: string, until: string): string[] =>
  planOf(order, buildFacts(now), at(until)).map(({ at: time, step, rule, stage, tells }) => {
    const shanghai = new Date(Date.parse(time) + 8 * 3_600_000).toISOString();
    return [
      shanghai.slice(5, 16).replace('T', ' '),
      step,
      rule,
      stage,
      tells.map(({ tell }) => tell).join(),
    ].join(' ');
  });

describe('the plan', () => {
  it('R0.2 of an order that nobody touches has every reminder up to the training, each with its rule', () => {
    expect(planned(buildOrder(), '2025-03-08 10:00', '2025-03-10 10:00')).toEqual([
      '03-08 10:30 join-group-1.rung R1.1 preparation assistant',
      '03-08 10:30 set-remark-1.rung R1.2 preparation trainer',
      '03-08 11:30 join-group-1.rung R1.1 preparation manager',
      '03-08 11:30 set-remark-1.rung R1.2 preparation assistant',
      '03-08 14:30 set-remark-1.rung R1.2 preparation manager',
      '03-08 20:00 briefing R1.6 preparation trainer',
      '03-08 21:00 confirm-tools-1.rung R1.0 preparation trainer',
      '03-09 09:30 digest R0.2 preparation manager',
      '03-09 13:00 call-customer-1.tell R1.3 preparation trainer',
      '03-09 13:00 confirm-tools-1.rung R1.0 preparation assistant',
      '03-09 13:15 call-customer-1.rung R1.3 preparation trainer',
      '03-09 13:30 call-customer-1.rung R1.3 preparation trainer',
      '03-09 13:40 call-customer-1.rung R1.3 preparation assistant',
      '03-09 13:55 call-customer-1.rung R1.3 preparation manager',
      '03-09 14:00 confirm-needs-1.rung R1.4 preparation trainer',
      '03-09 14:00 send-notice-1.rung R1.5 preparation trainer',
      '03-09 14:15 confirm-needs-1.rung R1.4 preparation assistant',
      '03-09 14:15 send-notice-1.rung R1.5 preparation assistant',
      '03-09 14:15 start-training-1.rung R2.1 preparation assistant',
      '03-09 15:00 start-training-1.rung R2.1 preparation manager',
      '03-10 09:30 digest R0.2 preparation manager',
    ]);
  });

  it('R0.2, R4.1 of the maintenance period has the evening before, day 9 and what follows when nobody acts', () => {
    const { order } = makeStoryIn('maintenance');
    expect(planned(order, '2025-03-09 16:00', '2025-03-19 09:30')).toEqual([
      '03-16 20:00 summary-eve R4.1 maintenance trainer',
      '03-17 00:00 begin-acceptance R0.2 acceptance ',
      '03-17 09:00 hold-summary-1.tell R4.1 acceptance trainer',
      '03-17 14:00 hold-summary-1.rung R4.1 acceptance trainer',
      '03-17 18:00 hold-summary-1.rung R4.1 acceptance assistant',
      '03-17 21:00 hold-summary-1.rung R4.1 acceptance manager',
      '03-18 09:30 digest R0.2 acceptance manager',
      '03-19 09:30 digest R0.2 acceptance manager',
    ]);
  });

  it('says why, to whom by id, and in which words', () => {
    const [first] = planOf(buildOrder(), buildFacts('2025-03-08 10:00'), at('2025-03-08 10:30'));
    expect(first).toEqual({
      at: at('2025-03-08 10:30'),
      step: 'join-group-1.rung',
      rule: 'R1.1',
      reason: '接单后由助理拉入企微对接群',
      stage: 'preparation',
      tells: [
        {
          tell: 'assistant',
          mention: ['A1'],
          text: '【逾期】请把接单人张三拉进「星空乐园」的对接群\n应于 3月8日 10:30 前完成，请尽快处理并登记\n工单 A-1001 · 规则 R1.1',
        },
      ],
    });
  });

  it('ends with the bound, which counts; of an order that has ended only its recordings are left to release', () => {
    expect(planned(buildOrder(), '2025-03-08 10:00', '2025-03-08 10:29')).toEqual([]);
    expect(planned(buildOrder(), '2025-03-08 10:00', '2025-03-08 10:30')).toHaveLength(2);
    expect(planned(makeStoryIn('closed').order, '2025-03-18 10:00', '2026-01-01 00:00')).toEqual([
      '04-08 16:10 release-recordings R5.3 closed ',
    ]);
    expect(planned(makeStoryIn('cancelled').order, '2025-03-18 10:00', '2026-01-01 00:00')).toEqual([]);
  });

  it('fires what is overdue now, in order, and leaves the order itself as it is', () => {
    const order = buildOrder();
    const before = structuredClone(order);
    expect(planned(order, '2025-03-08 12:00', '2025-03-08 14:30')).toEqual([
      '03-08 12:00 join-group-1.rung R1.1 preparation assistant',
      '03-08 12:00 set-remark-1.rung R1.2 preparation trainer',
      '03-08 12:00 join-group-1.rung R1.1 preparation manager',
      '03-08 12:00 set-remark-1.rung R1.2 preparation assistant',
      '03-08 14:30 set-remark-1.rung R1.2 preparation manager',
    ]);
    expect(order).toEqual(before);
  });

  it('never goes back in time, though a rung that counts from the training may lie before one that counts from the task', () => {
    // Taken 90 minutes before: the tools are chased at 11:00, and "an hour before the training" was 10:30.
    const order = buildOrder({ training: { startsAt: at('2025-03-08 11:30') } });
    const tools = planned(order, '2025-03-08 10:00', '2025-03-08 11:00').filter((line) =>
      line.includes('tools'),
    );
    expect(tools).toEqual([
      '03-08 11:00 confirm-tools-1.rung R1.0 preparation trainer',
      '03-08 11:00 confirm-tools-1.rung R1.0 preparation assistant',
    ]);
  });
});
