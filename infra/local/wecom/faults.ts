import * as z from 'zod/mini';

const modes = [
  'error', // answers `errcode` (default -1, system busy)
  'http-500', // answers HTTP 500
  'drop', // answers ok and shows nothing
  'hang', // never answers
  'disconnect', // cuts the connection before anything is shown
  'lost-answer', // shows the message, then cuts the connection
  'throttle', // answers 45009
  'removed', // answers 93000
  'disabled', // answers 93004
  'none', // clears
] as const;

const faultSchema = z.strictObject({
  robotKey: z.optional(z.string().check(z.minLength(1))),
  mode: z._default(z.enum(modes), 'none'),
  errcode: z.optional(z.int()),
  times: z.optional(z.int().check(z.gte(1))),
});

/**
 * How WeCom is to misbehave: for one robot or, without `robotKey`, for all; for the next `times` requests or until cleared. A list is used
 * up in its order. New faults replace those of the same robot; `{}` clears everything, `{"robotKey","mode":"none"}` one robot's.
 */
export const faultsSchema = z.union([faultSchema, z.array(faultSchema)]);

export type Faults = z.input<typeof faultsSchema>;
export type Fault = z.output<typeof faultSchema>;

/** What `POST /local/wecom/faults` takes, for the answer to one that it does not. */
export const acceptedFaults = {
  robotKey: 'text, optional: without it the fault is for every robot',
  mode: modes,
  errcode: 'whole number, optional: the answer of mode "error"',
  times: 'whole number from 1, optional: how many requests it lasts',
};

/** The faults in force. They are not kept across a restart. */
export const makeFaults = () => {
  const inForce = new Map<string | undefined, Fault[]>();

  const set = (faults: Faults): void => {
    const wanted = [faultsSchema.parse(faults)].flat();
    if (wanted.some(({ robotKey, mode }) => mode === 'none' && robotKey === undefined)) inForce.clear();
    for (const robotKey of new Set(wanted.map((fault) => fault.robotKey))) {
      inForce.set(
        robotKey,
        wanted.filter((fault) => fault.robotKey === robotKey && fault.mode !== 'none'),
      );
    }
  };

  /** The fault this request meets, a robot's own before one for all; it is used up by one. */
  const take = (robotKey: string): Fault | undefined => {
    const faults = [inForce.get(robotKey), inForce.get(undefined)].find((some) => some && some.length > 0);
    const fault = faults?.[0];
    if (!faults || !fault) return undefined;
    const left = (fault.times ?? Infinity) - 1;
    faults.splice(0, 1, ...(left > 0 ? [{ ...fault, times: left }] : []));
    return fault;
  };

  return { set, take };
};
