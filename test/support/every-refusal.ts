import type { Refusal } from '../../shared/domain/refusal.ts';
import { at } from './build-order.ts';

/** One of each kind: a kind that is added to the union has to be added here, or this does not compile. */
export const everyRefusal: { [Type in Refusal['type']]: Extract<Refusal, { type: Type }> } = {
  'out-of-scope': { type: 'out-of-scope', field: 'system', value: 'x', accepted: ['芸苔系统'] },
  'unknown-order': { type: 'unknown-order', orderId: 'A-1' },
  'different-content': { type: 'different-content', orderId: 'A-1' },
  'wrong-role': { type: 'wrong-role', action: 'hand-over', accepted: ['trainer'] },
  'wrong-stage': { type: 'wrong-stage', action: 'hand-over', stage: 'closed', accepted: ['acceptance'] },
  'already-done': { type: 'already-done', action: 'hand-over', at: null },
  'not-yet': { type: 'not-yet', action: 'hand-over', missing: ['return-visit'] },
  'impossible-time': {
    type: 'impossible-time',
    field: 'at',
    value: at('2025-03-09 14:00'),
    why: 'in-the-future',
  },
  'different-message': { type: 'different-message', messageId: 'm1' },
  'unknown-message': { type: 'unknown-message', messageId: 'm1' },
  'not-a-question': { type: 'not-a-question', messageId: 'm1' },
  'limit-reached': { type: 'limit-reached', what: 'messages', limit: 1000 },
  'budget-left': { type: 'budget-left', left: 2 },
  'not-on': { type: 'not-on', action: 'emergency-plan' },
  'budget-spent': { type: 'budget-spent', limit: 3, used: 3 },
  'already-taken': { type: 'already-taken', by: 'P1', at: at('2025-03-10 10:00') },
  'former-trainer': { type: 'former-trainer', action: 'hand-over' },
  'unknown-recording': { type: 'unknown-recording', recordingId: 'A-1.x' },
  'unknown-hold': { type: 'unknown-hold', holdId: 'hold-1' },
  'unknown-file-type': { type: 'unknown-file-type', given: 'image/png', accepted: ['video/mp4'] },
  'file-too-large': { type: 'file-too-large', size: 2, maxBytes: 1 },
  'foreign-upload': { type: 'foreign-upload', recordingId: 'A-1.x' },
  'upload-over': { type: 'upload-over', recordingId: 'A-1.x', at: at('2025-03-09 16:00') },
  'parts-differ': { type: 'parts-differ', recordingId: 'A-1.x', parts: [2] },
  'not-ready': { type: 'not-ready', recordingId: 'A-1.x' },
  'nothing-to-accept': { type: 'nothing-to-accept', recordingId: 'A-1.x' },
};
