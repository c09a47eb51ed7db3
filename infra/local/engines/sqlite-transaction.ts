import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs work as one transaction, or within the one that is under way. `begun` is called before it, `committed` after it; what fails is
 * rolled back and thrown.
 */
export const makeTransaction =
  (db: DatabaseSync, { begun, committed }: { begun?: () => void; committed?: () => void } = {}) =>
  <Result>(work: () => Result): Result => {
    if (db.isTransaction) return work();
    begun?.();
    db.exec('BEGIN IMMEDIATE');
    let result: Result;
    try {
      result = work();
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
    committed?.();
    return result;
  };
