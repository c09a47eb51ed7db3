import * as z from 'zod/mini';
import { roleSchema } from '../domain/actions/action.ts';
import { instantSchema } from '../domain/instant.ts';
import type { Session } from '../ports/sessions.ts';

/** What a browser signs in with: the token that an operator has given. */
export const sessionRequestSchema = z.strictObject({
  token: z.string().check(z.minLength(1), z.maxLength(4096)),
});

/** Who is signed in. */
export const sessionViewSchema = z.object({
  staffId: z.string(),
  roles: z.array(roleSchema),
  expiresAt: instantSchema,
});

export const viewSession = ({ staffId, roles, expiresAt }: Session): z.infer<typeof sessionViewSchema> => ({
  staffId,
  roles: [...roles],
  expiresAt,
});
