import * as z from 'zod/mini';

const positive = z.int().check(z.positive());

/** R4.2 The numbers of survey and acceptance in a policy. */
export const acceptancePolicySchema = z.object({
  /** The version of survey and confirmation that new invitations ask to fill in. */
  form: z.string(),
  /** For how long an invitation lets the customer sign. */
  linkDays: positive,
  /** Whether a one-time code to the customer's phone is asked for. */
  code: z.enum(['none', 'sms']),
  /** Whether a typed name alone may stand for a drawn signature, as for those who can't draw one. It weakens the evidence. */
  typedSignature: z.boolean(),
  /** C8: an objection is a complaint that is dealt with in so many minutes. */
  complaintMinutes: positive,
  /** Figures of satisfaction from fewer answers say so. */
  leastAnswers: positive,
});
export type AcceptancePolicy = z.infer<typeof acceptancePolicySchema>;

export const acceptancePolicy20250324 = acceptancePolicySchema.parse({
  form: '2025-03-24',
  linkDays: 14,
  code: 'none',
  typedSignature: true,
  complaintMinutes: 24 * 60,
  leastAnswers: 5,
});
