import { canonicalJson } from '../canonical-json.ts';
import { compareText } from '../compare-text.ts';
import type { Closing } from './draw-record.ts';
import { sha256OfPieces } from './sha256.ts';

/** An order that can be drawn, and the stratum, its trainer, among whose orders it is. */
export type Member = { id: string; stratum: string };

/**
 * SHA-256 in hex of all that must not change once a seed is known: the closing, then each order with its stratum, as lines of canonical
 * JSON. The members come in the order of their ids and may be streamed. Throws a RangeError when they do not, or when one comes twice.
 */
export const populationHash = (closing: Closing, members: Iterable<Member>): string =>
  sha256OfPieces(linesOf(closing, members));

function* linesOf({ month, closedAt, spec }: Closing, members: Iterable<Member>): Generator<string> {
  yield `${canonicalJson({ month, closedAt, spec })}\n`;
  let last: string | null = null;
  for (const { id, stratum } of members) {
    if (last !== null && compareText(last, id) >= 0) throw new RangeError(`${id} does not follow ${last}`);
    yield `${canonicalJson([id, stratum])}\n`;
    last = id;
  }
}
