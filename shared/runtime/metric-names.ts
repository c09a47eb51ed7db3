/** The namespace and the names of the product's own metrics: the one list for the functions, the alarms and the dashboard. */
export const metricNamespace = 'ninedays';

export const metricNames = {
  /** A fired timer that the order no longer wanted: normal in small numbers. */
  staleTimer: 'StaleTimer',
  /** A timer that the sweep had to send on, as it never fired. */
  missedTimer: 'MissedTimer',
  /** An effect that the sweep had to start again, as the stream never did. */
  missedEffect: 'MissedEffect',
  /** Live orders whose next timer is missing or long past. */
  ordersWithoutTimer: 'OrdersWithoutTimer',
  /** One for each audit that found every live order in order. */
  auditHeartbeat: 'AuditHeartbeat',
  /** A notice that WeCom refused for good. */
  noticeRefused: 'NoticeRefused',
  /** A notice that was void at delivery, as the order had moved on. */
  noticeVoid: 'NoticeVoid',
  noticeSent: 'NoticeSent',
  orderCreated: 'OrderCreated',
  webhookRejected: 'WebhookRejected',
  /** A question that was not answered in time. */
  replyBreached: 'ReplyBreached',
  /** Questions that wait for their answer, over all orders. */
  openQuestions: 'OpenQuestions',
  /** For how long the oldest of them has waited; 0 when none does. */
  oldestQuestionMinutes: 'OldestQuestionMinutes',
  /** 1 while the notice of a year's holidays is missing that is needed by now, else 0. */
  holidayYearMissing: 'HolidayYearMissing',
} as const;

export type MetricName = (typeof metricNames)[keyof typeof metricNames];
