import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const wordingSchema = z.object({ zh: text, en: text });
export type Language = keyof z.infer<typeof wordingSchema>;

const id = z.string().check(z.regex(/^[a-z]+(-[a-z]+)*$/));

const questionSchema = z.discriminatedUnion('kind', [
  /** Answered from 1 to 5; the form's scale says what each means. */
  z.object({ id, kind: z.literal('rating'), required: z.boolean(), asks: wordingSchema }),
  z.object({
    id,
    kind: z.literal('text'),
    required: z.boolean(),
    asks: wordingSchema,
    maxLength: z.int().check(z.positive()),
  }),
]);
export type Question = z.infer<typeof questionSchema>;

const clauseSchema = z.object({
  id,
  title: wordingSchema,
  /** What the customer accepts or objects to, in full; `{name}` stands for a fact of the order. */
  says: wordingSchema,
});

/** R4.2 One version of survey (培训回访调查表) and confirmation (培训确认表). An id keeps its meaning through all versions: what asks something else has another one. */
export const surveyFormSchema = z.object({
  form: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
  survey: z.object({
    title: wordingSchema,
    scale: z.tuple([wordingSchema, wordingSchema, wordingSchema, wordingSchema, wordingSchema]),
    questions: z.array(questionSchema).check(z.minLength(1)),
  }),
  confirmation: z.object({
    title: wordingSchema,
    clauses: z.array(clauseSchema).check(z.minLength(1)),
    /** Stands for the needs of an order that names none. */
    noNeeds: wordingSchema,
  }),
});
export type SurveyForm = z.infer<typeof surveyFormSchema>;
