import * as fc from 'fast-check';
import type { StaffActor } from '../../shared/domain/actions/action.ts';
import type { Actor, Facts, Outcome } from '../../shared/domain/decision.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import type { Deletion } from '../../shared/domain/recordings/check.ts';
import { recordDeletion, recordFound } from '../../shared/domain/recordings/check.ts';
import type { Access } from '../../shared/domain/recordings/access.ts';
import { recordAccess } from '../../shared/domain/recordings/access.ts';
import {
  endUpload,
  finishUpload,
  openUpload,
  partsOf,
  reopenUpload,
  startUpload,
} from '../../shared/domain/recordings/upload.ts';

/** What can happen to a recording beside what staff record as actions. */
export type RecordingEvent =
  /** Minutes from the agreed training time, else from now. */
  | { what: 'started'; size: number; joinedAfter: number; startsAfter: number }
  | { what: 'finished' }
  | { what: 'incomplete' }
  | { what: 'ended'; how: 'aborted' | 'abandoned' }
  | { what: 'checked'; minutes: number; playsInBrowser?: boolean }
  | { what: 'unusable'; problem: 'not-a-video' | 'no-duration' | 'broken' | 'wrong-size' }
  | { what: 'deleted'; deletion: Pick<Deletion, 'what' | 'reason'> }
  | { what: 'accessed'; access: Access };

const uploader: StaffActor = { type: 'staff', id: 'T1', roles: ['trainer'] };

/** A recording that passes its check, from its upload on. */
export const wholeRecording: readonly RecordingEvent[] = [
  { what: 'started', size: 300_000_000, joinedAfter: 0, startsAfter: 0 },
  { what: 'finished' },
  { what: 'checked', minutes: 480 },
];

/** As the product's functions decide it; null where they find that there is nothing to do. */
export const decideRecording = (
  order: Order,
  id: string,
  event: RecordingEvent,
  facts: Facts,
): Outcome | null => {
  switch (event.what) {
    case 'started': {
      if (order.facts.recordings.some((recording) => recording.id === id)) return null;
      const from = order.training.startsAt ?? facts.now;
      const file = {
        id,
        uploadId: `upload-${id}`,
        fileName: '3月9日 星空乐园.mp4',
        contentType: 'video/mp4',
        size: event.size,
        ...partsOf(event.size),
        customerJoinedAt: plusMinutes(from, event.joinedAfter),
        recordingStartedAt: plusMinutes(from, event.startsAfter),
      };
      return startUpload(order, file, uploader, facts);
    }
    case 'finished': {
      const opened = openUpload(order, id, uploader, 'finish-upload');
      if ('refusal' in opened) return opened;
      return opened.recording.finishedAt === null ? finishUpload(order, id, facts) : null;
    }
    case 'incomplete':
      return reopenUpload(order, id, 1, facts);
    case 'ended':
      return endUpload(order, id, event.how, facts);
    case 'checked': {
      const { minutes, playsInBrowser = true } = event;
      const found = {
        type: 'video',
        at: facts.now,
        container: 'mp4',
        durationSeconds: minutes * 60,
        playsInBrowser,
        versionId: `version-${id}`,
      } as const;
      return recordFound(order, id, found, facts);
    }
    case 'unusable': {
      const found = {
        type: 'unusable',
        at: facts.now,
        problem: event.problem,
        versionId: null,
      } as const;
      return recordFound(order, id, found, facts);
    }
    case 'deleted':
      return recordDeletion(
        order,
        id,
        { ...event.deletion, versionId: `version-${id}`, eventId: 'e1' },
        facts,
      );
    case 'accessed':
      return recordAccess(order, id, event.access, facts);
  }
};

/** Who causes it, as the history names it. */
export const actorOfRecording = ({ what }: RecordingEvent): Actor => {
  if (what === 'started' || what === 'finished') return uploader;
  return what === 'accessed' ? { type: 'customer' } : { type: 'product' };
};

const event = <Event extends RecordingEvent>(arbitrary: fc.Arbitrary<Event>) => arbitrary;

/** Anything that can happen to a recording, in any order. */
export const arbitraryRecordingEvent: fc.Arbitrary<RecordingEvent> = fc.oneof(
  event(
    fc.record({
      what: fc.constant('started' as const),
      size: fc.integer({ min: 1, max: 20 * 1024 ** 3 }),
      joinedAfter: fc.integer({ min: -20, max: 20 }),
      startsAfter: fc.integer({ min: -20, max: 20 }),
    }),
  ),
  fc.constant({ what: 'finished' } as const),
  fc.constant({ what: 'incomplete' } as const),
  fc.record({
    what: fc.constant('ended' as const),
    how: fc.constantFrom('aborted' as const, 'abandoned' as const),
  }),
  fc.record({ what: fc.constant('checked' as const), minutes: fc.integer({ min: 1, max: 500 }) }),
  fc.record({
    what: fc.constant('unusable' as const),
    problem: fc.constantFrom('not-a-video' as const, 'broken' as const),
  }),
  fc.record({
    what: fc.constant('deleted' as const),
    deletion: fc.record({
      what: fc.constantFrom('hidden' as const, 'erased' as const),
      reason: fc.constant('expired' as const),
    }),
  }),
  fc.record({
    what: fc.constant('accessed' as const),
    access: fc.oneof(
      fc.record({ type: fc.constantFrom('opened' as const, 'downloaded' as const) }),
      fc.record({ type: fc.constant('watched' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    ),
  }),
);
