import type { Desks } from '../../shared/domain/decision.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import type { Access } from '../../shared/domain/recordings/access.ts';
import { recordAccess } from '../../shared/domain/recordings/access.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { changeOrder } from '../../shared/runtime/change-order.ts';
import type { LinkReading } from './open-link.ts';

export type AccessDesk = LinkReading & { desks: Desks };

/** Records what the customer did, where that is news. */
export const noteAccess = async (
  desk: AccessDesk,
  { order, recording }: { order: Order; recording: Recording },
  access: Access,
  now: Instant,
): Promise<void> => {
  await changeOrder(
    desk,
    order.orderId,
    (current, facts) => recordAccess(current, recording.id, access, facts),
    { actor: { type: 'customer' }, id: null, now },
  );
};
