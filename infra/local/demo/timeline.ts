import * as z from 'zod/mini';
import type { HistoryEntry } from '../../../shared/domain/history.ts';
import type { Instant } from '../../../shared/domain/instant.ts';
import { instantSchema } from '../../../shared/domain/instant.ts';
import type { NoticeAccount, OrderAccount } from './account.ts';
import type { Receipt } from './follow-order.ts';

/** A line of an order's story: who did what when, what it changed, under which rules, and what people were told by it. */
export type TimelineEntry = {
  at: Instant;
  who: string;
  what: string;
  change: string;
  rules: readonly string[];
  told: readonly { to: string; text: string; shownAt: Instant | null; outcome: NoticeAccount['outcome'] }[];
};

/** The order's story in order of time: its history, and the calls that changed nothing. */
export const timelineOf = (account: OrderAccount): readonly TimelineEntry[] => {
  const entries = account.history.map((entry, index) =>
    ofHistory(entry, account.history[index - 1], account),
  );
  const refused = account.receipts
    .filter(({ status, refused, what }) => refused !== null || (status === 200 && isRepeatable(what)))
    .map((receipt) => ofReceipt(receipt, account));
  return [...entries, ...refused].toSorted((a, b) => Number(a.at > b.at) - Number(a.at < b.at));
};

/** What can come twice without changing anything; other messages of the CRM are in the history. */
const isRepeatable = (what: string): boolean => what === 'order.created' || what.startsWith('message ');

const ofHistory = (
  entry: HistoryEntry,
  before: HistoryEntry | undefined,
  account: OrderAccount,
): TimelineEntry => {
  const { at, actor, rules, effects } = entry;
  const { stage, deadline } = effects;
  const changes = [
    ...(stage.from === stage.to ? [] : [`→ ${stage.to}`]),
    ...(deadline === before?.effects.deadline ? [] : [`day 9: ${deadline.slice(5)}`]),
  ];
  const ids = new Set(effects.notices.map(({ id }) => id));
  return {
    at,
    who: whoActed(entry, account),
    what: actor.type === 'timer' ? actor.step : `${entry.event}${detailOf(entry, account)}`,
    change: changes.join(', '),
    rules,
    told: account.notices.filter(({ id }) => ids.has(id)).map((notice) => ofNotice(notice, account)),
  };
};

const whoActed = ({ actor, facts }: HistoryEntry, account: OrderAccount): string => {
  switch (actor.type) {
    case 'staff':
      return nameOf(actor.id, account);
    case 'crm':
      return 'CRM';
    case 'timer':
    case 'customer':
    case 'product':
      return actor.type;
    case 'chat':
      return typeof facts['author'] === 'string' ? nameOf(facts['author'], account) : 'customer';
  }
};

const ofNotice = (notice: NoticeAccount, account: OrderAccount) => ({
  to: toWhom(notice, account),
  text: notice.message?.text ?? notice.kind,
  shownAt: notice.message?.at ?? null,
  outcome: notice.outcome,
});

const ofReceipt = ({ at, who, what, status, refused }: Receipt, account: OrderAccount): TimelineEntry => ({
  at,
  who: who === 'crm' ? 'CRM' : nameOf(who, account),
  what: `${what}: ${status} ${refused === null ? 'known already, nothing changes' : reasonOf(refused)}`,
  change: '',
  rules: [],
  told: [],
});

const reasonOf = ({ error, reason, missing, message }: NonNullable<Receipt['refused']>): string => {
  const why = reason ?? missing?.join(', ');
  return why === undefined ? `${error}, ${message}` : `${error} (${why}), ${message}`;
};

/** `03-09 13:05`, Shanghai time. */
export const shanghaiTime = (instant: Instant): string => {
  const shown = new Date(Date.parse(instant) + 8 * 3_600_000).toISOString();
  return `${shown.slice(5, 10)} ${shown.slice(11, 16)}`;
};

/** What people wrote freely is not in the history, but on the task that the entry has done. */
const outcomeOf = ({ seq, at }: HistoryEntry, { view }: OrderAccount) =>
  view?.tasks.find(({ doneAt, evidence }) => doneAt === at && evidence.includes(seq))?.outcome ?? {};

const textsSchema = z.array(z.string());

/** What of the facts tells the story, event by event. */
const detailOf = (entry: HistoryEntry, account: OrderAccount): string => {
  const { event } = entry;
  const facts = { ...entry.facts, ...outcomeOf(entry, account) };
  const text = (name: string): string | null => {
    const value = facts[name];
    return typeof value === 'string' ? value : null;
  };
  const list = (name: string): string => (textsSchema.safeParse(facts[name]).data ?? []).join('、');
  const at = (name: string): string => {
    const value = instantSchema.safeParse(facts[name]);
    return value.success ? shanghaiTime(value.data) : 'no time yet';
  };
  switch (event) {
    case 'order-created':
      return `: training ${at('startsAt')}`;
    case 'order-amended':
      return list('fields').includes('trainer')
        ? `: trainer ${nameOf(text('trainer') ?? '', account)}`
        : `: training ${at('startsAt')}`;
    case 'order-cancelled':
      return `: ${account.view?.cancelReason ?? ''}`;
    case 'confirm-time':
      return text('startsAt') === null ? `: ${text('outcome')}` : `: moved to ${at('startsAt')}`;
    case 'confirm-needs': {
      const extra = list('extraNeeds');
      return `: ${facts['understood'] === true ? 'understood' : 'not understood'}${extra === '' ? '' : `, extra ${extra}`}`;
    }
    case 'record-summary':
      return `: ${list('open') === '' ? 'nothing open' : `open ${list('open')}`}`;
    case 'return-visit':
      return facts['ok'] === true ? ': OK' : `: not OK, ${text('reason')}`;
    case 'return-hand-over':
      return `: ${text('reason')}`;
    case 'message-received':
    case 'message-sent':
      return saidText(entry, account);
    case 'dismiss-message':
      return `: ${textOf(text('messageId'), account)}`;
    case 'record-call':
      return `: ${text('outcome')}`;
    case 'emergency-plan':
      return facts['on'] === true ? ': on' : ': off';
    case 'reassign': {
      const { trainer } = entry.facts;
      const when = text('at') === null ? '' : ` from ${at('at')}`;
      return typeof trainer === 'string' ? `: to ${nameOf(trainer, account)}${when}` : '';
    }
    default:
      return '';
  }
};

/** Words as they were said; the history has none of them, and of late ones their own time. */
const saidText = ({ at, facts }: HistoryEntry, account: OrderAccount): string => {
  const said = instantSchema.safeParse(facts['at']);
  const late = said.success && said.data !== at ? ` said ${shanghaiTime(said.data).slice(6)}` : '';
  return `${late}: ${textOf(facts['messageId'], account)}`;
};

const textOf = (messageId: unknown, { said }: OrderAccount): string =>
  `“${said.find((words) => words.messageId === messageId)?.text ?? ''}”`;

/** The name of a staff id, of those who have had to do with the order. */
const nameOf = (id: string, account: OrderAccount): string => {
  const { trainer, assistant, sales } = account.order;
  const people = [trainer, assistant, sales, ...Object.values(account.view?.people ?? {})];
  const name = people.find((person) => person.id === id)?.name;
  return name === undefined ? id : `${name} ${id}`;
};

const toWhom = ({ tell, message }: NoticeAccount, account: OrderAccount): string => {
  const [id] = message?.mentioned ?? [];
  return id === undefined ? tell : nameOf(id, account);
};
