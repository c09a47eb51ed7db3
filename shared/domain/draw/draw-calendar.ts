import type { Instant } from '../instant.ts';
import { atShanghai, dayOf, plusDays } from '../instant.ts';

/** The time of day at which the draw is held, by Shanghai's clock. */
const DRAW_TIME = '09:00';

/**
 * The draw whose population a training of that instant belongs to: the first one that is later. A training at the very instant of a draw
 * belongs to the next. 28 or 35 days lie between two draws.
 */
export const drawAfter = (instant: Instant): Instant => {
  const draw = drawOfMonth(instant);
  return instant < draw ? draw : drawOfMonth(nextMonth(instant));
};

/** The draw of the Shanghai month in which an instant lies: 09:00 on its last Monday. */
export const drawOfMonth = (instant: Instant): Instant => {
  const lastDay = plusDays(dayOf(nextMonth(instant)), -1);
  const sinceMonday = (new Date(lastDay).getUTCDay() + 6) % 7;
  return atShanghai(plusDays(lastDay, -sinceMonday), DRAW_TIME);
};

/** When the next month of Shanghai begins. A month's last day is found from its first: 31 days on lies in the next month, up to its third. */
const nextMonth = (instant: Instant): Instant => {
  const firstDay = plusDays(dayOf(instant), 1 - Number(dayOf(instant).slice(8)));
  const after = plusDays(firstDay, 31);
  return atShanghai(plusDays(after, 1 - Number(after.slice(8))), '00:00');
};
