/** A call that got no good answer. `status` is 0 where no answer came at all; `code` is what the other side calls it. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly status: number;
  readonly code: string | null;

  constructor(status: number, code: string | null = null, message = '') {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const passing = new Set([0, 408, 425, 429]);

/** Whether the same call may succeed a little later: no network, or a server that is busy or ill. */
export const isPassing = ({ status }: CallFailed): boolean => passing.has(status) || status >= 500;
