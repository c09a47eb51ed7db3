/** A box of ISO/IEC 14496-12: its length, its type, its content. */
const box = (type: string, ...content: readonly Uint8Array[]): Uint8Array => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(8 + content.reduce((sum, { length: bytes }) => sum + bytes, 0));
  return Buffer.concat([length, Buffer.from(type, 'latin1'), ...content]);
};

const words = (...values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
};

const none = new Uint8Array();

/** A screen recording of so many seconds as an MP4 that holds nothing but its headers: what the check of an upload reads. */
export const recordedFile = (seconds: number): Uint8Array => {
  const handler = box('hdlr', words(0, 0), Buffer.from('vide'), words(0, 0, 0));
  const samples = box('stsd', words(0, 1), box('av01', Buffer.alloc(78)));
  const track = box('trak', box('mdia', handler, box('minf', box('stbl', samples))));
  const header = box('mvhd', words(0, 0, 0, 1000, Math.round(seconds * 1000)), Buffer.alloc(80));
  return Buffer.concat([
    box('ftyp', Buffer.from('isom'), words(0)),
    box('moov', header, track),
    box('mdat', none),
  ]);
};
