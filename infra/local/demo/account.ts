import type { LedgerView } from '../../../shared/contracts/ledger-view.ts';
import type { RecordingView } from '../../../shared/contracts/recordings-view.ts';
import type { OrderView } from '../../../shared/contracts/order-view.ts';
import type { HistoryEntry } from '../../../shared/domain/history.ts';
import { findBrokenLink } from '../../../shared/domain/history.ts';
import type { Instant } from '../../../shared/domain/instant.ts';
import { taskKindSchema } from '../../../shared/domain/policy.ts';
import type { Followed } from './follow-order.ts';
import type { Product, ShownMessage, Staff } from './product.ts';
import { desks } from './story.ts';

/** A notice that the history names: what became of it, and the message that WeCom has shown for it. */
export type NoticeAccount = HistoryEntry['effects']['notices'][number] & {
  decidedAt: Instant;
  outcome: 'done' | 'void' | 'refused' | 'pending';
  message: ShownMessage | null;
};

/** All that the product says of an order once the month is over, beside what was noted on the way. */
export type OrderAccount = Followed & {
  view: OrderView | null;
  /** The first history entry that does not follow from the one before, as the product says or as the hashes show. */
  brokenAt: number | null;
  history: readonly HistoryEntry[];
  notices: readonly NoticeAccount[];
  messages: readonly ShownMessage[];
  /** Why each question was judged as it was, by its clock. */
  verdicts: readonly { clockId: string; why: string }[];
  ledger: LedgerView | null;
  recordings: readonly RecordingView[];
};

/** Nothing is known of an order that was refused. */
const nothing = {
  view: null,
  brokenAt: null,
  history: [],
  notices: [],
  verdicts: [],
  ledger: null,
  recordings: [],
} as const;

export const auditor: Staff = { id: 'R-01', role: 'auditor' };

/** Reads the books of every order as an auditor may. */
export const readAccounts = async (
  product: Product,
  followed: readonly Followed[],
): Promise<readonly OrderAccount[]> => {
  const accounts = [];
  for (const order of followed) accounts.push(await readAccount(product, order));
  return accounts;
};

const readAccount = async (product: Product, followed: Followed): Promise<OrderAccount> => {
  const { orderId, group } = followed.order;
  const messages = await product.messages(group.robotKey);
  if (!followed.receipts.some(({ status }) => status === 201)) return { ...followed, ...nothing, messages };
  const view = await product.order(orderId, auditor);
  const { brokenAt, entries } = await product.history(orderId, auditor);
  const reasons = await product.reasons(orderId, auditor);
  const ledger = await product.ledger(orderId, auditor);
  const recordings = await product.recordings(orderId, auditor);
  const results = new Map(reasons.filter(isAbout('notice')).map(({ id, result }) => [id, result]));
  const unclaimed = [...messages];
  const notices = entries.flatMap(({ at, effects }) =>
    effects.notices.map((notice): NoticeAccount => {
      const result = results.get(notice.id) ?? null;
      const message = result?.state === 'done' ? claim(unclaimed, notice, result.at, view) : null;
      return { ...notice, decidedAt: at, outcome: result?.state ?? 'pending', message };
    }),
  );
  return {
    ...followed,
    view,
    brokenAt: brokenAt ?? findBrokenLink(entries),
    history: inOrder(entries),
    notices,
    messages,
    verdicts: reasons.filter(isAbout('clock')).map(({ id, why }) => ({ clockId: id, why })),
    ledger,
    recordings,
  };
};

const isAbout =
  (subject: string) =>
  ({ what }: { what: string }): boolean =>
    what === subject;

/** Of timers that fired at the same moment any may have been first; here they come by name. */
const inOrder = (entries: readonly HistoryEntry[]): readonly HistoryEntry[] => {
  const runs: HistoryEntry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    const first = run?.[0];
    const together = first?.at === entry.at && stepOf(first) !== null && stepOf(entry) !== null;
    if (run !== undefined && together) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run) => run.toSorted((a, b) => ((stepOf(a) ?? '') < (stepOf(b) ?? '') ? -1 : 1)));
};

const stepOf = ({ actor }: HistoryEntry): string | null => (actor.type === 'timer' ? actor.step : null);

/** Takes the message that WeCom showed for a notice: at the time recorded, under its rule, of its kind, to whom it was told. */
const claim = (
  unclaimed: ShownMessage[],
  { kind, rule, tell }: HistoryEntry['effects']['notices'][number],
  shownAt: Instant,
  view: OrderView,
): ShownMessage | null => {
  const candidates = unclaimed.filter(
    ({ at, text, mentioned }) =>
      at === shownAt &&
      text.endsWith(`规则 ${rule}`) &&
      text.startsWith('【待办】') === taskKindSchema.safeParse(kind).success &&
      text.startsWith('【逾期】') === kind.endsWith('-overdue') &&
      text.startsWith('【提醒】') === kind.endsWith('-recording-reminder') &&
      text.startsWith('【超时】') === (kind === 'reply-breached') &&
      mentioned.some((id) => isToldTo(tell, partyOf(id, view))),
  );
  /** The responder's message, where support was told of the same beside it. */
  const message =
    candidates.find(({ mentioned }) => !mentioned.some((id) => partyOf(id, view) === 'support')) ??
    candidates[0];
  if (message === undefined) return null;
  unclaimed.splice(unclaimed.indexOf(message), 1);
  return message;
};

/** Trainers come and go; everybody else stays. */
const partyOf = (staffId: string, { people: { assistant, sales } }: OrderView): string => {
  const others = { ...desks, assistant: assistant.id, sales: sales.id };
  return Object.entries(others).find(([, id]) => id === staffId)?.[0] ?? 'trainer';
};

const isToldTo = (tell: string, party: string): boolean =>
  tell === 'responder' ? party === 'trainer' || party === 'support' : tell === party;
