/** The runbook's headings, as a link names them: each alarm leads to one. */
export const runbookHeadings = [
  'function-errors',
  'function-throttled',
  'function-near-its-time-limit',
  'stream-behind',
  'batches-lost',
  'runs-failed',
  'queue-waiting',
  'due-timers-in-dead-letters',
  'notices-in-dead-letters',
  'orders-without-a-timer',
  'audit-heartbeat-missing',
  'notices-refused',
  'timers-missed',
  'effects-missed',
  'webhooks-rejected',
  'replies-breached',
  'question-unanswered',
  'holiday-year-missing',
  'door-errors',
] as const;
export type RunbookHeading = (typeof runbookHeadings)[number];
