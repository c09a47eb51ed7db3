import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionName } from '../../shared/domain/actions/actions.ts';
import type { Change } from '../../shared/domain/decision.ts';
import { effectsOf } from '../../shared/domain/effects.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { epochMs, later, toInstant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { isLive } from '../../shared/domain/order.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import {
  orderOfRecording,
  recordingIdOf,
  recordingKey,
  recordingOfKey,
} from '../../shared/domain/recordings/recording-id.ts';
import type { RecordingState } from '../../shared/domain/recordings/recording-state.ts';
import {
  isUnderway,
  recordedSeconds,
  recordingStates,
  stateOf,
} from '../../shared/domain/recordings/recording-state.ts';
import type { Retention } from '../../shared/domain/recordings/retention.ts';
import { retentionOf } from '../../shared/domain/recordings/retention.ts';
import { partBytes, partsOf } from '../../shared/domain/recordings/upload.ts';
import { isWaiting } from '../../shared/domain/timers.ts';
import type { Move, Step, Walk } from '../support/build-order.ts';
import {
  accepted,
  at,
  buildFacts,
  buildOrderData,
  decide,
  makeStoryIn,
  understood,
  walkThrough,
} from '../support/build-order.ts';
import type { RecordingEvent } from '../support/recording-events.ts';
import { arbitraryRecordingEvent, decideRecording, wholeRecording } from '../support/recording-events.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const mib = 1024 ** 2;
const gib = 1024 ** 3;

const plusMs = (instant: Instant, ms: number): Instant => toInstant(epochMs(instant) + ms);
/** The midnight of UTC at or after an instant. */
const midnightFrom = (instant: Instant): Instant => toInstant(Math.ceil(epochMs(instant) / day) * day);

/** 09:00 in Shanghai on the last Monday of a month, counted from 0, by plain arithmetic. */
const drawOf = (month: number): Instant => {
  const lastDay = Date.UTC(2025, month + 1, 0);
  const sinceMonday = (new Date(lastDay).getUTCDay() + 6) % 7;
  return toInstant(lastDay - sinceMonday * day + hour);
};
/** The draws of April 2025 to March 2030; one more covers what comes after the last of them. */
const draws: readonly Instant[] = Array.from({ length: 60 }, (_, index) => drawOf(index + 3));
const allDraws = [...draws, drawOf(63), drawOf(64)];
const drawThatCovers = (recordedEnd: Instant): Instant => allDraws.find((draw) => recordedEnd < draw)!;

type Told = { at: Instant; work: string };

/** What becomes of an object in the store, by S3's lifecycle, whose days count from the start of the upload: when it is hidden and when its bytes are erased; null when neither happens within two years. */
const lifecycleOf = (
  started: Instant,
  told: readonly Told[],
): { hidden: Instant; erased: Instant } | null => {
  const oldEnough = midnightFrom(plusMs(started, 30 * day));
  for (let days = 0; days < 730; days += 1) {
    const midnight = plusMs(oldEnough, days * day);
    const tag = told.findLast((work) => work.at <= midnight)?.work;
    if (tag === 'release') return { hidden: midnight, erased: midnightFrom(plusMs(midnight, day)) };
  }
  return null;
};

const inTraining = makeStoryIn('training').order;
const [start, finish, isVideo] = wholeRecording as [RecordingEvent, RecordingEvent, RecordingEvent];

type Life = {
  recordedEnd: Instant;
  /** When the upload came to its end. */
  uploaded: Instant;
  /** Milliseconds from the upload's start to its end. */
  uploadTakes?: number;
  /** Milliseconds from the upload's end to the end of its check. */
  checkTakes?: number;
  heldAt?: Instant;
  liftedAt?: Instant;
};

/** The example order with its end and upload at these times. Its own timer releases the recording, or a hold keeps it. */
const live = ({ recordedEnd, uploaded, uploadTakes = 0, checkTakes = 0, heldAt, liftedAt }: Life) => {
  const started = plusMs(uploaded, -uploadTakes);
  let order = inTraining;
  const told: Told[] = [];
  const promised: Retention[] = [];
  const take = (now: Instant, change: Change): void => {
    ({ order } = change);
    told.push(...(change.work ?? []).map(({ work }) => ({ at: now, work })));
    const [recording] = order.facts.recordings;
    if (recording?.found) promised.push(retentionOf(order, recording, currentPolicy));
  };
  const act = (now: Instant | undefined, name: ActionName, body: object) =>
    now === undefined ? [] : [{ now, decide: () => decide(order, name, body, now) }];
  const record = (now: Instant, event: RecordingEvent) => ({
    now,
    decide: () => decideRecording(order, 'r1', event, buildFacts(now))!,
  });
  const happens = [
    ...act(recordedEnd, 'finish-training', {}),
    record(started, start),
    record(uploaded, finish),
    record(plusMs(uploaded, checkTakes), isVideo),
    ...act(heldAt, 'hold-recordings', { because: 'drawn' }),
    ...act(liftedAt, 'lift-hold', { holdId: 'hold-1', reason: '完' }),
  ].toSorted((a, b) => epochMs(a.now) - epochMs(b.now));
  const release = (until: Instant | null): void => {
    const timer = order.timers.find(({ step }) => step === 'release-recordings');
    if (timer === undefined || (until !== null && timer.at >= until)) return;
    const fired = fireTimer(order, timer, buildFacts(timer.at));
    if (fired.type !== 'change') throw new Error(`${timer.step} is ${fired.type}`);
    take(timer.at, fired.change);
  };
  for (const { now, decide: decided } of happens) {
    release(now);
    take(now, accepted(decided()));
  }
  release(null);
  return { end: lifecycleOf(started, told), promised, told };
};

/** The longest that bytes stay after upload and recorded end: 35 days between two draws, up to the second midnight of UTC after the latter. */
const longest = 36 * day + 23 * hour;

/** Checks what has to hold for a recording that nobody holds. Gives for how long its bytes stay after both upload and recorded end. */
const staysUndrawn = (life: Life): number => {
  const { end, promised } = live(life);
  const { recordedEnd, uploaded, uploadTakes = 0, checkTakes = 0 } = life;
  const told = `end ${recordedEnd}, upload ${uploaded} after ${uploadTakes} ms`;
  const stays = epochMs(end!.erased) - epochMs(later(recordedEnd, uploaded));
  const outlivesDraw = end!.hidden > drawThatCovers(recordedEnd);
  const isMonth = epochMs(end!.hidden) - epochMs(uploaded) >= 30 * day;
  const isGoneInTime = stays <= longest && longest < 37 * day;
  expect([told, outlivesDraw, isMonth, isGoneInTime]).toEqual([told, true, true, true]);
  const open = promised.filter(({ reason }) => reason === 'training-open');
  const dated = promised.filter(({ reason }) => reason !== 'training-open');
  expect(open.length > 0).toBe(plusMs(uploaded, checkTakes) < recordedEnd);
  expect([told, ...new Set(dated.map(({ until }) => until))]).toEqual([told, end!.hidden]);
  return stays;
};

const fiveYears = { min: epochMs(draws[0]!) - 28 * day, max: epochMs(draws.at(-1)!) };
/** Any instant of the five years, half of them near a draw or a midnight. */
const arbitraryEnd = fc.oneof(
  fc.integer(fiveYears).map((ms) => toInstant(ms)),
  fc
    .tuple(
      fc.constantFrom(...draws),
      fc.constantFrom(-hour, 0, hour, 23 * hour),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([draw, beside, ms]) => plusMs(draw, beside + ms)),
);
const within = (days: number) => fc.oneof(fc.nat(days * day), fc.nat(10 * minute), fc.constant(days * day));
const arbitraryUpload = fc
  .tuple(arbitraryEnd, within(7), within(7), fc.constantFrom(0, minute, 2 * hour, day))
  .map(([recordedEnd, ms, uploadTakes, checkTakes]) => ({
    recordedEnd,
    uploaded: plusMs(recordedEnd, ms),
    uploadTakes,
    checkTakes,
  }));

describe('the time of a recording', () => {
  it('R5.3 outlives its draw, is a month at least and 37 days at most, whenever it is recorded and uploaded in five years', () => {
    fc.assert(
      fc.property(arbitraryUpload, (life) => {
        expect(staysUndrawn(life)).toBeLessThan(37 * day);
      }),
      { numRuns: 800 },
    );
  });

  it(
    'R5.3 is so around each of 60 draws, and the longest is 36 days and 23 hours, to the millisecond',
    { timeout: 90_000 },
    () => {
      const stays = draws.flatMap((draw) =>
        [
          -hour - 1,
          -hour,
          -hour + 1,
          -minute,
          -1,
          0,
          1,
          minute,
          23 * hour - 1,
          23 * hour,
          23 * hour + 1,
        ].flatMap((beside) => {
          const recordedEnd = plusMs(draw, beside);
          const midnight = midnightFrom(recordedEnd);
          const release = plusMs(draw, hour);
          const monthBeforeRelease = plusMs(drawThatCovers(recordedEnd), hour - 30 * day);
          const uploads = [
            recordedEnd,
            plusMs(recordedEnd, 10 * minute),
            ...[-1, 0, 1].flatMap((ms) =>
              [midnight, release, monthBeforeRelease].map((moment) => plusMs(moment, ms)),
            ),
            plusMs(recordedEnd, 7 * day),
          ].filter((uploaded) => uploaded >= recordedEnd);
          return uploads.map((uploaded, index) =>
            staysUndrawn({ recordedEnd, uploaded, uploadTakes: index % 2 === 0 ? 7 * day : 0 }),
          );
        }),
      );
      expect(Math.max(...stays)).toBe(longest);
      expect(stays.length).toBeGreaterThan(60 * 11 * 5);
    },
  );

  it('R5.3 is bound to the recorded end where the upload came before it', () => {
    const before = fc.tuple(arbitraryEnd, within(7), within(7)).map(([recordedEnd, ms, uploadTakes]) => ({
      recordedEnd,
      uploaded: plusMs(recordedEnd, -ms),
      uploadTakes,
    }));
    fc.assert(
      fc.property(before, (life) => {
        expect(staysUndrawn(life)).toBeLessThan(37 * day);
      }),
      { numRuns: 400 },
    );
  });

  it('R5.3 does not end while a hold of the draw lasts, be that set late, as long as it is there; then within two days', () => {
    const held = arbitraryUpload.chain((life) => {
      const { hidden } = live(life).end!;
      const draw = drawThatCovers(life.recordedEnd);
      const late = epochMs(hidden) - epochMs(draw) - 1;
      return fc.record({
        life: fc.constant(life),
        heldAt: fc.oneof(fc.nat(hour - 1), fc.nat(late)).map((ms) => plusMs(draw, Math.min(ms, late))),
        days: fc.integer({ min: 0, max: 90 }),
      });
    });
    fc.assert(
      fc.property(held, ({ life, heldAt, days }) => {
        expect(live({ ...life, heldAt }).end).toBeNull();
        const liftedAt = plusMs(heldAt, days * day);
        const { end, promised } = live({ ...life, heldAt, liftedAt });
        const freeFrom = later(liftedAt, plusMs(life.uploaded, 30 * day));
        const release = plusMs(drawThatCovers(life.recordedEnd), hour);
        expect(end!.hidden).toBe(midnightFrom(later(freeFrom, release)));
        expect(epochMs(end!.erased) - epochMs(later(freeFrom, release))).toBeLessThan(2 * day);
        expect(promised.at(-1)!.until).toBe(end!.hidden);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the parts of a file', () => {
  const aroundMultiples = fc
    .tuple(fc.integer({ min: 1, max: 1280 }), fc.integer({ min: -2, max: 2 }))
    .map(([n, beside]) => Math.min(20 * gib, n * 16 * mib + beside));
  const arbitrarySize = fc.oneof(
    fc.integer({ min: 1, max: 20 * gib }),
    aroundMultiples,
    fc.integer({ min: 1, max: 99 }),
  );

  it('R2.2 make up the file to the byte, within the limits of S3', () => {
    fc.assert(
      fc.property(arbitrarySize, (size) => {
        const { partSize, parts } = partsOf(size);
        const bytes = Array.from({ length: parts }, (_, index) =>
          partBytes({ size, partSize, parts }, index + 1),
        );
        expect(bytes.reduce((sum, one) => sum + one, 0)).toBe(size);
        expect(parts).toBeLessThanOrEqual(10_000);
        expect(Math.max(...bytes)).toBeLessThanOrEqual(5 * gib);
        expect(bytes.at(-1)).toBeGreaterThanOrEqual(1);
        for (const one of bytes.slice(0, -1)) expect(one).toBe(partSize);
        if (parts > 1) expect(partSize).toBeGreaterThanOrEqual(5 * mib);
      }),
      { numRuns: 300 },
    );
  });

  it('R2.2 would stay within them for any size that S3 takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 * 1024 * gib }), (size) => {
        const { partSize, parts } = partsOf(size);
        expect(parts).toBeLessThanOrEqual(10_000);
        expect(partSize).toBeLessThanOrEqual(5 * gib);
        expect(partSize * (parts - 1)).toBeLessThan(size);
        expect(partSize * parts).toBeGreaterThanOrEqual(size);
      }),
    );
  });
});

describe('the recorded time', () => {
  it('R2.2 is what the files show together, each minute once, in whatever order they came', () => {
    const files = fc.array(fc.record({ from: fc.nat(120), minutes: fc.nat(60) }), { maxLength: 6 });
    const [template] = makeStoryIn('maintenance').order.facts.recordings as [Recording];
    fc.assert(
      fc.property(files, (spans) => {
        const recordings = spans.map(({ from, minutes }) => ({
          ...template,
          recordingStartedAt: plusMs(at('2025-03-09 14:00'), from * minute),
          found: { ...template.found, durationSeconds: minutes * 60 } as Recording['found'],
        }));
        const order = { ...inTraining, facts: { ...inTraining.facts, recordings } };
        const shown = new Set(
          spans.flatMap(({ from, minutes }) => Array.from({ length: minutes }, (_, index) => from + index)),
        );
        expect(recordedSeconds(order)).toBe(shown.size * 60);
      }),
    );
  });
});

const orderIds = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const bits = fc.stringMatching(/^[0-9a-f]{32}$/);

describe('the id of a recording', () => {
  it('leads to its order, and through its key back to itself', () => {
    fc.assert(
      fc.property(orderIds, bits, (orderId, random) => {
        const id = recordingIdOf(orderId, random);
        expect(orderOfRecording(id)).toBe(orderId);
        expect(recordingKey(id)).toBe(`recordings/${orderId}/${random}`);
        expect(recordingOfKey(recordingKey(id))).toBe(id);
      }),
    );
  });

  const hex = '0123456789abcdef0123456789abcdef';

  it.each([
    '',
    '.',
    hex,
    `.${hex}`,
    `A-1.${hex}0`,
    `A-1.${hex.slice(1)}`,
    `A-1.${hex.toUpperCase()}`,
    `A-1.${hex}\n`,
    `A-1..${hex}`,
    `A.1.${hex}`,
    `../A-1.${hex}`,
    `A/1.${hex}`,
    `-A.${hex}`,
    `${'A'.repeat(65)}.${hex}`,
    `工单.${hex}`,
  ])('is not %j', (id) => {
    expect(orderOfRecording(id)).toBeNull();
  });

  it.each([
    '',
    '/',
    'recordings',
    'recordings/',
    'recordings/A-1',
    'recordings/A-1/',
    `recordings//${hex}`,
    `/recordings/A-1/${hex}`,
    `recordings/A-1/${hex}/`,
    `recordings/A-1/x/${hex}`,
    `recordings/../${hex}`,
    `recordings/A-1/../${hex}`,
    `recordings/A-1/../A-2/${hex}`,
    `access-logs/A-1/${hex}`,
    `Recordings/A-1/${hex}`,
    `recordings/A-1.${hex}`,
    `recordings/A-1.x/${hex}`,
    `recordings/A-1/${hex}.mp4`,
    `recordings/A-1/${hex.toUpperCase()}`,
    `recordings/A%2D1/${hex}`,
  ])('does not stand behind the key %j', (key) => {
    expect(recordingOfKey(key)).toBeNull();
  });

  it('is never had from a key, or an order from an id, but where the way back is the same', () => {
    const pieces = fc.constantFrom(
      'recordings',
      '/',
      '.',
      '..',
      'A-1',
      hex,
      hex.toUpperCase(),
      '',
      '\n',
      '%2F',
      'ａ',
    );
    const text = fc.array(pieces, { maxLength: 7 }).map((some) => some.join(''));
    fc.assert(
      fc.property(text, (given) => {
        const id = recordingOfKey(given);
        const orderId = orderOfRecording(given);
        expect([
          id === null ? given : recordingKey(id),
          orderId === null ? given : recordingIdOf(orderId, hex),
        ]).toEqual([given, given]);
      }),
      { numRuns: 2000, examples: [[`recordings/A-1/${hex}`], [`A-1.${hex}`], [`recordings/A-1.${hex}`]] },
    );
  });
});

const begins: readonly Move[] = [
  { do: 'wait', minutes: 60 },
  { do: 'act', name: 'confirm-needs', body: understood },
  { do: 'act', name: 'start-training', body: {} },
];

const some = <Name extends string>(...names: Name[]) => fc.constantFrom(...names);
const moved = (arbitrary: fc.Arbitrary<Move>): fc.Arbitrary<Move> => arbitrary;
const ids = some('r1', 'r2', 'r3');

/** What happens to recordings, and to the order around them; the timers fire often, so that looks, releases and rungs come. */
const move = fc.oneof(
  {
    weight: 12,
    arbitrary: moved(
      fc.record({ do: fc.constant('recording' as const), id: ids, event: arbitraryRecordingEvent }),
    ),
  },
  {
    weight: 8,
    arbitrary: moved(
      fc.record({
        do: fc.constant('fire' as const),
        pick: fc.nat(4),
        lateSeconds: fc.constantFrom(0, 0, 900),
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: moved(
      fc.record({
        do: fc.constant('wait' as const),
        minutes: fc.constantFrom(1, 30, 120, 24 * 60, 31 * 24 * 60),
      }),
    ),
  },
  {
    weight: 6,
    arbitrary: moved(
      fc
        .tuple(
          some(
            'accept-recording',
            'revoke-recording-link',
            'renew-recording-link',
            'send-recording',
            'finish-training',
          ),
          ids,
        )
        .map(([name, recordingId]) => ({
          do: 'act' as const,
          name,
          body:
            name === 'send-recording' || name === 'finish-training'
              ? {}
              : { recordingId, ...(name !== 'renew-recording-link' && { reason: '说明' }) },
        })),
    ),
  },
  {
    weight: 3,
    arbitrary: moved(
      some('hold-1', 'hold-2', 'set').map((holdId) =>
        holdId === 'set'
          ? { do: 'act' as const, name: 'hold-recordings' as const, body: { because: 'drawn' } }
          : { do: 'act' as const, name: 'lift-hold' as const, body: { holdId, reason: '完' } },
      ),
    ),
  },
  { weight: 1, arbitrary: moved(fc.constant({ do: 'cancel' as const })) },
);

const walkOf = (minutes: number, happening: readonly Move[]): Walk => ({
  data: buildOrderData({ training: { startsAt: at('2025-03-08 11:00'), minutes } }),
  delay: 0,
  moves: [...begins, ...happening],
});
const arbitraryRecorded: fc.Arbitrary<Walk> = fc
  .tuple(fc.constantFrom(1, 30, 60), fc.array(move, { maxLength: 60, size: 'max' }))
  .map(([minutes, happening]) => walkOf(minutes, happening));

const recording = (id: string, ...events: readonly RecordingEvent[]): Move[] =>
  events.map((event) => ({ do: 'recording', id, event }));

/** A walk in which everything is met that the laws are about, so that none of them is empty by chance. */
const fullWalk = walkOf(60, [
  { do: 'act', name: 'finish-training', body: {} },
  ...recording('r1', start, { what: 'ended', how: 'aborted' }),
  ...recording('r2', start, { what: 'unusable', problem: 'broken' }),
  ...recording('r3', ...wholeRecording),
  { do: 'wait', minutes: 62 * 24 * 60 },
  { do: 'act', name: 'renew-recording-link', body: { recordingId: 'r3' } },
  { do: 'act', name: 'hold-recordings', body: { because: 'drawn' } },
  ...recording('r3', { what: 'deleted', deletion: { what: 'hidden', reason: 'expired' } }),
]);
const runs = { numRuns: 150, examples: [[fullWalk]] as [Walk][] };

/** Lives many walks through, and checks each change of each. */
const forEveryChange = (check: (step: Step) => void): void =>
  fc.assert(
    fc.property(arbitraryRecorded, (walk) => void walkThrough(walk, check)),
    runs,
  );

const found = (order: Order | null, id: string): Recording | undefined =>
  order?.facts.recordings.find((recording) => recording.id === id);

const legal: Record<RecordingState, readonly RecordingState[]> = {
  uploading: ['uploading', 'checking', 'ready', 'rejected', 'expired', 'deleted'],
  checking: ['checking', 'uploading', 'ready', 'rejected', 'expired', 'deleted'],
  // What other files show, and how long the training was, can change the verdict.
  ready: ['ready', 'rejected', 'expired', 'deleted'],
  rejected: ['rejected', 'ready', 'expired', 'deleted'],
  expired: ['expired'],
  deleted: ['deleted'],
};

const manyDraws = Array.from({ length: 120 }, (_, index) => drawOf(index));

/** When a recording of an order may go, by the rule book alone. */
const mayGoFrom = (
  { training: { finishRecordedAt }, endedAt }: Order,
  { finishedAt }: Recording,
): Instant | null => {
  const drawn =
    finishRecordedAt === null
      ? endedAt
      : plusMs(
          manyDraws.find((draw) => finishRecordedAt < draw)!,
          hour,
        );
  return drawn === null ? null : later(drawn, plusMs(finishedAt!, 30 * day));
};

describe('whatever happens to recordings', () => {
  it('R2.2 they move between their states in legal ways only, and are in each of them at times', () => {
    const met = new Set<RecordingState>();
    forEveryChange(({ before, change: { order } }) => {
      for (const recording of order.facts.recordings) {
        const state = stateOf(order, recording, currentPolicy);
        met.add(state);
        const old = found(before, recording.id);
        if (old !== undefined && old.seq === recording.seq)
          expect(legal[stateOf(before!, old, currentPolicy)]).toContain(state);
        else expect(state).toBe('uploading');
      }
    });
    expect([...met].toSorted()).toEqual(recordingStates.toSorted());
  });

  it('R2.2 what is once found, let pass or gone stays so, and only what never came to be leaves the record', () => {
    forEveryChange(({ before, change: { order, event } }) => {
      for (const old of before?.facts.recordings ?? []) {
        const now = found(order, old.id);
        if (now === undefined || now.seq !== old.seq) {
          expect([event, old.found]).toEqual(['upload-started', null]);
          expect(old.gone).not.toBeNull();
          continue;
        }
        if (old.found !== null) expect(now.found).toEqual(old.found);
        if (old.accepted !== null) expect(now.accepted).toEqual(old.accepted);
        if (old.gone !== null) expect(now.gone).toEqual(old.gone);
        if (old.erasedAt !== null) expect(now.erasedAt).toBe(old.erasedAt);
      }
    });
  });

  it('R2.2 nothing is forgotten: what is underway is looked at', () => {
    forEveryChange(({ change: { order } }) => {
      const underway = order.facts.recordings.filter(isUnderway).map(({ id }) => id);
      const looks = order.timers.filter(({ step }) => step === 'look-at-uploads');
      expect([underway, looks.length]).toEqual([underway, underway.length > 0 ? 1 : 0]);
    });
  });

  it('R5.3 what is in the store is released when its time is over and no hold lasts, and at no other time', () => {
    const told = { release: 0, keep: 0 };
    fc.assert(
      fc.property(arbitraryRecorded, (walk) => {
        const free = new Set<string>();
        walkThrough(walk, ({ change: { order, work = [] }, now }) => {
          for (const { recordingId, work: what } of work) {
            if (what === 'release') free.add(recordingId);
            if (what === 'keep') free.delete(recordingId);
            if (what === 'release' || what === 'keep') told[what] += 1;
          }
          const isHeld = order.facts.holds.some(({ to }) => to === null);
          const stored = order.facts.recordings.filter((one) => one.found !== null && one.gone === null);
          const ahead: Instant[] = [];
          for (const one of stored) {
            const since = mayGoFrom(order, one);
            const mayGo = since !== null && since <= now && !isHeld;
            expect([one.releasedAt !== null, free.has(one.id)]).toEqual([mayGo, mayGo]);
            if (since !== null && since > now && !isHeld) ahead.push(since);
          }
          const awaited = order.timers.find(({ step }) => step === 'release-recordings');
          expect(awaited?.at).toBe(ahead.toSorted()[0]);
        });
      }),
      runs,
    );
    expect(Math.min(told.release, told.keep)).toBeGreaterThan(0);
  });

  it('R2.3 whoever is told to work on a recording finds it on the record, and the history says so', () => {
    forEveryChange((step) => {
      const { before, change, now } = step;
      const work = change.work ?? [];
      expect(effectsOf(before, change).recordings).toEqual(work);
      for (const { recordingId, work: what } of work) {
        const recording = found(change.order, recordingId)!;
        const isDone = {
          check: isUnderway(recording),
          abort: recording.gone?.at === now && recording.gone.seq === change.order.version,
          release: recording.releasedAt === now,
          keep: recording.releasedAt === null,
        }[what];
        expect([what, isDone]).toEqual([what, true]);
      }
      const names = work.map(({ recordingId, work: what }) => `${what} ${recordingId}`);
      expect(new Set(names).size).toBe(names.length);
    });
  });

  it('R2.3 a recording that is ready has its link; a link’s share never falls, and its first opening stays', () => {
    forEveryChange(({ before, change: { order } }) => {
      for (const recording of order.facts.recordings) {
        if (stateOf(order, recording, currentPolicy) === 'ready') expect(recording.link).not.toBeNull();
        const old = found(before, recording.id)?.link;
        if (!old) continue;
        expect(recording.link).not.toBeNull();
        if (old.id !== recording.link!.id) continue;
        expect(recording.link!.watchedShare).toBeGreaterThanOrEqual(old.watchedShare);
        if (old.openedAt !== null) expect(recording.link!.openedAt).toBe(old.openedAt);
        if (old.revokedAt !== null) expect(recording.link!.revokedAt).toBe(old.revokedAt);
        expect(recording.link!.expiresAt).toBe(old.expiresAt);
      }
    });
  });

  it('R2.3 the upload is asked for until the recording is whole; then the task is done, not dropped', () => {
    const done: string[] = [];
    forEveryChange(({ before, change: { order } }) => {
      const isAsked = order.tasks.some((task) => task.kind === 'upload-recording' && isWaiting(task));
      const states = new Set(order.facts.recordings.map((one) => stateOf(order, one, currentPolicy)));
      const isOver = isLive(order) && order.training.finishedAt !== null;
      if (!isOver || states.has('ready')) expect(isAsked).toBe(false);
      else if (!states.has('expired')) expect(isAsked).toBe(true);
      if (!isLive(order)) return;
      for (const old of before?.tasks ?? []) {
        if (old.kind !== 'upload-recording' || !isWaiting(old) || isAsked) continue;
        const ended = order.tasks.find(({ id }) => id === old.id)!;
        expect(ended.state).toBe('done');
        done.push(ended.id);
      }
    });
    expect(done.length).toBeGreaterThan(0);
  });
});
