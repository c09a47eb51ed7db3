import { actions } from '../../shared/domain/actions/actions.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import type { Moment, TaskKind } from '../../shared/domain/policy.ts';
import { taskKindSchema, timedNoticeKindSchema } from '../../shared/domain/policy.ts';
import { transitions } from '../../shared/domain/transitions.ts';
import { eventRows } from './event-map.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const cell = (values: Iterable<string>): string =>
  [...values]
    .toSorted()
    .map((value) => `\`${value}\``)
    .join(' ');

/** `notice → party` of one notice in one. */
const noticesCell = (notices: ReadonlySet<string>): string => {
  const byKind = Map.groupBy([...notices].toSorted(), (notice) => notice.split(' → ')[0]);
  return [...byKind]
    .map(([kind, told]) => `\`${kind}\` → ${told.map((notice) => notice.split(' → ')[1]).join(', ')}`)
    .join('; ');
};

/** What each message, action and timer leads to. */
const eventMap = (): string => {
  const rows = eventRows();
  const messages = ['order.created', 'order.amended', 'order.cancelled', ...Object.keys(actions)];
  const timers = [...rows.keys()].filter((event) => !messages.includes(event)).toSorted();
  return table(
    ['Event', 'Rule', 'Raises', 'Done', 'Drops', 'Sets timers', 'Tells'],
    [...messages, ...timers].map((event) => {
      const row = rows.get(event);
      if (row === undefined) throw new Error(`no journey shows ${event}`);
      const cells = [row.open, row.done, row.dropped, row.timers].map(cell);
      return [`\`${event}\``, [...row.rules].toSorted().join(' '), ...cells, noticesCell(row.notices)];
    }),
  );
};

/** The tasks of the policy that new orders get: by which rule, whose, due when, told when, chased how, ended by which action. */
const taskTable = (): string =>
  table(
    ['Task', 'Rule', 'Who', 'Due', 'Told', 'Chased, until it is done', 'Done by'],
    taskKindSchema.options.map((kind) => {
      const { rule, who, due, announce, ladder } = currentPolicy.tasks[kind];
      const chased = ladder.map(({ at, tell }) => `${momentText(at)}: ${tell}`).join('; ');
      return [`\`${kind}\``, rule, who, momentText(due), tellings[announce], chased, cell(endsOf(kind))];
    }),
  );

const tellings = { raised: 'at once', due: 'when due', other: 'by another notice' } as const;

const endsOf = (kind: TaskKind): string[] =>
  Object.entries(actions).flatMap(([name, { completes }]) => (completes.includes(kind) ? [name] : []));

/** Notices that wait for a time and ask for nothing. */
const noticeTable = (): string =>
  table(
    ['Notice', 'Rule', 'To', 'When'],
    timedNoticeKindSchema.options.map((kind) => {
      const { rule, tell, at } = currentPolicy.notices[kind];
      return [`\`${kind}\``, rule, tell, momentText(at)];
    }),
  );

const momentText = (moment: Moment): string => {
  if (moment.from === 'day') return `day ${moment.day}, ${moment.time}`;
  const { from, minutes } = moment;
  const size = Math.abs(minutes);
  const length = size % 60 === 0 ? `${size / 60} h` : `${size} min`;
  return minutes === 0 ? from : `${from} ${minutes < 0 ? '−' : '+'} ${length}`;
};

/** The stages as a mermaid diagram: the moves are the table's, their causes what was seen. */
const stateDiagram = (): string => {
  const rows = [...eventRows()];
  const causes = (move: string): string => {
    const events = rows.flatMap(([event, { moves }]) => (moves.has(move) ? [event] : []));
    if (events.length === 0) throw new Error(`no journey shows the move ${move}`);
    return events.join(', ');
  };
  const moves = Object.entries(transitions).flatMap(([from, targets]) =>
    targets.length === 0
      ? [`    ${from} --> [*]`]
      : targets.map((to) => `    ${from} --> ${to}: ${causes(`${from} → ${to}`)}`),
  );
  const begin = `    [*] --> preparation: ${causes('none → preparation')}`;
  return ['```mermaid', 'stateDiagram-v2', begin, ...moves, '```'].join('\n');
};

const parts = { 'event-map': eventMap, tasks: taskTable, notices: noticeTable, stages: stateDiagram };

/** A document with each part between `<!-- generated: name -->` and `<!-- end -->` made anew. Throws when a part has no place. */
export const withGeneratedParts = (document: string): string =>
  Object.entries(parts).reduce((text, [name, make]) => {
    const place = new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- end -->)`);
    if (!place.test(text)) throw new Error(`no place for the generated part ${name}`);
    return text.replace(place, (_, begin: string, end: string) => `${begin}\n${make()}\n\n${end}`);
  }, document);
