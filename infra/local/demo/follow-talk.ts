import { toInstant } from '../../../shared/domain/instant.ts';
import type { Agenda } from './agenda.ts';
import type { OrderWatch } from './order-watch.ts';
import type { Move, Said, Talk, Words } from './plot.ts';
import type { Answered, Product, Refused, Staff } from './product.ts';

type Desk = {
  product: Product;
  agenda: Agenda;
  watch: OrderWatch;
  said: Said[];
  /** Does something as somebody; gives why not, where it is refused. */
  act: (staff: Staff, action: string, body: object, expected: readonly number[]) => Promise<Refused | null>;
  note: (who: string, what: string, answered: Answered, expected: readonly number[]) => void;
  hear: () => Promise<void>;
};

/** Enters into the agenda what goes on in an order's group. An order that has ended is left alone. */
export const followTalk = (
  orderId: string,
  { words, moves }: Talk,
  { product, agenda, watch, said, act, note, hear }: Desk,
): void => {
  const isLive = (): boolean => {
    const stage = watch.view()?.stage;
    return stage === 'maintenance' || stage === 'acceptance';
  };

  const authorOf = (by: Words['by']): Pick<Said, 'role' | 'author'> => {
    if (by === 'customer') return { role: 'customer', author: `customer-of-${orderId}` };
    const { id } = watch.staffOf(by);
    return { role: watch.staffOf(by).role === 'support' ? 'support' : 'trainer', author: id };
  };

  const say = async ({ messageId, at, by, text }: Words): Promise<void> => {
    if (!isLive()) return;
    const known = said.find((other) => other.messageId === messageId);
    const message = known ?? { messageId, at: toInstant(at), ...authorOf(by), text };
    const answered = await product.say(orderId, message);
    if (known === undefined) said.push(message);
    const wanted = known === undefined ? 'recorded' : 'repeated';
    if (answered.state !== wanted || known !== undefined)
      note('crm', `message ${messageId}`, answered, answered.state === wanted ? [200] : []);
    if (by === 'customer') watch.asked(at);
    else watch.answered();
    await hear();
  };

  const make = async ({ by, action, body, status }: Move): Promise<void> => {
    if (!isLive()) return;
    const staff = watch.staffOf(by);
    const refused = await act(staff, action, body, [status]);
    if (refused === null && status !== 200) note(staff.id, action, { status: 200 }, [status]);
    await hear();
  };

  const now = product.now();
  for (const one of words)
    for (const at of one.heardAt) agenda.add(Math.max(at, now), async () => await say(one));
  for (const one of moves) agenda.add(Math.max(one.at, now), async () => await make(one));
};
