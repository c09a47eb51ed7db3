/** Where the time comes from: epoch milliseconds, UTC. The system's clock in the cloud, one that can be turned on one machine. */
export type Clock = { now(): number };
