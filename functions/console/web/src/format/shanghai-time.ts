/** China has kept UTC+8 without summer time since 1992. Trainings are in Shanghai's time wherever the browser is. */
const offsetMs = 8 * 60 * 60_000;

/** An instant as Shanghai's clock shows it, `YYYY-MM-DDTHH:mm:ss`: the form of a date and time field. */
export const wallTime = (instant: string): string =>
  new Date(Date.parse(instant) + offsetMs).toISOString().slice(0, 19);

/** The instant, ISO 8601 with Shanghai's offset, of what was entered in a date and time field; null where that is no time. */
export const instantOf = (entered: string): string | null => {
  const time = `${entered}${/T\d{2}:\d{2}$/.test(entered) ? ':00' : ''}+08:00`;
  return Number.isNaN(Date.parse(time)) || !/^\d{4}-\d{2}-\d{2}T/.test(time) ? null : time;
};

/** Whole days until an instant, a begun one counted; 0 once it has passed. */
export const daysUntil = (instant: string, now: string): number =>
  Math.max(0, Math.ceil((Date.parse(instant) - Date.parse(now)) / (24 * 60 * 60_000)));
