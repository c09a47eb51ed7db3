import type { Certificate, Weakness } from './certificate.ts';

/** R4.2 What is weak about a certificate follows from the rest of it, so that nobody can leave it out. No time stamp authority is asked yet. */
export const weaknessesOf = ({ signing, recordings }: Omit<Certificate, 'strength'>): Weakness[] => [
  ...(signing.oneTimeCode ? [] : ['no-one-time-code' as const]),
  'no-time-stamp',
  ...(recordings.length === 0 ? ['no-recording' as const] : []),
  ...(recordings.some(({ checksum }) => checksum?.algorithm !== 'SHA256')
    ? ['recording-not-hashed' as const]
    : []),
  ...(recordings.some(({ versionId }) => versionId === null) ? ['recording-not-versioned' as const] : []),
];
