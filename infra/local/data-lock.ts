import { DatabaseSync } from 'node:sqlite';

const patienceMs = 5000;

/**
 * Holds the data folder for this process, so that no two runs write into it. The lock ends with the process, also by `kill -9`; a run that is
 * just ending is waited for. Throws when another one keeps it.
 */
export const lockData = (file: string): { release(): void } => {
  const lock = new DatabaseSync(file, { timeout: patienceMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(`${file} is held by another run: end it, or set DATA_DIR to a folder of its own`);
  }
  return { release: () => lock.close() };
};
