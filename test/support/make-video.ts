import { open } from 'node:fs/promises';
import type { VideoSource } from '../../shared/ports/video-source.ts';

/** A file that is empty but for a few pieces: gigabytes in kilobytes of memory. */
export type SparseFile = { size: number; pieces: readonly { at: number; bytes: Uint8Array }[] };

/** One black picture of 16 × 16 in H.264 (constrained baseline), and what a decoder needs to show it. */
const sps = Buffer.from('6742c00addec044000000300400000030083c489e0', 'hex');
const pps = Buffer.from('68ce0f2c80', 'hex');
const idr = Buffer.from('65888404bc98a00038a380', 'hex');

/** A picture at least this often, in seconds. */
const pictureEvery = 10;

const u8 = (...values: number[]): Uint8Array => Uint8Array.from(values);
const u16 = (value: number): Uint8Array => u8(value >>> 8, value);
const u24 = (value: number): Uint8Array => u8(value >>> 16, value >>> 8, value);
const u32 = (value: number): Uint8Array => u8(value >>> 24, value >>> 16, value >>> 8, value);
const u64 = (value: number): Uint8Array => join(u32(Math.floor(value / 2 ** 32)), u32(value % 2 ** 32));
const le16 = (value: number): Uint8Array => u16(value).toReversed();
const le32 = (value: number): Uint8Array => u32(value).toReversed();
const zeros = (count: number): Uint8Array => new Uint8Array(count);
const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const repeat = (count: number, bytes: Uint8Array): Uint8Array =>
  join(...Array.from({ length: count }, () => bytes));

/** How long each picture is shown, in milliseconds; together exactly `seconds`. */
const shownFor = (seconds: number): number[] => {
  const total = Math.round(seconds * 1000);
  const count = Math.max(1, Math.ceil(seconds / pictureEvery));
  const at = (index: number) => Math.round((total * index) / count);
  return Array.from({ length: count }, (_, index) => at(index + 1) - at(index));
};

/** Lays pieces one after the other; a number stands for as many empty bytes. */
const layOut = (...parts: readonly (Uint8Array | number)[]): SparseFile => {
  const pieces: { at: number; bytes: Uint8Array }[] = [];
  let size = 0;
  for (const part of parts) {
    if (typeof part !== 'number') pieces.push({ at: size, bytes: part });
    size += typeof part === 'number' ? part : part.length;
  }
  return { size, pieces };
};

/** How many empty bytes bring a file to `size`; none if no size is asked for. */
const filling = (size: number | undefined, used: number): number => {
  if (size === undefined) return 0;
  if (size < used) throw new Error(`${size} bytes are too few: ${used} are needed`);
  return size - used;
};

const box = (type: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = join(...parts);
  return join(u32(8 + content.length), text(type), content);
};
const fullBox = (type: string, flags: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  box(type, u32(flags), ...parts);

const matrix = join(u32(0x1_0000), zeros(12), u32(0x1_0000), zeros(12), u32(0x4000_0000));
const avcC = box(
  'avcC',
  u8(1, sps[1]!, sps[2]!, sps[3]!, 0xff, 0xe1),
  u16(sps.length),
  sps,
  u8(1),
  u16(pps.length),
  pps,
);
const avc1 = box(
  'avc1',
  zeros(6),
  u16(1),
  zeros(16),
  u16(16),
  u16(16),
  u32(0x48_0000),
  u32(0x48_0000),
  zeros(4),
  u16(1),
  zeros(32),
  u16(24),
  u16(0xffff),
  avcC,
);
const sample = join(u32(idr.length), idr);

type Movie = { durations: readonly number[]; at: number; wide: boolean };

/** The movie's header, in milliseconds, with one picture track whose samples stand together at `at`. */
const moov = ({ durations, at, wide }: Movie, ...more: readonly Uint8Array[]): Uint8Array => {
  const version = wide ? 0x100_0000 : 0;
  const time = wide ? u64 : u32;
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  const times = durations.map((duration) => join(u32(1), u32(duration)));
  const stbl = box(
    'stbl',
    fullBox('stsd', 0, u32(1), avc1),
    fullBox('stts', 0, u32(times.length), ...times),
    fullBox('stsc', 0, u32(1), u32(1), u32(Math.max(1, durations.length)), u32(1)),
    fullBox('stsz', 0, u32(sample.length), u32(durations.length)),
    durations.length > 0 ? fullBox('co64', 0, u32(1), u64(at)) : fullBox('co64', 0, u32(0)),
  );
  const media = box(
    'mdia',
    fullBox('mdhd', version, time(0), time(0), u32(1000), time(total), u16(0x55c4), zeros(2)),
    fullBox('hdlr', 0, zeros(4), text('vide'), zeros(13)),
    box(
      'minf',
      fullBox('vmhd', 1, zeros(8)),
      box('dinf', fullBox('dref', 0, u32(1), fullBox('url ', 1))),
      stbl,
    ),
  );
  const size = join(u32(16 << 16), u32(16 << 16));
  const tkhd = fullBox(
    'tkhd',
    version | 3,
    time(0),
    time(0),
    u32(1),
    zeros(4),
    time(total),
    zeros(16),
    matrix,
    size,
  );
  const mvhd = fullBox(
    'mvhd',
    version,
    time(0),
    time(0),
    u32(1000),
    time(total),
    u32(0x1_0000),
    u16(0x100),
    zeros(10),
    matrix,
    zeros(24),
    u32(2),
  );
  return box('moov', mvhd, box('trak', tkhd, media), ...more);
};

const ftyp = box('ftyp', text('isom'), u32(512), text('isomiso6avc1mp41'));
const mdatHeader = (contentBytes: number): Uint8Array => join(u32(1), text('mdat'), u64(16 + contentBytes));

/** How long, and how many bytes in all; as few as can be if no `size` is given. */
type Wanted = { seconds: number; size?: number };
/** `wide`: times in the headers have 64 bits. */
type WantedMp4 = Wanted & { wide?: boolean };

/** An MP4 as recorders write it: the movie's header before its media, or behind them at the file's end. */
export const makeMp4 = ({
  seconds,
  size,
  header,
  wide = false,
}: WantedMp4 & { header: 'front' | 'end' }): SparseFile => {
  const durations = shownFor(seconds);
  const samples = repeat(durations.length, sample);
  const headerBytes = moov({ durations, at: 0, wide }).length;
  const empty = filling(size, ftyp.length + headerBytes + 16 + samples.length);
  const media = [mdatHeader(samples.length + empty), samples, empty];
  return header === 'front'
    ? layOut(ftyp, moov({ durations, at: ftyp.length + headerBytes + 16, wide }), ...media)
    : layOut(ftyp, ...media, moov({ durations, at: ftyp.length + 16, wide }));
};

const fragment = (number: number, start: number, duration: number): Uint8Array => {
  const build = (offset: number) =>
    box(
      'moof',
      fullBox('mfhd', 0, u32(number)),
      box(
        'traf',
        fullBox('tfhd', 0x2_0000, u32(1)),
        fullBox('tfdt', 0x100_0000, u64(start)),
        fullBox('trun', 0x305, u32(1), u32(offset), u32(0x200_0000), u32(duration), u32(sample.length)),
      ),
    );
  return build(build(0).length + 16);
};

/** An MP4 in fragments, one a picture, whose header knows no length; with the index at its end that a finished recording gets, or without. */
export const makeFragmentedMp4 = ({
  seconds,
  size,
  index,
  wide = false,
}: WantedMp4 & { index: boolean }): SparseFile => {
  const durations = shownFor(seconds);
  const head = join(
    ftyp,
    moov({ durations: [], at: 0, wide }, box('mvex', fullBox('trex', 0, u32(1), u32(1), zeros(12)))),
  );
  const starts = durations.map((_, at) =>
    durations.slice(0, at).reduce((sum, duration) => sum + duration, 0),
  );
  const pairBytes = fragment(1, 0, 0).length + 16 + sample.length;
  const entryBytes = 8 + 8 + 3;
  const indexBytes = index ? 8 + 24 + entryBytes * durations.length + 16 : 0;
  const empty = filling(size, head.length + pairBytes * durations.length + indexBytes);
  // What fills the file stands in the first fragment's media.
  const offsets = durations.map((_, at) => head.length + pairBytes * at + (at > 0 ? empty : 0));
  const pairs = durations.flatMap((duration, at) => {
    const fill = at === 0 ? empty : 0;
    return [fragment(at + 1, starts[at]!, duration), mdatHeader(sample.length + fill), sample, fill];
  });
  const entries = offsets.map((offset, at) => join(u64(starts[at]!), u64(offset), u8(1, 1, 1)));
  const tfra = fullBox('tfra', 0x100_0000, u32(1), u32(0), u32(entries.length), ...entries);
  const mfra = box('mfra', tfra, fullBox('mfro', 0, u32(indexBytes)));
  return layOut(head, ...pairs, ...(index ? [mfra] : []));
};

const number = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(9);
  bytes.writeDoubleBE(value, 1);
  return bytes;
};
const onMetaData = (seconds: number): Uint8Array =>
  join(
    u8(2),
    u16(10),
    text('onMetaData'),
    u8(8),
    u32(1),
    u16(8),
    text('duration'),
    number(seconds),
    u8(0, 0, 9),
  );

const tagHeader = (kind: number, contentBytes: number, time: number): Uint8Array =>
  join(u8(kind), u24(contentBytes), u24(time % 2 ** 24), u8(Math.floor(time / 2 ** 24)), u24(0));
const tag = (kind: number, time: number, content: Uint8Array): Uint8Array =>
  join(tagHeader(kind, content.length, time), content, u32(11 + content.length));

const longestTag = 0xff_ffff;

/** Empty script tags that take exactly so many bytes. */
const emptyTags = (bytes: number): (Uint8Array | number)[] => {
  if (bytes === 0) return [];
  // What is left has to be long enough for a tag.
  const rest = bytes - longestTag - 15;
  const content = rest === 0 || rest >= 15 ? longestTag : Math.min(bytes - 15, longestTag - 15);
  if (content < 0) throw new Error(`no tag has ${bytes} bytes`);
  return [tagHeader(18, content, 0), content, u32(11 + content), ...emptyTags(bytes - content - 15)];
};

/** An FLV whose last tag begins at `seconds`; with its length in `onMetaData` (as `said`, if it is to lie), or without. */
export const makeFlv = ({
  seconds,
  size,
  metadata,
  said = seconds,
}: Wanted & { metadata: boolean; said?: number }): SparseFile => {
  const durations = [0, ...shownFor(seconds)];
  const script = metadata ? [tag(18, 0, onMetaData(said))] : [];
  const config = tag(9, 0, join(u8(0x17, 0, 0, 0, 0), avcC.subarray(8)));
  const head = join(text('FLV'), u8(1, 1), u32(9), u32(0), ...script, config);
  const pictures = durations.map((_, at) => {
    const time = durations.slice(0, at + 1).reduce((sum, duration) => sum + duration, 0);
    return tag(9, time, join(u8(0x17, 1, 0, 0, 0), sample));
  });
  const used = head.length + pictures.reduce((sum, { length }) => sum + length, 0);
  return layOut(head, ...pictures.slice(0, -1), ...emptyTags(filling(size, used)), ...pictures.slice(-1));
};

const chunkHeader = (name: string, bytes: number): Uint8Array => join(text(name), le32(bytes));
const chunk = (name: string, content: Uint8Array): Uint8Array =>
  join(chunkHeader(name, content.length), content, zeros(content.length % 2));
const list = (name: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  chunk('LIST', join(text(name), ...parts));

/** The longest part of an OpenDML file. */
const partBytes = 1024 ** 3;

/** One part of an AVI: its header, then media with so many empty bytes. */
const aviPart = (name: string, head: Uint8Array, pictures: Uint8Array, empty: number) => [
  join(
    chunkHeader('RIFF', 4 + head.length + 12 + pictures.length + 8 + empty),
    text(name),
    head,
    chunkHeader('LIST', 4 + pictures.length + 8 + empty),
    text('movi'),
    pictures,
    chunkHeader('JUNK', empty),
  ),
  empty,
];

/** An AVI; above 1 GiB in parts after OpenDML, where the old headers count the pictures of the first part alone. */
export const makeAvi = ({ seconds, size }: Wanted): SparseFile => {
  const count = shownFor(seconds).length;
  const perPicture = Math.round((seconds * 1000) / count);
  const picture = chunk('00dc', join(u32(1), sps, u32(1), pps, u32(1), idr));
  const head = (counted: number): Uint8Array => {
    const avih = chunk(
      'avih',
      join(
        le32(perPicture * 1000),
        zeros(8),
        le32(0x10),
        le32(counted),
        zeros(4),
        le32(1),
        zeros(4),
        le32(16),
        le32(16),
        zeros(16),
      ),
    );
    const strh = chunk(
      'strh',
      join(text('vidsH264'), zeros(12), le32(perPicture), le32(1000), zeros(4), le32(counted), zeros(20)),
    );
    const strf = chunk(
      'strf',
      join(le32(40), le32(16), le32(16), le16(1), le16(24), text('H264'), zeros(20)),
    );
    const dmlh = chunk('dmlh', join(le32(count), zeros(244)));
    // A chunk of odd length is followed by a byte that isn't counted.
    const odd = chunk('JUNK', zeros(3));
    return list(
      'hdrl',
      avih,
      odd,
      list('strl', strh, strf),
      ...(counted < count ? [list('odml', dmlh)] : []),
    );
  };
  const partOverhead = 12 + 12 + 8;
  const used = partOverhead + head(count).length + picture.length * count;
  const wanted = size ?? used;
  if (wanted <= partBytes)
    return layOut(...aviPart('AVI ', head(count), repeat(count, picture), filling(wanted, used)));
  const first = partOverhead + head(1).length + picture.length;
  const others = repeat(count - 1, picture);
  const parts = aviPart('AVI ', head(1), picture, partBytes - first);
  let left = wanted - partBytes;
  while (left > partBytes + partOverhead) {
    parts.push(...aviPart('AVIX', zeros(0), zeros(0), partBytes - partOverhead));
    left -= partBytes;
  }
  return layOut(...parts, ...aviPart('AVIX', zeros(0), others, filling(left, partOverhead + others.length)));
};

/** The file as an object in a bucket, that notes what is read of it. */
export const sparseSource = ({ size, pieces }: SparseFile): VideoSource & { reads: number[] } => {
  const reads: number[] = [];
  return {
    size,
    reads,
    read: async (start, end) => {
      if (start < 0 || end > size || start >= end) throw new Error(`no range ${start}-${end} of ${size}`);
      reads.push(end - start);
      const result = zeros(end - start);
      for (const { at, bytes } of pieces) {
        const from = Math.max(start, at);
        const to = Math.min(end, at + bytes.length);
        if (from < to) result.set(bytes.subarray(from - at, to - at), from - start);
      }
      return result;
    },
  };
};

export const bytesOf = ({ size, pieces }: SparseFile): Uint8Array => {
  const result = zeros(size);
  for (const { at, bytes } of pieces) result.set(bytes, at);
  return result;
};

/** Writes the file with holes where it is empty, so that it takes next to no room on the disk. */
export const writeSparse = async ({ size, pieces }: SparseFile, path: string): Promise<void> => {
  await using file = await open(path, 'w');
  await file.truncate(size);
  for (const { at, bytes } of pieces) await file.write(bytes, 0, bytes.length, at);
};
