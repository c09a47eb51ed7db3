import type { FunctionName, QueueName } from '../catalogue.ts';

type Part = 'storage' | 'automation' | 'door' | 'watch';

/**
 * Physical names. Stacks speak of each other's functions and queues by these and not by exports, so that removing one from the catalogue
 * is a plain deployment; operators type them; the functions' metrics carry them.
 */
export const stackNameOf = (stage: string, part: Part): string => `ninedays-${stage}-${part}`;

export const functionNameOf = (stage: string, name: FunctionName): string => `ninedays-${stage}-${name}`;

export const queueNameOf = (stage: string, name: QueueName): string => `ninedays-${stage}-${name}`;

export const deadLetterQueueNameOf = (stage: string, name: QueueName): string =>
  `${queueNameOf(stage, name)}-dlq`;

/** Where the runs and batches end that a function without a queue of its own could not do. */
export const failureQueueNameOf = (stage: string, name: FunctionName): string =>
  `${functionNameOf(stage, name)}-failures`;

/** The orders' timers. */
export const timerGroupOf = (stage: string): string => `ninedays-${stage}-timers`;

/** The product's own recurring runs, apart from the timers, so that no function may touch them. */
export const recurringGroupOf = (stage: string): string => `ninedays-${stage}-recurring`;

export const logGroupNameOf = (stage: string, name: FunctionName | 'door'): string =>
  `/ninedays/${stage}/${name}`;
