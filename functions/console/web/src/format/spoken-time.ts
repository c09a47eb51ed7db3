const format = (options: Intl.DateTimeFormatOptions) => (instant: string, locale: string) =>
  new Intl.DateTimeFormat(locale, { timeZone: 'Asia/Shanghai', hourCycle: 'h23', ...options }).format(
    new Date(instant),
  );

/** `3月9日 14:05` in Shanghai. */
export const spokenTime = format({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

/** `14:05:07` in Shanghai, for two times of one training that have to be compared. */
export const spokenClock = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** `3月9日` in Shanghai. */
export const spokenDay = format({ month: 'short', day: 'numeric' });
