import { AwsError } from './aws-json.ts';

/** The errors of the SQS API model in use: the code and status differ from the shape's name and 400 where given. */
const MODEL = {
  BatchEntryIdsNotDistinct: { code: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct' },
  BatchRequestTooLong: { code: 'AWS.SimpleQueueService.BatchRequestTooLong' },
  EmptyBatchRequest: { code: 'AWS.SimpleQueueService.EmptyBatchRequest' },
  InvalidAttributeName: {},
  InvalidAttributeValue: {},
  InvalidBatchEntryId: { code: 'AWS.SimpleQueueService.InvalidBatchEntryId' },
  InvalidMessageContents: {},
  InvalidParameterValue: {},
  MessageNotInflight: { code: 'AWS.SimpleQueueService.MessageNotInflight' },
  MissingParameter: {},
  QueueDoesNotExist: { code: 'AWS.SimpleQueueService.NonExistentQueue' },
  QueueNameExists: { code: 'QueueAlreadyExists' },
  ReceiptHandleIsInvalid: { status: 404 },
  ResourceNotFoundException: { status: 404 },
  TooManyEntriesInBatchRequest: { code: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest' },
} as const satisfies Record<string, { code?: string; status?: number }>;

/** An error of the SQS API, named and numbered as AWS does. */
export const sqsError = (shape: keyof typeof MODEL, message: string): AwsError =>
  new AwsError(shape, message, MODEL[shape]);

/** InvalidParameterValue in AWS's words. */
export const invalidValue = (parameter: string, value: unknown, reason: string): AwsError =>
  sqsError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );

/** Refuses a number outside its limits; an absent one is left to its default. */
export const checkRange = (parameter: string, value: number | undefined, from: number, to: number): void => {
  if (value === undefined || (Number.isInteger(value) && value >= from && value <= to)) return;
  throw invalidValue(parameter, value, `Must be between ${from} and ${to}, if provided.`);
};
