import { deadlineOf } from './deadline.ts';
import { activeEmergency } from './holdings.ts';
import type { Instant } from './instant.ts';
import type { Order } from './order.ts';
import { isLive } from './order.ts';
import { owedCalls } from './questions.ts';
import { unsentRecordings } from './recordings/link.ts';
import { isRecorded, stateOf } from './recordings/recording-state.ts';
import type { Policy, TaskKind, TimedNoticeKind } from './policy.ts';

/**
 * What is still to be done on an order, by kind of task: the subject of the task (what exactly: a remark's text, a training time),
 * or null when there is nothing to do. When and for whom is the policy's part; here is only whether, from the recorded facts.
 */
const taskSubjects: Record<
  Exclude<TaskKind, 'call-about-delay'>,
  (order: Order, facts: { policy: Policy; now: Instant }) => string | null
> = {
  'join-group': ({ facts, trainer }) => (facts.joinedGroup === null ? trainer.id : null),
  'set-remark': ({ facts, remark }) => (facts.remark?.text === remark ? null : remark),
  'agree-time': ({ stage, training }) => (stage === 'preparation' && training.startsAt === null ? '' : null),
  'confirm-tools': (order) => (order.facts.tools === null ? agreedTime(order) : null),
  'call-customer': (order) => (order.facts.confirmedTime === agreedTime(order) ? null : agreedTime(order)),
  'confirm-needs': (order) => (order.facts.needs?.understood === true ? null : agreedTime(order)),
  'send-notice': ({ facts, training, deadline }) =>
    facts.noticeSent?.deadline === deadline ? null : training.startsAt,
  'start-training': agreedTime,
  'finish-training': ({ stage, training }) => (stage === 'training' ? training.startedAt : null),
  'upload-recording': (order, { policy }) =>
    order.training.finishedAt === null || isRecorded(order, policy) ? null : refusedRecording(order, policy),
  'send-recording': (order, facts) =>
    unsentRecordings(order, facts)
      .map(({ id }) => id)
      .join(' ') || null,
  'step-in': ({ stage, facts: { support } }) =>
    stage === 'maintenance' && support.request !== null ? String(support.requests) : null,
  'arrange-cover': ({ facts: { unavailable } }) =>
    unavailable.open === null ? null : String(unavailable.count),
  'open-qa-group': ({ facts }) => {
    const emergency = activeEmergency(facts);
    return emergency === null || emergency.qaGroup !== null ? null : emergency.from;
  },
  'hold-summary': (order) => (awaitsSummary(order) ? `${order.deadline}/${order.facts.reopened}` : null),
  'collect-signature': ({ facts }) => (facts.summary !== null && facts.signature === null ? '' : null),
  'return-visit': ({ facts }) =>
    facts.summary?.round === facts.reopened && facts.returnVisit?.ok !== true ? String(facts.reopened) : null,
  'hand-over': ({ facts }) =>
    facts.returnVisit?.ok === true && (facts.handOver === 'none' || facts.handOver === 'returned')
      ? String(facts.handOverRound)
      : null,
  'accept-hand-over': ({ facts }) => (facts.handOver === 'offered' ? String(facts.handOverRound) : null),
  'leave-group': ({ facts }) => (facts.handOver === 'accepted' && facts.leftGroup === null ? '' : null),
};

/** Notices that wait for a time and ask for nothing, by what they are about; null when there is nothing to tell. */
const noticeSubjects: Record<TimedNoticeKind, (order: Order, policy: Policy) => string | null> = {
  briefing: (order) => {
    const time = agreedTime(order);
    return time === null ? null : `${time}/${order.trainer.id}`;
  },
  'summary-eve': (order, policy) => (order.stage === 'maintenance' ? deadlineOf(order, policy) : null),
  'last-training': ({ stage, facts }) =>
    stage === 'acceptance' ? (facts.summary?.lastTraining ?? null) : null,
};

/** A task that an order needs: what about, and since when where that is not now. */
export type Wanted = { subject: string; since: Instant | null };

/** The tasks of this kind that the order needs now: one at most, but for calls, of which each late question may ask for one. */
export const wantedTasks = (
  order: Order,
  kind: TaskKind,
  facts: { policy: Policy; now: Instant },
): readonly Wanted[] => {
  if (!isLive(order)) return [];
  if (kind === 'call-about-delay')
    return owedCalls(order, facts.policy, facts.now).map(({ messageId, since }) => ({
      subject: messageId,
      since,
    }));
  const subject = taskSubjects[kind](order, facts);
  return subject === null ? [] : [{ subject, since: null }];
};

/** The subject of a timed notice that has not been told yet, or null. */
export const wantedNotice = (order: Order, kind: TimedNoticeKind, policy: Policy): string | null => {
  const subject = noticeSubjects[kind](order, policy);
  return subject === order.told[kind] ? null : subject;
};

/** R2.2 The newest file that did not pass: each has a task of its own, that says what is missing. Empty while there is none. */
function refusedRecording(order: Order, policy: Policy): string {
  return order.facts.recordings.findLast((one) => stateOf(order, one, policy) === 'rejected')?.id ?? '';
}

function agreedTime({ stage, training }: Order) {
  return stage === 'preparation' ? training.startsAt : null;
}

function awaitsSummary({ stage, facts }: Order): boolean {
  const served = stage === 'maintenance' || stage === 'acceptance';
  return served && (facts.summary === null || facts.summary.round < facts.reopened);
}
