/** The console's content policy: own scripts and styles alone, nothing inline. Recordings go to and come from `recordingsOrigin`. */
export const consolePolicy = (recordingsOrigin: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    // The empty icon; without it every browser asks for one.
    'img-src data:',
    `connect-src 'self' ${recordingsOrigin}`,
    `media-src ${recordingsOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
