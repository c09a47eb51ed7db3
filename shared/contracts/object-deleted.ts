import * as z from 'zod/mini';

/** Queue `recording-events`: S3's "Object Deleted" as EventBridge hands it on; of it, what proves that a recording is gone. Source: the S3 user guide. */
export const objectDeletedSchema = z.object({
  id: z.string(),
  'detail-type': z.literal('Object Deleted'),
  detail: z.object({
    object: z.object({ key: z.string(), 'version-id': z.optional(z.string()) }),
    reason: z.enum(['DeleteObject', 'Lifecycle Expiration']),
    'deletion-type': z.enum(['Permanently Deleted', 'Delete Marker Created']),
  }),
});
export type ObjectDeleted = z.infer<typeof objectDeletedSchema>;
