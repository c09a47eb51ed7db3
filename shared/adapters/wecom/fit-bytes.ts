const encoder = new TextEncoder();

/** The text if it fits in `maxBytes` of UTF-8, else its longest beginning of whole characters that leaves room for the `…` at its end. */
export const fitBytes = (text: string, maxBytes: number): string => {
  if (encoder.encode(text).length <= maxBytes) return text;
  const room = maxBytes - encoder.encode('…').length;
  return room < 0 ? '' : `${text.slice(0, encoder.encodeInto(text, new Uint8Array(room)).read)}…`;
};
