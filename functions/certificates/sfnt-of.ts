import { inflateSync } from 'node:zlib';

/**
 * A WOFF 1.0 file as the OpenType file that was packed into it (W3C, WOFF File Format 1.0, sections 3 to 5); anything else as it is. fontkit
 * reads WOFF, too, but unpacks a table again for each glyph: 40 seconds a document.
 */
export const sfntOf = (font: Uint8Array): Buffer => {
  const woff = Buffer.from(font);
  if (woff.toString('latin1', 0, 4) !== 'wOFF') return woff;
  const tables = Array.from({ length: woff.readUInt16BE(12) }, (_, index) => tableOf(woff, 44 + 20 * index));
  const directory = Buffer.alloc(12 + 16 * tables.length);
  const power = 2 ** Math.floor(Math.log2(tables.length));
  woff.copy(directory, 0, 4, 8);
  directory.writeUInt16BE(tables.length, 4);
  directory.writeUInt16BE(power * 16, 6);
  directory.writeUInt16BE(Math.log2(power), 8);
  directory.writeUInt16BE((tables.length - power) * 16, 10);
  let offset = directory.length;
  for (const [index, { tag, checksum, content }] of tables.entries()) {
    const entry = 12 + 16 * index;
    tag.copy(directory, entry);
    checksum.copy(directory, entry + 4);
    directory.writeUInt32BE(offset, entry + 8);
    directory.writeUInt32BE(content.length, entry + 12);
    offset += content.length + padding(content).length;
  }
  return Buffer.concat([directory, ...tables.flatMap(({ content }) => [content, padding(content)])]);
};

const tableOf = (woff: Buffer, entry: number) => {
  const offset = woff.readUInt32BE(entry + 4);
  const packedLength = woff.readUInt32BE(entry + 8);
  const packed = woff.subarray(offset, offset + packedLength);
  return {
    tag: woff.subarray(entry, entry + 4),
    checksum: woff.subarray(entry + 16, entry + 20),
    content: packedLength < woff.readUInt32BE(entry + 12) ? inflateSync(packed) : packed,
  };
};

const padding = ({ length }: Buffer): Buffer => Buffer.alloc((4 - (length % 4)) % 4);
