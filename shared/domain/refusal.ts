import type { Instant } from './instant.ts';
import type { Stage } from './order.ts';

/** Every way in which a rule says no. Mapped to HTTP in one place, `shared/runtime/answer.ts`. */
export type Refusal =
  | { type: 'out-of-scope'; field: string; value: string; accepted: readonly string[] }
  | { type: 'unknown-order'; orderId: string }
  | { type: 'different-content'; orderId: string }
  | { type: 'wrong-role'; action: string; accepted: readonly string[] }
  | { type: 'wrong-stage'; action: string; stage: Stage; accepted: readonly Stage[] }
  | { type: 'already-done'; action: string; at: Instant | null }
  | { type: 'not-yet'; action: string; missing: readonly string[] }
  | {
      type: 'impossible-time';
      field: string;
      value: Instant;
      why:
        | 'in-the-future'
        | 'in-the-past'
        | 'before-start'
        | 'before-acceptance'
        | 'before-question'
        | 'unchanged'
        | 'not-agreed';
    }
  | { type: 'different-message'; messageId: string }
  | { type: 'unknown-message'; messageId: string }
  | { type: 'not-a-question'; messageId: string }
  | {
      type: 'limit-reached';
      what:
        | 'messages'
        | 'calls'
        | 'dismissals'
        | 'pauses'
        | 'trainers'
        | 'emergencies'
        | 'recordings'
        | 'holds';
      limit: number;
    }
  | { type: 'budget-left'; left: number }
  | { type: 'not-on'; action: string }
  | { type: 'budget-spent'; limit: number; used: number }
  | { type: 'already-taken'; by: string; at: Instant }
  | { type: 'former-trainer'; action: string }
  | { type: 'unknown-recording'; recordingId: string }
  | { type: 'unknown-hold'; holdId: string }
  | { type: 'unknown-file-type'; given: string; accepted: readonly string[] }
  | { type: 'file-too-large'; size: number; maxBytes: number }
  | { type: 'foreign-upload'; recordingId: string }
  | { type: 'upload-over'; recordingId: string; at: Instant }
  | { type: 'parts-differ'; recordingId: string; parts: readonly number[] }
  | { type: 'not-ready'; recordingId: string }
  | { type: 'nothing-to-accept'; recordingId: string };

export const isRefusal = (outcome: object): outcome is { refusal: Refusal } => 'refusal' in outcome;
