import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import { signLink } from '../../shared/runtime/customer-link.ts';
import type { HttpRequest } from '../../shared/runtime/http-entry.ts';

/** R2.3 The address under which the customer watches, on the site that the request came to; null while the recording has no link. */
export const linkAddress = async (
  { id, link }: Recording,
  { headers }: Pick<HttpRequest, 'headers'>,
  secrets: Secrets,
): Promise<string | null> => {
  if (link === null) return null;
  const [key = ''] = await secrets.values('link-key');
  const token = await signLink('recording', { recordingId: id, linkId: link.id }, key);
  return `${headers['x-forwarded-proto'] ?? 'http'}://${headers['host'] ?? ''}/r/${token}`;
};
