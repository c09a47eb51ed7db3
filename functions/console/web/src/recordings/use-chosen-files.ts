import { useState } from 'react';
import type { Recording, Recordings } from '../api/recording-views.ts';
import { useParts } from '../console-parts.tsx';
import { fileSize } from '../format/file-size.ts';
import { instantOf } from '../format/shanghai-time.ts';
import { useTexts } from '../i18n/language.tsx';
import { checkFile } from '../upload/check-file.ts';
import type { EnteredTimes } from '../upload/proposed-times.ts';
import { proposedTimes } from '../upload/proposed-times.ts';
import { isSameFile } from '../upload/unfinished-uploads.ts';
import { isUnsettled } from '../upload/upload-item.ts';
import type { Draft } from './draft.ts';

export type ChosenFiles = {
  drafts: readonly Draft[];
  /** What is to be said of the files that were chosen last. */
  notices: readonly string[];
  /** Takes files in: those of unfinished uploads go on at once. `wanted`: the unfinished upload that a file was asked for. */
  choose: (files: readonly File[], wanted?: Recording) => void;
  setTimes: (id: string, times: EnteredTimes) => void;
  remove: (id: string) => void;
  /** Uploads all that can be. */
  upload: () => void;
};

/** The files that have been chosen and are not being uploaded yet. */
export const useChosenFiles = ({ orderId, training, recordings, limits }: Recordings): ChosenFiles => {
  const { queue, unfinished } = useParts();
  const { choose: texts } = useTexts();
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);
  const [notices, setNotices] = useState<readonly string[]>([]);

  const change = (id: string, changes: Partial<Draft>): void =>
    setDrafts((before) => before.map((draft) => (draft.id === id ? { ...draft, ...changes } : draft)));

  const unfinishedAs = (file: File): Recording | undefined =>
    recordings.find(({ recordingId, state }) => {
      const before = unfinished.fileOf(recordingId);
      return state === 'uploading' && before !== null && isSameFile(before, file);
    });

  const addDraft = async (file: File): Promise<void> => {
    const id = crypto.randomUUID();
    const times = proposedTimes(file.name, training);
    setDrafts((before) => [...before, { id, file, found: null, times }]);
    change(id, { found: await checkFile(file, limits) });
  };

  const takeIn = (file: File, wanted: Recording | undefined): string | null => {
    const isKnown =
      drafts.some((draft) => isSameFile(draft.file, file)) ||
      queue.items().some((item) => isUnsettled(item) && isSameFile(item.file, file));
    if (isKnown) return texts.alreadyChosen(file.name);
    const before = unfinishedAs(file);
    if (before !== undefined) {
      queue.goOn(orderId, file, before);
      return null;
    }
    if (wanted !== undefined) return texts.notTheSame(file.name, wanted.fileName, fileSize(wanted.size));
    void addDraft(file);
    return null;
  };

  return {
    drafts,
    notices,
    choose: (files, wanted) =>
      setNotices(files.map((file) => takeIn(file, wanted)).filter((notice) => notice !== null)),
    setTimes: (id, times) => change(id, { times }),
    remove: (id) => setDrafts((before) => before.filter((draft) => draft.id !== id)),
    upload: () => {
      for (const { file, found, times } of drafts) {
        const customerJoinedAt = instantOf(times.customerJoinedAt);
        const recordingStartedAt = instantOf(times.recordingStartedAt);
        if (found === null || 'problem' in found || customerJoinedAt === null || recordingStartedAt === null)
          continue;
        queue.add(orderId, file, { ...found, customerJoinedAt, recordingStartedAt });
      }
      setDrafts((before) => before.filter(({ found }) => found !== null && 'problem' in found));
    },
  };
};
