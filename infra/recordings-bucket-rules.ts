import { retentionTag } from '../shared/adapters/s3/retention-tag.ts';
import { currentPolicy } from '../shared/domain/policies/policies.ts';

/** What the bucket of recordings does by itself and whom it lets in: the same in the cloud and on one machine. */

type LifecycleRule = {
  id: string;
  /** Only objects with this tag; aborting uploads and clearing markers take no tag. */
  tag?: { key: string; value: string };
  expireDays?: number;
  /** Days after which a hidden version is deleted. */
  noncurrentDays?: number;
  abortDays?: number;
  /** Removes delete markers that hide nothing any more. */
  clearsMarkers?: true;
};

export const lifecycleRules: readonly LifecycleRule[] = [
  {
    id: 'expire-released-recordings',
    /** R5.3: set once the draw that covers the recording was held and no check or appeal needs it; without it an object never expires. */
    tag: { key: retentionTag.key, value: retentionTag.released },
    /** R5.1: recordings are kept one month. */
    expireDays: currentPolicy.recordings.keepDays,
    // On a versioned bucket an expiry only hides the object: this deletes it.
    noncurrentDays: 1,
  },
  { id: 'abort-broken-uploads', abortDays: 7 },
  { id: 'clear-delete-markers', clearsMarkers: true },
];

/** What pages of the product's own origins may do. */
export const corsRule = {
  methods: ['GET', 'HEAD', 'PUT'],
  headers: ['content-type', 'x-amz-*'],
  /** A browser completes an upload with the parts' ETags. */
  exposed: ['ETag'],
  maxAgeSeconds: 3600,
} as const;
