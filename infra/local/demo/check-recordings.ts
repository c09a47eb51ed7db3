import { drawAfter } from '../../../shared/domain/draw/draw-calendar.ts';
import type { Instant } from '../../../shared/domain/instant.ts';
import { plusMinutes } from '../../../shared/domain/instant.ts';
import type { OrderAccount } from './account.ts';
import type { Check, Finding } from './check.ts';
import { check } from './check.ts';

/** What must be true of the recordings of a month that ended at `end`. */
export const checkRecordings = (accounts: readonly OrderAccount[], end: Instant): readonly Check[] => [
  check(
    'a recording is whole, with a link, or its trainer is asked for it (R2.2, R2.3)',
    'trainings',
    accounts,
    (account) => wholeOrAsked(account, end),
  ),
  check('no recording goes before its draw (R5.3)', 'recordings', accounts, outlivesDraw),
];

/** Minutes of work within which a check follows its upload. */
const checkMinutes = 1;

const wholeOrAsked = ({ view, recordings, history }: OrderAccount, end: Instant): Finding => {
  if (view === null || view.training.finishedAt === null || view.stage === 'cancelled')
    return { looked: 0, faults: [] };
  const isReady = recordings.some(({ state, link }) => state === 'ready' && link !== null);
  const isAsked = view.tasks.some(
    ({ kind, state }) => kind === 'upload-recording' && (state === 'open' || state === 'overdue'),
  );
  const isFresh = history.some(
    ({ event, at }) => event === 'upload-finished' && plusMinutes(at, checkMinutes) > end,
  );
  const isEnded = view.endedAt !== null;
  return {
    looked: 1,
    faults:
      isReady || isAsked || isFresh || isEnded ? [] : ['nobody is asked for the recording that is missing'],
  };
};

const outlivesDraw = ({ view, recordings, history }: OrderAccount): Finding => {
  const recordedAt = history.find(({ event }) => event === 'finish-training')?.at;
  const draw = recordedAt === undefined ? view?.endedAt : drawAfter(recordedAt);
  const early = history.filter(
    ({ at, effects }) =>
      effects.recordings.some(({ work }) => work === 'release') &&
      draw !== null &&
      draw !== undefined &&
      at < draw,
  );
  return { looked: recordings.length, faults: early.map(({ at }) => `released at ${at}, before the draw`) };
};
