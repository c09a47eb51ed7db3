import { useState } from 'react';
import { CallFailed } from '../upload/call-failed.ts';

/** What is under way, and what the last one failed with: the product's sentence, or an empty one where it gave none. */
export type Deed = {
  isBusy: boolean;
  failure: string | null;
  /** Makes a call that changes something, then `onDone`. One at a time. */
  carryOut: (call: () => Promise<void>) => Promise<void>;
};

export const useDeed = (onDone: () => void): Deed => {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  return {
    isBusy,
    failure,
    carryOut: async (call) => {
      if (isBusy) return;
      setBusy(true);
      setFailure(null);
      try {
        await call();
      } catch (error) {
        setFailure(error instanceof CallFailed ? error.message : '');
      }
      setBusy(false);
      // Also after a refusal: the page may have shown what is no longer so.
      onDone();
    },
  };
};
