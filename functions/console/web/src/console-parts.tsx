import { createContext, useContext, useSyncExternalStore } from 'react';
import type { RecordingsApi } from './api/recordings-api.ts';
import type { SessionState, SessionStore } from './session/session-store.ts';
import type { UnfinishedUploads } from './upload/unfinished-uploads.ts';
import type { UploadItem } from './upload/upload-item.ts';
import type { UploadQueue } from './upload/upload-queue.ts';

/** What lives as long as the page is open, whatever it shows: above all the uploads. */
export type ConsoleParts = {
  session: SessionStore;
  api: RecordingsApi;
  queue: UploadQueue;
  unfinished: UnfinishedUploads;
};

const Parts = createContext<ConsoleParts | null>(null);

export const PartsProvider = Parts;

export const useParts = (): ConsoleParts => {
  const parts = useContext(Parts);
  if (parts === null) throw new Error('used outside of the console');
  return parts;
};

export const useSession = (): SessionState => {
  const { session } = useParts();
  return useSyncExternalStore(session.subscribe, session.state);
};

export const useUploads = (): readonly UploadItem[] => {
  const { queue } = useParts();
  return useSyncExternalStore(queue.subscribe, queue.items);
};
