import * as z from 'zod/mini';
import { sha256Hex } from '../history.ts';

/** Coordinates come in steps of this share of the pad, so that each number has one spelling in JSON, whoever writes it. */
const steps = 10_000;
const coordinate = z.number().check(
  z.minimum(0),
  z.maximum(1),
  z.refine((value) => Math.round(value * steps) / steps === value, 'a coordinate has at most four decimals'),
);
/** Milliseconds since the first point of the drawing. */
const offset = z.int().check(z.minimum(0), z.maximum(10 * 60_000));
const strokeSchema = z.array(z.tuple([coordinate, coordinate, offset])).check(z.minLength(1));

const mostPoints = 4_000;

/**
 * R4.2 A signature as it was drawn: strokes of points `[x, y, ms]`, from 0, 0 at the top left of the pad to 1, 1. A way of writing is
 * personal: the drawing is kept apart from the order, which holds only its digest.
 */
export const drawingSchema = z.array(strokeSchema).check(
  z.minLength(1),
  z.maxLength(200),
  z.refine((drawing) => pointsOf(drawing) <= mostPoints, `a drawing has at most ${mostPoints} points`),
);
export type Drawing = z.infer<typeof drawingSchema>;

/** How many points a drawing has. */
export const pointsOf = (drawing: readonly (readonly unknown[])[]): number =>
  drawing.reduce((sum, stroke) => sum + stroke.length, 0);

/** SHA-256 in hex over the drawing's canonical JSON. */
export const signatureDigest = (drawing: Drawing): string => sha256Hex(drawing);
