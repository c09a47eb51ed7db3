import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheduleName } from '../../shared/adapters/scheduler/timers.ts';
import { orderIdSchema } from '../../shared/domain/order.ts';
import { taskKindSchema, timedNoticeKindSchema } from '../../shared/domain/policy.ts';
import { arbitraryWalk, walkThrough } from '../support/build-order.ts';

/** What EventBridge Scheduler takes for a name. */
const legalName = /^[0-9a-zA-Z-_.]{1,64}$/;

/** Short and long ones, as they are shortened in different ways. */
const orderIds = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{32,63}$/),
);
const steps = fc.oneof(
  fc.constantFrom('begin-acceptance', 'digest', ...timedNoticeKindSchema.options),
  fc
    .tuple(
      fc.constantFrom(...taskKindSchema.options),
      fc.integer({ min: 1, max: 999 }),
      fc.constantFrom('tell', 'rung'),
    )
    .map(([kind, number, what]) => `${kind}-${number}.${what}`),
);

describe('the name of a schedule', () => {
  it('is legal for any order number and step, up to 999 tasks of a kind and 9,999 changes', () => {
    fc.assert(
      fc.property(orderIds, steps, fc.integer({ min: 1, max: 9999 }), (orderId, step, version) => {
        expect(orderIdSchema.safeParse(orderId).success).toBe(true);
        expect(scheduleName({ orderId, step, version })).toMatch(legalName);
      }),
    );
    for (const length of [32, 33, 64]) {
      const longest = { orderId: 'x'.repeat(length), step: 'collect-signature-999.rung', version: 9999 };
      expect(scheduleName(longest)).toHaveLength(64);
    }
  });

  it('has only steps of the forms above', () => {
    const form = new RegExp(
      `^(begin-acceptance|digest|reassign|look-at-uploads|release-recordings|q-[0-9a-f]{10}-\\d{1,2}\\.(remind|breach|call)|${timedNoticeKindSchema.options.join('|')}|(${taskKindSchema.options.join('|')})-\\d{1,3}\\.(tell|rung))$`,
    );
    fc.assert(
      fc.property(arbitraryWalk, (walk) => {
        walkThrough(walk, ({ change }) => {
          for (const { step } of change.order.timers) expect(step).toMatch(form);
        });
      }),
    );
  });

  it('is never shared by two timers', () => {
    fc.assert(
      fc.property(
        fc.tuple(orderIds, steps, fc.nat(99)),
        fc.tuple(orderIds, steps, fc.nat(99)),
        ([orderId, step, version], [otherId, otherStep, otherVersion]) => {
          const same = orderId === otherId && step === otherStep && version === otherVersion;
          const a = scheduleName({ orderId, step, version });
          const b = scheduleName({ orderId: otherId, step: otherStep, version: otherVersion });
          expect(a === b).toBe(same);
        },
      ),
    );
  });

  it('tells long order numbers apart that begin alike, and stays the same for the same one', () => {
    const named = (orderId: string) => scheduleName({ orderId, step: 'digest', version: 1 });
    expect(named(`${'x'.repeat(63)}1`)).not.toBe(named(`${'x'.repeat(63)}2`));
    expect(named('x'.repeat(64))).toBe(named('x'.repeat(64)));
    expect(named('A-1001')).toBe('A-1001.digest.1');
  });

  it('refuses order numbers that no schedule could carry', () => {
    for (const orderId of ['', 'x'.repeat(65), 'A 1', 'A.1', '-A', '单-1', 'A\n'])
      expect(orderIdSchema.safeParse(orderId).success).toBe(false);
  });
});
