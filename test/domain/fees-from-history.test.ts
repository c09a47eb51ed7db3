import { describe, expect, it } from 'vitest';
import type { Json } from '../../shared/domain/decision.ts';
import { feesFromHistory } from '../../shared/domain/fees-from-history.ts';
import type { HistoryEntry } from '../../shared/domain/history.ts';
import { sealEntry } from '../../shared/domain/history.ts';
import type { Stage } from '../../shared/domain/order.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { at } from '../support/build-order.ts';

type Happened = { event: string; time: string; facts?: Record<string, Json>; stage?: Stage };

/** Sealed entries, one after the other; the stage stays as it was where none is given. */
const historyOf = (...happened: readonly Happened[]): readonly HistoryEntry[] => {
  const entries: HistoryEntry[] = [];
  for (const [index, { event, time, facts = {}, stage }] of happened.entries()) {
    const from = entries.at(-1)?.effects.stage.to ?? null;
    entries.push(
      sealEntry({
        orderId: 'A-1001',
        seq: index + 1,
        at: at(time),
        event,
        actor: { type: 'crm' },
        cause: null,
        rules: ['R3.4'],
        facts,
        effects: {
          stage: { from, to: stage ?? from ?? 'preparation' },
          deadline: '2025-03-17',
          tasks: [],
          timersSet: [],
          timersDropped: [],
          notices: [],
          recordings: [],
          ledger: [],
        },
        prevHash: entries.at(-1)?.hash ?? '',
      }),
    );
  }
  return entries;
};

const fees = { training: 20_000, maintenance: 7_005 };
const created = { event: 'order-created', time: '2025-03-08 10:00', facts: { fees, trainer: 'T1' } };
const started: Happened = { event: 'start-training', time: '2025-03-09 14:00', stage: 'training' };
const finished: Happened = { event: 'finish-training', time: '2025-03-09 16:00', stage: 'maintenance' };
const ended: Happened = {
  event: 'timer-fired',
  time: '2025-03-17 00:00',
  facts: { step: 'begin-acceptance', at: at('2025-03-17 00:00') },
  stage: 'acceptance',
};

const owed = (...happened: readonly Happened[]) =>
  feesFromHistory(historyOf(...happened), currentPolicy).map(({ trainerId, kind, amount, days }) => [
    trainerId,
    kind,
    amount,
    days,
  ]);
const whole = [2, 3, 4, 5, 6, 7, 8];

describe('fees from the history alone', () => {
  it('R2.1, R3.4 are nothing before anything has happened, and nothing before the training is over', () => {
    expect(owed()).toEqual([]);
    expect(owed(created)).toEqual([]);
    expect(owed(created, started)).toEqual([]);
  });

  it('R2.1 the training fee comes with its end, the maintenance fee with the acceptance', () => {
    expect(owed(created, started, finished)).toEqual([['T1', 'training', 20_000, [1]]]);
    expect(owed(created, started, finished, ended)).toEqual([
      ['T1', 'training', 20_000, [1]],
      ['T1', 'maintenance', 7_005, whole],
    ]);
  });

  it('R2.1 counts from the times that were given, not from when they were recorded', () => {
    const late = { time: '2025-03-10 09:00' };
    const handed: Happened = { event: 'reassign', time: '2025-03-09 20:00', facts: { trainer: 'T2' } };
    const start = { ...started, ...late, facts: { at: at('2025-03-09 14:00') } };
    const finish = { ...finished, ...late, facts: { at: at('2025-03-09 16:00') } };
    expect(owed(created, handed, start, finish, ended)).toEqual([
      ['T1', 'training', 20_000, [1]],
      ['T2', 'maintenance', 7_005, whole],
    ]);
    expect(owed(created, handed, { ...started, ...late }, { ...finished, ...late })).toEqual([
      ['T2', 'training', 20_000, [1]],
    ]);
  });

  it('R3.4 follows a hand-over at once, and a planned one when its timer fires', () => {
    const handed: Happened = { event: 'reassign', time: '2025-03-13 15:00', facts: { trainer: 'T2' } };
    const planned: Happened = {
      event: 'reassign',
      time: '2025-03-11 15:00',
      facts: { trainer: 'T2', at: at('2025-03-13 15:00') },
    };
    const fired = (facts: Record<string, Json>): Happened => ({
      event: 'timer-fired',
      time: '2025-03-14 00:00',
      facts,
    });
    const shared = [
      ['T1', 'training', 20_000, [1]],
      ['T1', 'maintenance', 4_004, [2, 3, 4, 5]],
      ['T2', 'maintenance', 3_001, [6, 7, 8]],
    ];
    const trained = [created, started, finished];
    expect(owed(...trained, handed, ended)).toEqual(shared);
    expect(owed(...trained, planned, ended)).toHaveLength(2);
    expect(owed(...trained, planned, fired({ step: 'reassign', trainer: 'T2' }), ended)).toEqual(shared);
    expect(owed(...trained, planned, fired({ step: 'digest', trainer: 'T2' }), ended)).toHaveLength(2);
  });

  it('R3.4 takes the instant that a hand-over names, where it names one', () => {
    const from = at('2025-03-13 00:00');
    const fired: Happened = {
      event: 'timer-fired',
      time: '2025-03-13 00:01',
      facts: { step: 'reassign', trainer: 'T2', from },
    };
    expect(owed(created, started, finished, fired, ended).slice(1)).toEqual([
      ['T1', 'maintenance', 3_003, [2, 3, 4]],
      ['T2', 'maintenance', 4_002, [5, 6, 7, 8]],
    ]);
  });

  it('R3.4 follows the CRM: another trainer, another fee, or neither', () => {
    const amended = (facts: Record<string, Json>): Happened => ({
      event: 'order-amended',
      time: '2025-03-12 10:00',
      facts,
    });
    const trained = [created, started, finished];
    expect(owed(...trained, amended({ trainer: 'T2' }), ended).slice(1)).toEqual([
      ['T1', 'maintenance', 3_003, [2, 3, 4]],
      ['T2', 'maintenance', 4_002, [5, 6, 7, 8]],
    ]);
    const other = { training: 1, maintenance: 7 };
    expect(owed(...trained, amended({ trainer: 'T1', fees: other }), ended)).toEqual([
      ['T1', 'training', 1, [1]],
      ['T1', 'maintenance', 7, whole],
    ]);
    expect(owed(...trained, amended({ fields: ['shop'] }), ended)[1]).toEqual([
      'T1',
      'maintenance',
      7_005,
      whole,
    ]);
  });

  it('R3.3 leaves out the days that began under the emergency plan, each time that it was on', () => {
    const plan = (time: string, on: boolean): Happened => ({ event: 'emergency-plan', time, facts: { on } });
    const happened = [
      plan('2025-03-11 20:00', true),
      plan('2025-03-12 09:00', false),
      plan('2025-03-14 20:00', true),
      plan('2025-03-15 20:00', false),
    ];
    expect(owed(created, started, finished, ...happened, ended).slice(1)).toEqual([
      ['T1', 'maintenance', 5_004, [2, 3, 5, 6, 8]],
    ]);
    expect(owed(created, started, finished, ...happened.slice(0, 3), ended).slice(1)).toEqual([
      ['T1', 'maintenance', 4_004, [2, 3, 5, 6]],
    ]);
  });

  it('R3.4 counts the days from the training’s start, recorded in time or late', () => {
    const trained = [
      { ...started, time: '2025-03-12 14:00' },
      { ...finished, time: '2025-03-12 16:00' },
    ];
    const late = { ...started, time: '2025-03-13 08:00', facts: { at: at('2025-03-12 14:00') } };
    const cancelled: Happened = { event: 'order-cancelled', time: '2025-03-14 09:00', stage: 'cancelled' };
    for (const begun of [trained, [late, { ...finished, time: '2025-03-13 08:00' }]])
      expect(owed(created, ...begun, cancelled).slice(1)).toEqual([['T1', 'maintenance', 2_002, [2, 3]]]);
  });

  it('R3.4 counts a cancelled order’s days up to its end', () => {
    const cancelled: Happened = { event: 'order-cancelled', time: '2025-03-11 09:00', stage: 'cancelled' };
    expect(owed(created, started, finished, cancelled)).toEqual([
      ['T1', 'training', 20_000, [1]],
      ['T1', 'maintenance', 2_002, [2, 3]],
    ]);
    expect(owed(created, cancelled)).toEqual([]);
  });

  it('R3.4 does not mind what else has happened', () => {
    const noise: Happened = { event: 'record-call', time: '2025-03-12 09:00', facts: { at: 'noon', on: 1 } };
    expect(owed(created, started, finished, noise, ended)).toHaveLength(2);
  });

  it('R3.4 are not guessed from a history that begins without them', () => {
    expect(() => owed({ ...created, facts: { trainer: 'T1' } })).toThrow('A-1001 begins without fees');
  });
});
