/** A signed address, and the batch that it was signed with: what spoils one, such as its end, spoils all of the batch. */
export type SignedUrl = { url: string; batch: symbol };

export type SignedUrls = {
  of(number: number): Promise<SignedUrl>;
  discard(batch: symbol): void;
};

/** So many parts are signed at once: few enough that none waits until its signature ends. */
const batchSize = 8;

/**
 * Addresses signed when they are needed, a batch ahead. `upcoming` tells which parts come after it.
 * A failed signing is told to whoever asks for one of its parts, and tried anew at the next question.
 */
export const signedUrls = (
  sign: (numbers: readonly number[]) => Promise<Readonly<Record<string, string>>>,
  upcoming: () => readonly number[],
): SignedUrls => {
  const known = new Map<number, { batch: symbol; urls: Promise<Readonly<Record<string, string>>> }>();

  const discard = (batch: symbol): void => {
    for (const [number, entry] of known) if (entry.batch === batch) known.delete(number);
  };

  const signFrom = (number: number) => {
    const ahead = upcoming().filter((each) => !known.has(each));
    const numbers = [number, ...ahead.slice(0, batchSize - 1)];
    const batch = Symbol('batch');
    const entry = { batch, urls: sign(numbers) };
    entry.urls.catch(() => discard(batch));
    for (const each of numbers) known.set(each, entry);
    return entry;
  };

  return {
    of: async (number) => {
      const { batch, urls } = known.get(number) ?? signFrom(number);
      const url = (await urls)[number];
      if (url === undefined) throw new Error(`part ${number} was not signed`);
      return { url, batch };
    },
    discard,
  };
};
