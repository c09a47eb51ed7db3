type Entry = { at: number; run: () => Promise<void> };

/** What is going to be done, by time (epoch ms); of two at the same time, what was entered first comes first. */
export type Agenda = {
  add(at: number, run: () => Promise<void>): void;
  /** When the next one is; Infinity when there is none. */
  nextAt(): number;
  /** Does all that is due at `now`, also what is entered for `now` meanwhile. */
  runDue(now: number): Promise<void>;
};

export const makeAgenda = (): Agenda => {
  const entries: Entry[] = [];
  return {
    add: (at, run) => {
      const index = entries.findIndex((entry) => entry.at > at);
      entries.splice(index === -1 ? entries.length : index, 0, { at, run });
    },
    nextAt: () => entries[0]?.at ?? Infinity,
    runDue: async (now) => {
      while (entries[0] !== undefined && entries[0].at <= now) await entries.shift()?.run();
    },
  };
};
