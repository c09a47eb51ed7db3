import * as z from 'zod/mini';
import { instantSchema } from '../instant.ts';

/** Text that has UTF-8 bytes: a lone surrogate has none. */
const textSchema = z.string().check(
  z.minLength(1, 'this text is empty'),
  z.refine((text) => text.isWellFormed(), 'this text is no Unicode'),
);
const basisPoints = (most: number) =>
  z.int().check(z.minimum(1), z.maximum(most, `at most ${most} basis points, hundredths of a percent`));

/** How sure one wants to be that a share of defects is not overlooked, both in basis points so that no fraction is rounded. */
const detectionSchema = z.object({ confidenceBp: basisPoints(9_999), tolerableBp: basisPoints(10_000) });
export type Detection = z.infer<typeof detectionSchema>;

/** How many orders are drawn: a share of the population, a number, or as many as a detection needs. */
const takeRuleSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('rate'), rateBp: basisPoints(10_000) }),
  z.object({ by: z.literal('number'), orders: z.int().check(z.minimum(1)) }),
  z.extend(detectionSchema, { by: z.literal('confidence') }),
]);
export type TakeRule = z.infer<typeof takeRuleSchema>;

/** What is settled and announced before a seed exists. */
const closingSchema = z.object({
  month: z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month is YYYY-MM')),
  closedAt: instantSchema,
  spec: z.object({
    version: z.literal('ninedays-draw/1'),
    take: takeRuleSchema,
    /** Where the seed may come from, the first one that can be had. */
    seedSources: z.array(textSchema).check(z.minLength(1, 'the source of the seed is named in advance')),
  }),
});
export type Closing = z.infer<typeof closingSchema>;

const seedSchema = z.object({ source: textSchema, value: textSchema, proof: z.nullable(z.json()) });
const targetedSchema = z.object({ id: textSchema, reason: textSchema });

/** The published record of a draw, as `infra/docs/draw-specification.md` explains it. */
export const drawRecordSchema = z.object({
  month: closingSchema.shape.month,
  spec: closingSchema.shape.spec,
  population: z.object({
    closedAt: closingSchema.shape.closedAt,
    ids: z.array(textSchema),
    sha256: z.string(),
  }),
  seed: seedSchema,
  strata: z.array(z.object({ id: textSchema, size: z.int(), take: z.int() })),
  tickets: z.array(z.object({ id: textSchema, stratum: textSchema, ticket: z.string() })),
  /** `order` counts from 1 within a stratum, so that a larger sample leaves it as it is. */
  sample: z.array(z.object({ id: textSchema, stratum: textSchema, order: z.int() })),
  /** Added by hand. They are no part of the draw and never enter its rates. */
  targeted: z.array(targetedSchema),
});
export type DrawRecord = z.infer<typeof drawRecordSchema>;
