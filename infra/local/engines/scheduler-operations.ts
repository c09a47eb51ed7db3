import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Clock } from '../../../shared/ports/clock.ts';
import {
  checkTimes,
  parseRequest,
  refuseUnsupported,
  requests,
  SchedulerError,
  tags,
  type Tag,
} from './scheduler-requests.ts';
import type { GroupRow, ScheduleRow, SchedulerStore } from './scheduler-store.ts';

const ARN = 'arn:aws:scheduler:us-east-1:000000000000';
export const scheduleArn = (groupName: string, name: string) => `${ARN}:schedule/${groupName}/${name}`;
const groupArn = (name: string) => `${ARN}:schedule-group/${name}`;

/** A request's members, wherever the wire carries them (path, query or body), to the answer's members. */
type Operation = (members: Record<string, unknown>) => object;

/**
 * The API's operations by name; refusals are thrown as SchedulerError. `changed` is called after a write that may have
 * moved the next due time. Groups are gone at once where AWS takes them through the state DELETING.
 */
export function schedulerOperations(
  store: SchedulerStore,
  clock: Clock,
  changed: () => void,
): Map<string, Operation> {
  /** Does a write in one transaction; a ClientToken seen before gets the answer of then, if the request is the same. */
  function once(operation: string, token: string | undefined, request: object, act: () => object): object {
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([operation, request]))
      .digest('base64');
    const answer = store.transaction(() => {
      const earlier = token === undefined ? undefined : store.answer(token);
      if (earlier?.request === fingerprint) return earlier.answer;
      if (earlier)
        throw new SchedulerError('ConflictException', 'The ClientToken was used with another request.');
      const answer = JSON.stringify(act());
      if (token !== undefined) store.saveAnswer(token, fingerprint, answer, clock.now());
      return answer;
    });
    changed();
    return z.looseObject({}).parse(JSON.parse(answer));
  }

  function groupNamed(name: string): GroupRow {
    const group = store.group(name);
    if (!group)
      throw new SchedulerError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
    return group;
  }

  function scheduleNamed(groupName: string, name: string): ScheduleRow {
    const schedule = store.schedule({ groupName, name });
    if (!schedule) throw new SchedulerError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
    return schedule;
  }

  /** Create and Update write the whole schedule; only its creation differs. */
  function saveSchedule(
    operation: 'CreateSchedule' | 'UpdateSchedule',
    members: Record<string, unknown>,
  ): object {
    refuseUnsupported(members);
    const { ClientToken, ...request } = parseRequest(requests.saveSchedule, members);
    const { Name: name, GroupName: groupName, ...definition } = request;
    return once(operation, ClientToken, request, () => {
      const now = clock.now();
      checkTimes(definition, now);
      groupNamed(groupName);
      const isNew = operation === 'CreateSchedule';
      if (isNew && store.schedule({ groupName, name }))
        throw new SchedulerError('ConflictException', `Schedule ${name} already exists.`);
      const created = isNew ? now : scheduleNamed(groupName, name).created;
      // At creation an occurrence at this very moment counts (a rate starts at once), at an update it has been.
      store.saveSchedule({ groupName, name, definition, created, modified: now }, isNew ? now - 1 : now);
      return { ScheduleArn: scheduleArn(groupName, name) };
    });
  }

  const getSchedule: Operation = (members) => {
    const { Name, groupName } = parseRequest(requests.schedule, members);
    const { definition, ...row } = scheduleNamed(groupName, Name);
    return { ...summaryOf(row), Arn: scheduleArn(groupName, Name), GroupName: groupName, ...definition };
  };

  const deleteSchedule: Operation = (members) => {
    const { Name: name, groupName, clientToken } = parseRequest(requests.schedule, members);
    return once('DeleteSchedule', clientToken, { name, groupName }, () => {
      scheduleNamed(groupName, name);
      store.deleteSchedule({ groupName, name });
      return {};
    });
  };

  const listSchedules: Operation = (members) => {
    const { ScheduleGroup, NamePrefix, State, ...page } = parseRequest(requests.listSchedules, members);
    if (ScheduleGroup !== undefined) groupNamed(ScheduleGroup);
    const listing = { groupName: ScheduleGroup, prefix: NamePrefix, state: State };
    const { rows, ...rest } = paged(
      page,
      (after, limit) => store.schedules(listing, { after, limit }),
      (row) => [row.groupName, row.name],
    );
    return { Schedules: rows.map(scheduleSummary), ...rest };
  };

  const createGroup: Operation = (members) => {
    const { ClientToken, ...request } = parseRequest(requests.createGroup, members);
    const { Name: name, Tags } = request;
    return once('CreateScheduleGroup', ClientToken, request, () => {
      if (store.group(name))
        throw new SchedulerError('ConflictException', `Schedule group ${name} already exists.`);
      store.saveGroup({ name, created: clock.now(), modified: clock.now() }, merged([], Tags));
      return { ScheduleGroupArn: groupArn(name) };
    });
  };

  const getGroup: Operation = (members) =>
    groupAnswer(groupNamed(parseRequest(requests.group, members).Name));

  const deleteGroup: Operation = (members) => {
    const { Name: name, clientToken } = parseRequest(requests.group, members);
    if (name === 'default')
      throw new SchedulerError('ValidationException', 'The default schedule group cannot be deleted.');
    return once('DeleteScheduleGroup', clientToken, { name }, () => {
      store.deleteGroup(groupNamed(name).name);
      return {};
    });
  };

  const listGroups: Operation = (members) => {
    const { NamePrefix, ...page } = parseRequest(requests.listGroups, members);
    const { rows, ...rest } = paged(
      page,
      ([after], limit) => store.groups(NamePrefix, after, limit),
      (row) => [row.name, ''],
    );
    return { ScheduleGroups: rows.map(groupAnswer), ...rest };
  };

  function retag(members: Record<string, unknown>, change: (tags: Tag[]) => Tag[]): object {
    const group = taggedGroup(members);
    store.saveGroup({ ...group, modified: clock.now() }, change(tagsOf(group)));
    return {};
  }

  /** Only groups take tags; their ARN is the path's last part. */
  function taggedGroup(members: Record<string, unknown>): GroupRow {
    const arn = parseRequest(requests.resource, members).Name;
    if (!arn.startsWith(groupArn('')))
      throw new SchedulerError('ValidationException', `${arn} is not a schedule group's ARN.`);
    return groupNamed(arn.slice(groupArn('').length));
  }

  return new Map<string, Operation>([
    ['CreateSchedule', (members) => saveSchedule('CreateSchedule', members)],
    ['UpdateSchedule', (members) => saveSchedule('UpdateSchedule', members)],
    ['GetSchedule', getSchedule],
    ['DeleteSchedule', deleteSchedule],
    ['ListSchedules', listSchedules],
    ['CreateScheduleGroup', createGroup],
    ['GetScheduleGroup', getGroup],
    ['DeleteScheduleGroup', deleteGroup],
    ['ListScheduleGroups', listGroups],
    [
      'TagResource',
      (members) => retag(members, (tags) => merged(tags, parseRequest(requests.tag, members).Tags)),
    ],
    [
      'UntagResource',
      (members) => {
        const { TagKeys } = parseRequest(requests.untag, members);
        return retag(members, (tags) => tags.filter(({ Key }) => !TagKeys.includes(Key)));
      },
    ],
    ['ListTagsForResource', (members) => ({ Tags: tagsOf(taggedGroup(members)) })],
  ]);
}

type Times = { name: string; created: number; modified: number };

const summaryOf = ({ name, created, modified }: Times) => ({
  Name: name,
  CreationDate: created / 1000,
  LastModificationDate: modified / 1000,
});
const scheduleSummary = ({ groupName, definition: { State, Target }, ...row }: ScheduleRow) => ({
  ...summaryOf(row),
  Arn: scheduleArn(groupName, row.name),
  GroupName: groupName,
  State,
  Target: { Arn: Target.Arn },
});
const groupAnswer = (group: GroupRow) => ({
  ...summaryOf(group),
  Arn: groupArn(group.name),
  State: 'ACTIVE',
});

const tagsOf = (group: GroupRow): Tag[] => tags.parse(JSON.parse(group.tags));
const merged = (old: Tag[], added: Tag[]): Tag[] =>
  [...new Map([...old, ...added].map(({ Key, Value }) => [Key, Value]))].map(([Key, Value]) => ({
    Key,
    Value,
  }));

/** One page of rows, and the token for the next: the position of the last row given. */
function paged<Row>(
  { MaxResults, NextToken }: { MaxResults: number; NextToken?: string | undefined },
  fetch: (after: [string, string], limit: number) => Row[],
  positionOf: (row: Row) => [string, string],
): { rows: Row[]; NextToken?: string } {
  const rows = fetch(NextToken === undefined ? ['', ''] : readToken(NextToken), MaxResults + 1);
  const page = rows.slice(0, MaxResults);
  const last = page.at(-1);
  if (rows.length === page.length || last === undefined) return { rows: page };
  return { rows: page, NextToken: Buffer.from(JSON.stringify(positionOf(last))).toString('base64url') };
}

function readToken(token: string): [string, string] {
  try {
    return z.tuple([z.string(), z.string()]).parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
  } catch {
    throw new SchedulerError('ValidationException', 'Invalid NextToken.');
  }
}
