import { useCallback, useEffect, useRef, useState } from 'react';
import type { Recordings } from '../api/recording-views.ts';
import { useParts, useSession } from '../console-parts.tsx';
import { CallFailed } from '../upload/call-failed.ts';

export type ListProblem = 'unknown-order' | 'forbidden' | 'unreachable' | 'not-understood';
type Loaded = { view: Recordings | null; problem: ListProblem | null };

/** Soon while a check is running, now and then for what customers do, and in between when the page is looked at again. */
const againMs = { checking: 2000, unreachable: 5000, quiet: 30_000 };

/** An order's recordings, kept up to date while the page is open. */
export const useRecordings = (orderId: string): Loaded & { reload: () => void } => {
  const { api } = useParts();
  const isSignedIn = useSession().type === 'signed-in';
  const [loaded, setLoaded] = useState<Loaded>({ view: null, problem: null });
  const loadAgain = useRef(() => {});
  const reload = useCallback(() => loadAgain.current(), []);

  useEffect(() => {
    if (!isSignedIn) return;
    let stop = new AbortController();
    let timer = 0;
    const loadIn = (ms: number): void => {
      timer = window.setTimeout(() => void load(stop.signal), ms);
    };
    const load = async (signal: AbortSignal): Promise<void> => {
      try {
        const view = await api.list(orderId, signal);
        if (signal.aborted) return;
        setLoaded({ view, problem: null });
        const isChecking = view.recordings.some(({ state }) => state === 'checking');
        loadIn(isChecking ? againMs.checking : againMs.quiet);
      } catch (failure) {
        if (signal.aborted) return;
        const problem = problemOf(failure);
        setLoaded(({ view }) => ({ view: problem === 'unreachable' ? view : null, problem }));
        if (problem === 'unreachable') loadIn(againMs.unreachable);
      }
    };
    const end = (): void => {
      stop.abort();
      clearTimeout(timer);
    };
    loadAgain.current = () => {
      end();
      stop = new AbortController();
      void load(stop.signal);
    };
    loadAgain.current();
    return () => {
      loadAgain.current = () => {};
      end();
    };
  }, [api, orderId, isSignedIn]);

  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'visible') reload();
    };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', reload);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', reload);
    };
  }, [reload]);

  return { ...loaded, reload };
};

const problemOf = (failure: unknown): ListProblem => {
  if (!(failure instanceof CallFailed)) return 'not-understood';
  const { status } = failure;
  if (status === 404 || status === 400) return 'unknown-order';
  return status === 403 ? 'forbidden' : 'unreachable';
};
