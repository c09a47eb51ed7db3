import type { SparseFile } from './make-video.ts';

/**
 * An MP4 whose header comes first, with so many bytes of nothing between the halves of its pictures and sound: too large for a browser to
 * fetch it whole, so that it must ask for the second half when someone seeks there. Up to 4 GiB, as its offsets have 32 bits.
 */
export const spreadVideo = (source: Buffer, gapBytes: number): SparseFile => {
  const file = Buffer.from(source);
  const entries = chunkEntries(file);
  const offsets = entries.map((entry) => file.readUInt32BE(entry)).toSorted((a, b) => a - b);
  const middle = offsets[offsets.length >> 1]!;
  for (const entry of entries) {
    const offset = file.readUInt32BE(entry);
    if (offset >= middle) file.writeUInt32BE(offset + gapBytes, entry);
  }
  const content = file.indexOf('mdat') - 4;
  file.writeUInt32BE(file.readUInt32BE(content) + gapBytes, content);
  return {
    size: file.length + gapBytes,
    pieces: [
      { at: 0, bytes: file.subarray(0, middle) },
      { at: middle + gapBytes, bytes: file.subarray(middle) },
    ],
  };
};

/** Where the entries of the chunk offset tables stand (`stco`, ISO/IEC 14496-12). */
const chunkEntries = (file: Buffer): number[] => {
  const entries: number[] = [];
  for (let table = file.indexOf('stco'); table !== -1; table = file.indexOf('stco', table + 4))
    for (let n = 0; n < file.readUInt32BE(table + 8); n += 1) entries.push(table + 12 + 4 * n);
  return entries;
};
