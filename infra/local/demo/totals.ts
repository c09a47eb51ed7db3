import { compareText } from '../../../shared/domain/compare-text.ts';
import type { Stage } from '../../../shared/domain/order.ts';
import { stageSchema } from '../../../shared/domain/order.ts';
import type { Party, TaskKind } from '../../../shared/domain/policy.ts';
import { partySchema, taskKindSchema } from '../../../shared/domain/policy.ts';
import type { RuleId } from '../../../shared/domain/rules.ts';
import type { OrderAccount } from './account.ts';
import { inOutage } from './checks.ts';
import { timerRecordOf } from './timer-record.ts';

/** `late`: done after it had to be chased. */
export type TaskTotal = {
  kind: TaskKind;
  rule: RuleId;
  inTime: number;
  late: number;
  open: number;
  overdue: number;
  dropped: number;
};

export type NoticeTotal = { kind: string; rule: RuleId; shown: number; void: number; refused: number };

export type Totals = {
  orders: Record<Stage | 'refused', number>;
  tasks: readonly TaskTotal[];
  notices: readonly NoticeTotal[];
  /** How often the nth rung of a ladder was reached, by whom it tells. */
  escalations: readonly { rung: number; told: Record<Party, number> }[];
  timers: { fired: number; dropped: number; waiting: number };
  /** Notices decided while WeCom was down: shown late, or void by then. */
  outage: { shown: number; void: number };
};

/** What the month comes to. */
export const totalsOf = (accounts: readonly OrderAccount[]): Totals => {
  const records = accounts.map(({ history }) => timerRecordOf(history));
  const delayed = accounts.flatMap(inOutage);
  return {
    orders: ordersByStage(accounts),
    tasks: taskKindSchema.options.flatMap((kind) => taskTotal(accounts, kind)),
    notices: noticeTotals(accounts),
    escalations: escalationsOf(accounts),
    timers: {
      fired: sum(records.map(({ fired }) => fired.length)),
      dropped: sum(records.map(({ dropped }) => dropped)),
      waiting: sum(records.map(({ waiting }) => waiting.length)),
    },
    outage: {
      shown: delayed.filter(({ outcome }) => outcome === 'done').length,
      void: delayed.filter(({ outcome }) => outcome === 'void').length,
    },
  };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const ordersByStage = (accounts: readonly OrderAccount[]): Totals['orders'] => {
  const counted = { refused: accounts.filter(({ view }) => view === null).length };
  const stages = stageSchema.options.map((stage) => [
    stage,
    accounts.filter(({ view }) => view?.stage === stage).length,
  ]);
  return { ...countsOf(stageSchema.options), ...Object.fromEntries(stages), ...counted };
};

const countsOf = <Name extends string>(names: readonly Name[]): Record<Name, number> => {
  const counts: Partial<Record<Name, number>> = {};
  for (const name of names) counts[name] = 0;
  const isFull = (some: Partial<Record<Name, number>>): some is Record<Name, number> =>
    names.every((name) => name in some);
  if (!isFull(counts)) throw new Error('a name is missing');
  return counts;
};

const taskTotal = (accounts: readonly OrderAccount[], kind: TaskKind): TaskTotal[] => {
  const tasks = accounts.flatMap(({ view }) => tasksOf(view, kind));
  const [first] = tasks;
  if (first === undefined) return [];
  const done = accounts.flatMap(({ view, history }) => {
    const chased = new Set(
      history.flatMap(({ effects }) => effects.tasks.filter(isOverdue).map(({ id }) => id)),
    );
    return tasksOf(view, kind)
      .filter(({ state }) => state === 'done')
      .map(({ id }) => ({ chased: chased.has(id) }));
  });
  const inTime = done.filter(({ chased }) => !chased).length;
  const inState = (wanted: string): number => tasks.filter(({ state }) => state === wanted).length;
  return [
    {
      kind,
      rule: first.rule,
      inTime,
      late: done.length - inTime,
      open: inState('open'),
      overdue: inState('overdue'),
      dropped: inState('dropped'),
    },
  ];
};

const tasksOf = (view: OrderAccount['view'], kind: TaskKind) =>
  view?.tasks.filter((task) => task.kind === kind) ?? [];

const isOverdue = ({ to }: { to: string }): boolean => to === 'overdue';

const noticeTotals = (accounts: readonly OrderAccount[]): NoticeTotal[] => {
  const notices = accounts.flatMap((account) => account.notices);
  const kinds = new Map(notices.map(({ kind, rule }) => [kind, rule]));
  return [...kinds]
    .map(([kind, rule]) => {
      const ofKind = notices.filter((notice) => notice.kind === kind);
      const became = (wanted: string): number => ofKind.filter(({ outcome }) => outcome === wanted).length;
      return { kind, rule, shown: became('done'), void: became('void'), refused: became('refused') };
    })
    .toSorted((a, b) => compareText(a.rule, b.rule) || compareText(a.kind, b.kind));
};

const escalationsOf = (accounts: readonly OrderAccount[]): Totals['escalations'] => {
  const reached = accounts.flatMap(({ history }) => {
    const climbed = new Map<string, number>();
    return history.flatMap(({ actor, effects }) => {
      if (actor.type !== 'timer' || !actor.step.endsWith('.rung')) return [];
      const rung = (climbed.get(actor.step) ?? 0) + 1;
      climbed.set(actor.step, rung);
      return effects.notices.map(({ tell }) => ({ rung, tell }));
    });
  });
  const highest = Math.max(0, ...reached.map(({ rung }) => rung));
  return Array.from({ length: highest }, (_, index) => {
    const told = countsOf(partySchema.options);
    const tellsOf = (party: Party) =>
      reached.filter(({ rung, tell }) => rung === index + 1 && tell === party);
    for (const party of partySchema.options) told[party] = tellsOf(party).length;
    return { rung: index + 1, told };
  });
};
