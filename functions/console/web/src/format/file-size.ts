const units = ['B', 'KB', 'MB', 'GB'] as const;

/** `1.9 GB`: in steps of 1024, as the file managers of trainers' machines count. */
export const fileSize = (bytes: number): string => {
  const step = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** step;
  return `${Number.isInteger(amount) || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[step]}`;
};
