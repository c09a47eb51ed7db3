import { sha256 } from './sha256.ts';

/**
 * Gives each id its ticket under a seed: a fraction between 0 and 1 as decimal text, to be compared as text. It is the first ticket number
 * of Rivest's consistent sampler (arXiv:1808.10016, program `consistent_sampler` 1.0.10), digit for digit: SHA-256 over the hex hash of
 * the seed followed by the id, read as an integer, at least 64 decimal digits, reversed, as the leading digits are not uniform.
 */
export const ticketsOf = (seed: string): ((id: string) => string) => {
  const seedHash = sha256(seed);
  return (id) => {
    const digits = BigInt(`0x${sha256(seedHash + id)}`).toString();
    return `0.${reversed(digits.padStart(64, '0'))}`;
  };
};

/** A ticket as the reference program prints it: cut off so many digits after the nines at its beginning. */
export const shownTicket = (ticket: string, digits = 9): string => {
  const nines = /^0\.9*/.exec(ticket)?.[0].length ?? 0;
  return ticket.slice(0, nines + digits);
};

const reversed = (digits: string): string => {
  let text = '';
  for (let index = digits.length - 1; index >= 0; index -= 1) text += digits.charAt(index);
  return text;
};
