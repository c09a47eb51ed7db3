export const minute = 60_000;
export const hour = 60 * minute;
export const dayMs = 24 * hour;

const offset = 8 * hour;

/** `03-09 13:05` of the year 2025 on a Shanghai clock, in epoch ms. */
export const shanghai = (text: string): number => Date.parse(`2025-${text.replace(' ', 'T')}:00+08:00`);

/** When the Shanghai day of this moment began (epoch ms). */
export const midnightOf = (at: number): number => Math.floor((at + offset) / dayMs) * dayMs - offset;
