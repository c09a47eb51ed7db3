import * as z from 'zod/mini';
import type { OrderView } from '../../../shared/contracts/order-view.ts';
import type { Party, TaskKind } from '../../../shared/domain/policy.ts';
import type { Chance } from './chance.ts';
import type { Reply } from './plot.ts';
import { hour, midnightOf, minute } from './shanghai-time.ts';

export type TaskView = OrderView['tasks'][number];

/** What somebody is going to do about a task, and when (epoch ms). */
export type Deed = { at: number; taskId: string; who: Party; action: string; body: object };

type Habit = {
  /** Whether WeCom tells of the task when it is to be done; of the others the briefing or the step before has spoken. */
  told: boolean;
  /** The minutes in which a punctual person does it, counted from hearing of it or from when it is due. */
  from: 'hearing' | 'due';
  minutes: readonly [from: number, to: number];
  /** How often a careless person has to be chased, at most. */
  chases: number;
  body: (draw: (what: string) => number, now: number) => object;
};

/** What a recorder that was stopped in the middle has of a training. */
export const firstShare = 0.5;

/** The share of the planned length that a recording has. */
export const uploadSchema = z.object({ share: z.number() });

const nothing = () => ({});
const pick = (list: readonly string[], draw: number): string[] =>
  list.slice(0, Math.floor(draw * (list.length + 1)));

const habits: Record<TaskKind, Habit> = {
  'join-group': { told: true, from: 'hearing', minutes: [2, 14], chases: 2, body: nothing },
  'set-remark': { told: true, from: 'hearing', minutes: [2, 18], chases: 3, body: nothing },
  'agree-time': {
    told: true,
    from: 'hearing',
    minutes: [15, 80],
    chases: 3,
    body: (_, now) => ({ outcome: 'moved', startsAt: new Date(midnightOf(now) + 34 * hour).toISOString() }),
  },
  'confirm-tools': {
    told: false,
    from: 'due',
    minutes: [4, 38],
    chases: 2,
    body: () => ({ recorder: true, remoteControl: true, wecom: true }),
  },
  'call-customer': {
    told: true,
    from: 'hearing',
    minutes: [1, 9],
    chases: 3,
    body: () => ({ outcome: 'confirmed' }),
  },
  'confirm-needs': {
    told: false,
    from: 'due',
    minutes: [-12, -5],
    chases: 1,
    body: (draw) => ({ extraNeeds: pick(['小程序上架'], draw('extra') * 0.7), understood: true }),
  },
  'send-notice': { told: false, from: 'due', minutes: [-9, -2], chases: 2, body: nothing },
  'start-training': { told: false, from: 'due', minutes: [0, 6], chases: 1, body: nothing },
  'finish-training': { told: false, from: 'due', minutes: [-34, -8], chases: 2, body: nothing },
  'upload-recording': {
    told: true,
    from: 'hearing',
    minutes: [10, 70],
    chases: 2,
    body: (draw) => ({ share: draw('recorder') < 0.12 ? firstShare : 0.9 + 0.15 * draw('length') }),
  },
  'send-recording': { told: true, from: 'hearing', minutes: [2, 20], chases: 1, body: nothing },
  'call-about-delay': {
    told: true,
    from: 'hearing',
    minutes: [3, 13],
    chases: 2,
    body: () => ({ outcome: 'resolved', note: '已致歉并说明原因，问题当场处理好' }),
  },
  'step-in': { told: true, from: 'hearing', minutes: [1, 3], chases: 0, body: nothing },
  'arrange-cover': {
    told: true,
    from: 'hearing',
    minutes: [6, 25],
    chases: 1,
    body: () => ({ trainer: { id: 'T-08', name: '马骏' }, reason: '原接单人无法维护' }),
  },
  'open-qa-group': { told: true, from: 'hearing', minutes: [4, 20], chases: 1, body: nothing },
  'hold-summary': {
    told: true,
    from: 'hearing',
    minutes: [20, 200],
    chases: 3,
    body: (draw) => ({
      answered: ['报表怎么导出', ...pick(['会员等级怎么调', '小票怎么改抬头'], draw('answered'))],
      open: pick(['等硬件到货后再接门锁'], draw('open') * 0.7),
    }),
  },
  'collect-signature': {
    told: true,
    from: 'hearing',
    minutes: [30, 330],
    chases: 2,
    body: () => ({ where: 'wecom' }),
  },
  'return-visit': { told: true, from: 'hearing', minutes: [40, 400], chases: 2, body: () => ({ ok: true }) },
  'hand-over': { told: true, from: 'hearing', minutes: [20, 260], chases: 2, body: nothing },
  'accept-hand-over': { told: true, from: 'hearing', minutes: [30, 400], chases: 2, body: nothing },
  'leave-group': { told: true, from: 'hearing', minutes: [5, 90], chases: 2, body: nothing },
};

/** What a person knows of a task: how often they have heard of it, and how often they had when they last did something about it. */
export type Hearing = { heard: number; heardAtLastDeed: number | null };

/** What will be done about a waiting task after it was heard of at `now`; null when its people still wait, or wait to be chased. */
export const deedFor = (
  task: TaskView,
  { heard, heardAtLastDeed }: Hearing,
  { now, chance, reply }: { now: number; chance: Chance; reply: Reply | undefined },
): Deed | null => {
  if (heardAtLastDeed !== null && heard <= heardAtLastDeed) return null;
  const habit = habits[task.kind];
  const draw = (what: string): number => chance(`${task.id}/${what}`);
  const chases = heard - Number(habit.told);
  const patience = reply === undefined ? Math.min(patienceOf(draw('patience')), habit.chases) : 0;
  if (chases < patience) return null;
  return {
    at: Math.round((reply?.at ?? timeOf(habit, task, { now, chases, draw })) / 1000) * 1000,
    taskId: task.id,
    who: reply?.by ?? task.who,
    action: reply?.action ?? task.action ?? task.kind,
    body: reply?.body ?? habit.body(draw, now),
  };
};

/** Most people act when they are told; some only when they are chased, once, twice, or until everybody knows. */
const patienceOf = (draw: number): number => [0.86, 0.94, 0.98].filter((share) => draw >= share).length;

const timeOf = (
  { from, minutes: [low, high] }: Habit,
  { dueAt }: TaskView,
  { now, chases, draw }: { now: number; chases: number; draw: (what: string) => number },
): number => {
  const share = draw('time');
  if (chases > 0) return atWork(now + (3 + 12 * share) * minute);
  const span = (low + (high - low) * share) * minute;
  return from === 'hearing'
    ? atWork(now + span)
    : Math.max(Date.parse(dueAt) + span, now + (1 + 2 * share) * minute);
};

/** People answer from 08:30 to 22:00 Shanghai time; what falls into the night is done as much later the next morning. */
const atWork = (at: number): number => {
  const midnight = midnightOf(at);
  const opens = midnight + 8.5 * hour;
  if (at < opens) return opens + ((at - midnight) / (opens - midnight)) * 40 * minute;
  const closes = midnight + 22 * hour;
  return at <= closes ? at : opens + 24 * hour + (at - closes) / 4;
};
