import type { Facts } from '../decision.ts';
import type { Order } from '../order.ts';
import { isWaiting } from '../timers.ts';
import { withTask } from '../with-task.ts';
import { newLink } from './link.ts';
import { isRecorded, stateOf, withRecording } from './recording-state.ts';

/**
 * R2.3 As soon as the recording is whole, whatever made it so, the task of uploading it is done and each of its files has a link. `order` has
 * its next version already.
 */
export const shareRecordings = (order: Order, facts: Facts): Order =>
  isRecorded(order, facts.policy) ? withLinks(completeUpload(order, facts), facts) : order;

const completeUpload = (order: Order, { now }: Facts): Order => {
  const doneBy = order.facts.recordings.findLast(({ found }) => found?.type === 'video')?.by ?? null;
  return order.tasks
    .filter((task) => task.kind === 'upload-recording' && isWaiting(task))
    .reduce(
      (done, { id }) => withTask(done, id, { state: 'done', doneAt: now, doneBy }, order.version),
      order,
    );
};

const withLinks = (order: Order, facts: Facts): Order =>
  order.facts.recordings
    .filter(({ link }) => link === null)
    .filter((recording) => stateOf(order, recording, facts.policy) === 'ready')
    .reduce((linked, { id }) => withRecording(linked, id, { link: newLink(order.version, facts) }), order);
