import type { Agenda } from './agenda.ts';
import { makeAgenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import type { Followed, Follower } from './follow-order.ts';
import { followOrder } from './follow-order.ts';
import type { CrmOrder } from './orders.ts';
import { outage, plotOf } from './plots.ts';
import type { Product } from './product.ts';
import { dayMs, minute, shanghai } from './shanghai-time.ts';

/** The month of the demo (epoch ms), or as many of its days. */
export const daysOf = (days: number) => {
  const from = shanghai('03-01 08:00');
  return { from, to: shanghai('03-01 23:59') + (days - 1) * dayMs };
};
type Month = ReturnType<typeof daysOf>;

/** Who sits at the desks, and who reads the books at the end. */
export const desks = { manager: 'M-01', service: 'C-01', support: 'K-01' } as const;

/** Plays the month: orders come, people act, time is turned from one moment to the next at which somebody or a timer does something. */
export const playMonth = async (
  product: Product,
  orders: readonly CrmOrder[],
  { chance, month }: { chance: Chance; month: Month },
): Promise<readonly Followed[]> => {
  const agenda = makeAgenda();
  const followers = orders.map((order) => {
    const plot = plotOf(order.orderId);
    const follower = followOrder(order, plot, { product, agenda, chance, desks });
    agenda.add(Date.parse(order.acceptedAt) + 20_000, follower.create);
    for (const [index, turn] of (plot.turns ?? []).entries())
      agenda.add(turn.at, async () => await follower.turn(turn, index));
    return follower;
  });
  agenda.add(outage.from, async () => await product.setWecom('failing'));
  agenda.add(outage.to, async () => await product.setWecom('well'));
  agenda.add(outage.to + 5 * minute, async () => await lookAtAll(followers));
  for (let evening = shanghai('03-01 18:00'); evening < month.to; evening += dayMs)
    agenda.add(evening, async () => await keepPlans(followers, Math.min(evening + dayMs, month.to)));
  await turnThrough({ product, agenda, followers }, month.to);
  return followers.map(({ followed }) => followed);
};

const turnThrough = async (
  { product, agenda, followers }: { product: Product; agenda: Agenda; followers: readonly Follower[] },
  end: number,
): Promise<void> => {
  for (;;) {
    const next = Math.min(agenda.nextAt(), ...followers.map((follower) => follower.nextTimerAt()));
    await product.turnTo(Math.min(next, end));
    if (next > end) return;
    await lookAtAll(followers.filter((follower) => follower.nextTimerAt() <= next));
    await agenda.runDue(next);
  }
};

const lookAtAll = async (followers: readonly Follower[]): Promise<void> => {
  for (const follower of followers) await follower.look();
};

const keepPlans = async (followers: readonly Follower[], until: number): Promise<void> => {
  for (const follower of followers) await follower.keepPlan(until);
};
