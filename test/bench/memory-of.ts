import { readFileSync } from 'node:fs';

/** MiB of a process that stand in memory (RSS). */
export const memoryOf = (pid: number): number => {
  const kB = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kB) / 1024);
};
