import { readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxBytes, maxReads, maxViews } from '../../shared/adapters/video/bounded-reader.ts';
import { inspectVideo } from '../../shared/adapters/video/inspect-video.ts';
import type { SparseFile } from '../support/make-video.ts';
import {
  bytesOf,
  makeAvi,
  makeFlv,
  makeFragmentedMp4,
  makeMp4,
  sparseSource,
  writeSparse,
} from '../support/make-video.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const hour = 3600;

const whole = (bytes: Uint8Array, size = bytes.length): SparseFile => ({ size, pieces: [{ at: 0, bytes }] });
const inspect = async (file: SparseFile) => await inspectVideo(sparseSource(file));
const inspectBytes = async (bytes: Uint8Array) => await inspect(whole(bytes));
const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/video/${name}.bin`, import.meta.url));

/** The bytes with one text in place of another one of the same length, everywhere. */
const renamed = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1');

/** The bytes with a number of 32 bits put `after` the first place where `name` stands. */
const patched = (bytes: Uint8Array, name: string, after: number, value: number): Uint8Array => {
  const copy = Buffer.from(bytes);
  copy.writeUInt32BE(value, copy.indexOf(name, 0, 'latin1') + after);
  return copy;
};

/** Four seconds of picture and tone as real programs write them; the sound may be a little longer than the picture. */
const real: readonly [name: string, container: string, seconds: number, playsInBrowser: boolean][] = [
  ['mp4-h264-aac', 'mp4', 4.047, true],
  ['mp4-h264-aac-faststart', 'mp4', 4.047, true],
  ['mp4-fragmented', 'mp4', 4, true],
  ['mp4-fragmented-after-header', 'mp4', 4, true],
  ['mp4-recorded-by-chromium', 'mp4', 3.977, true],
  ['mp4-h264-444', 'mp4', 4.047, false],
  ['mp4-hevc', 'mp4', 4, false],
  ['mov-h264-aac', 'mov', 4.047, false],
  ['flv-h264-aac', 'flv', 3.8, false],
  ['flv-live', 'flv', 3.8, false],
  ['avi-mpeg4-mp3', 'avi', 4.2, false],
  ['mkv-h264-aac', 'mkv', 4.046, false],
  ['webm-vp9-opus', 'webm', 4.008, true],
];

describe('a real recording', () => {
  it.each(real)('R2.2 %s is %s of %d s; a browser plays it: %s', async (name, container, seconds, plays) => {
    expect(await inspectBytes(fixture(name))).toEqual({
      container,
      durationSeconds: expect.closeTo(seconds, 3),
      playsInBrowser: plays,
    });
  });

  const soundAlone: readonly [what: string, bytes: Uint8Array][] = [
    ['MP4', fixture('mp4-sound-alone')],
    ['AVI', renamed(fixture('avi-mpeg4-mp3'), 'vids', 'auds')],
    ['WebM', renamed(fixture('webm-vp9-opus'), '\u0083\u0081\u0001', '\u0083\u0081\u0002')],
  ];
  it.each(soundAlone)('of sound alone in %s is no video', async (_, bytes) => {
    expect(await inspectBytes(bytes)).toMatchObject({ problem: 'not-a-video' });
  });

  const mp4 = fixture('mp4-h264-aac');
  const webm = fixture('webm-vp9-opus');
  const codecs: readonly [what: string, playsInBrowser: boolean, bytes: Uint8Array][] = [
    ['MP4 with Dolby sound', false, renamed(mp4, 'mp4a', 'ac-3')],
    ['MP4 with chapters', true, renamed(renamed(mp4, 'soun', 'text'), 'mp4a', 'tx3g')],
    ['MP4 with AV1', true, renamed(mp4, 'avc1', 'av01')],
    ['WebM with unknown sound', false, renamed(webm, 'A_OPUS', 'A_FLAC')],
    ['Matroska with VP9', false, renamed(webm, 'webm', 'mkv ')],
  ];
  it.each(codecs)(
    'R2.2 %s is told by its codecs: a browser plays it: %s',
    async (_, playsInBrowser, bytes) => {
      expect(await inspectBytes(bytes)).toMatchObject({ playsInBrowser });
    },
  );

  it('has no duration as the WebM that a browser records', async () => {
    expect(await inspectBytes(fixture('webm-recorded-by-chromium'))).toMatchObject({
      problem: 'no-duration',
    });
  });

  it('is read with headers of either width', async () => {
    for (const wide of [false, true]) {
      const files = [
        makeMp4({ seconds: 60, header: 'front', wide }),
        makeFragmentedMp4({ seconds: 60, index: false, wide }),
      ];
      for (const file of files) expect(await inspect(file)).toMatchObject({ durationSeconds: 60 });
    }
  });

  it('may end in a box whose size is left open', async () => {
    const open = Buffer.from(bytesOf(makeMp4({ seconds: 60, header: 'front' })));
    const mdat = open.indexOf('mdat') - 4;
    open.writeUInt32BE(0, mdat);
    expect(await inspectBytes(open)).toMatchObject({ durationSeconds: 60 });
  });

  it('may be a Matroska stream whose size is left open', async () => {
    const open = Buffer.from(fixture('mkv-h264-aac'));
    open.write('01ffffffffffffff', open.indexOf('18538067', 0, 'hex') + 4, 'hex');
    // What follows its first cluster is not looked at.
    expect(await inspect(whole(open, GiB))).toMatchObject({ durationSeconds: expect.closeTo(4.046, 3) });
  });

  it('counts in the unit that a Matroska file names', async () => {
    const bytes = Buffer.from(fixture('mkv-h264-aac'));
    const at = bytes.indexOf('2ad7b183', 0, 'hex') + 4;
    expect(bytes.readUIntBE(at, 3)).toBe(1_000_000);
    bytes.writeUIntBE(2_000_000, at, 3);
    expect(await inspectBytes(bytes)).toMatchObject({ durationSeconds: expect.closeTo(8.092, 3) });
  });
});

const large: readonly [title: string, file: SparseFile, seconds: number, reads: number, bytes: number][] = [
  ['MP4, header in front', makeMp4({ seconds: 2 * hour, size: 2 * GiB, header: 'front' }), 2 * hour, 4, MiB],
  ['MP4, header at the end', makeMp4({ seconds: 2 * hour, size: 2 * GiB, header: 'end' }), 2 * hour, 4, MiB],
  ['MP4 of 20 GiB', makeMp4({ seconds: 50 * hour, size: 20 * GiB, header: 'end' }), 50 * hour, 4, MiB],
  ['MP4 in fragments', makeFragmentedMp4({ seconds: hour, size: 2 * GiB, index: true }), hour, 4, MiB],
  ['MP4 without index', makeFragmentedMp4({ seconds: hour, size: 2 * GiB, index: false }), hour, 3, 3 * MiB],
  ['FLV', makeFlv({ seconds: 5 * hour, size: 2 * GiB, metadata: true }), 5 * hour, 2, 2 * MiB],
  ['FLV without metadata', makeFlv({ seconds: hour, size: 2 * GiB, metadata: false }), hour, 2, 2 * MiB],
  ['AVI', makeAvi({ seconds: hour, size: GiB }), hour, 1, MiB],
  ['AVI of OpenDML parts', makeAvi({ seconds: 2 * hour, size: 5 * GiB }), 2 * hour, 1, MiB],
];

describe('a recording of gigabytes', () => {
  it.each(large)('R2.2 %s tells its length in a few reads', async (_, file, seconds, reads, bytes) => {
    const source = sparseSource(file);
    expect(await inspectVideo(source)).toMatchObject({ durationSeconds: expect.closeTo(seconds, 2) });
    expect(source.reads.length).toBeLessThanOrEqual(reads);
    expect(source.reads.reduce((sum, read) => sum + read, 0)).toBeLessThanOrEqual(bytes);
  });

  it('is read from a disk as it was made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ninedays-video-'));
    try {
      const path = join(folder, 'recording.mp4');
      await writeSparse(makeMp4({ seconds: 2 * hour, size: 5 * GiB, header: 'end' }), path);
      await using file = await open(path);
      const read = async (start: number, end: number) =>
        (await file.read(new Uint8Array(end - start), 0, end - start, start)).buffer;
      expect(await inspectVideo({ size: (await file.stat()).size, read })).toEqual({
        container: 'mp4',
        durationSeconds: 2 * hour,
        playsInBrowser: true,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('an unfinished or damaged recording', () => {
  const front = bytesOf(makeMp4({ seconds: 60, header: 'front' }));
  const fragmented = bytesOf(makeFragmentedMp4({ seconds: 60, index: false }));
  const flv = bytesOf(makeFlv({ seconds: 60, metadata: true }));

  it('is broken as an MP4 that ends before its media do', async () => {
    expect(await inspectBytes(front.subarray(0, -1))).toMatchObject({ problem: 'broken' });
  });

  it('is broken as an MP4 whose header was never written', async () => {
    const end = bytesOf(makeMp4({ seconds: 60, header: 'end' }));
    const cut = end.subarray(0, Buffer.from(end).indexOf('moov') - 4);
    expect(await inspectBytes(cut)).toMatchObject({ problem: 'broken' });
  });

  it('is broken as an MP4 without media', async () => {
    const cut = front.subarray(0, Buffer.from(front).indexOf('mdat') - 4);
    expect(await inspectBytes(cut)).toMatchObject({ problem: 'broken' });
  });

  it.each([0, 0xffff_ffff])('has no duration as an MP4 that states %d', async (stated) => {
    expect(await inspectBytes(patched(front, 'mvhd', 20, stated))).toMatchObject({ problem: 'no-duration' });
  });

  it('is as long as its whole fragments', async () => {
    const cut = fragmented.subarray(0, Buffer.from(fragmented).lastIndexOf('moof') + 20);
    expect(await inspectBytes(cut)).toMatchObject({ container: 'mp4', durationSeconds: 50 });
  });

  it('does not count the time before its first fragment', async () => {
    const late = Buffer.from(fragmented);
    late.writeUInt32BE(4000, late.indexOf('tfdt') + 12);
    expect(await inspectBytes(late)).toMatchObject({ durationSeconds: 56 });
  });

  it('is as long as its whole tags in FLV', async () => {
    expect(await inspectBytes(flv)).toMatchObject({ container: 'flv', durationSeconds: 60 });
    expect(await inspectBytes(flv.subarray(0, -5))).toMatchObject({ container: 'flv', durationSeconds: 50 });
  });

  it('does not count what belongs to another track', async () => {
    const foreign = Buffer.from(fragmented);
    foreign.writeUInt32BE(9, foreign.lastIndexOf('tfhd') + 8);
    expect(await inspectBytes(foreign)).toMatchObject({ durationSeconds: 50 });
    const indexed = Buffer.from(bytesOf(makeFragmentedMp4({ seconds: 60, index: true })));
    indexed.writeUInt32BE(9, indexed.lastIndexOf('tfhd') + 8);
    expect(await inspectBytes(indexed)).toMatchObject({ durationSeconds: 50 });
  });

  it('does not count the time before its first tag in FLV', async () => {
    const late = Buffer.from(bytesOf(makeFlv({ seconds: 60, metadata: false })));
    late.writeUIntBE(10_000, 13 + 4, 3);
    expect(await inspectBytes(late)).toMatchObject({ durationSeconds: 50 });
  });

  it('may end in script data, or in a picture of megabytes, in FLV', async () => {
    const size = 2 * MiB;
    const head = (kind: number, bytes: number, seconds: number) => {
      const tag = Buffer.alloc(11);
      tag.writeUInt8(kind);
      tag.writeUIntBE(bytes, 1, 3);
      tag.writeUIntBE(seconds * 1000, 4, 3);
      return tag;
    };
    const script = Buffer.concat([flv, head(18, 0, 0), Buffer.from([0, 0, 0, 11])]);
    expect(await inspectBytes(script)).toMatchObject({ durationSeconds: 60 });
    const pieces = [
      { at: 0, bytes: Buffer.concat([flv, head(9, size, 70)]) },
      { at: flv.length + 11 + size, bytes: Buffer.from([0, 0x20, 0, 11]) },
    ];
    expect(await inspect({ size: flv.length + size + 15, pieces })).toMatchObject({ durationSeconds: 70 });
  });

  it('takes only what fits for a tag of FLV', async () => {
    const tagBytes = Buffer.from(flv).readUInt32BE(flv.length - 4) + 4;
    const wrong = Buffer.from(flv);
    wrong.writeUInt32BE(3 * tagBytes - 4, flv.length - 4);
    expect(await inspectBytes(wrong)).toMatchObject({ durationSeconds: 50 });
    const other = Buffer.from(flv);
    other.writeUInt8(1, 13 + 10);
    expect(await inspectBytes(other)).toMatchObject({ problem: 'broken' });
  });

  it('is as long as its tags in FLV, whatever its metadata say', async () => {
    const lying = makeFlv({ seconds: 60, metadata: true, said: 2 * hour });
    expect(await inspect(lying)).toMatchObject({ durationSeconds: 60 });
    const silent = makeFlv({ seconds: 60, metadata: true, said: 0 });
    expect(await inspect(silent)).toMatchObject({ durationSeconds: 60 });
  });

  it('is broken as an FLV that ends in something else', async () => {
    const file = { size: 3 * MiB, pieces: [{ at: 0, bytes: flv }] };
    expect(await inspect(file)).toMatchObject({ problem: 'broken' });
  });

  it('is broken as an AVI that is cut off', async () => {
    expect(await inspectBytes(fixture('avi-mpeg4-mp3').subarray(0, -1))).toMatchObject({ problem: 'broken' });
  });

  it('has no duration as an AVI that counts no frames', async () => {
    const stopped = Buffer.from(fixture('avi-mpeg4-mp3'));
    stopped.writeUInt32LE(0, stopped.indexOf('vids') + 32);
    expect(await inspectBytes(stopped)).toMatchObject({ problem: 'no-duration' });
  });

  it('is broken as an AVI whose parts do not fit', async () => {
    const list = Buffer.from(fixture('avi-mpeg4-mp3'));
    list.writeUInt32LE(0x7fff_ffff, list.indexOf('LIST', list.indexOf('strl') + 4) + 4);
    expect(await inspectBytes(list)).toMatchObject({
      problem: 'broken',
      detail: expect.stringContaining('does not fit'),
    });
    const header = Buffer.from(fixture('avi-mpeg4-mp3'));
    header.writeUInt32LE(8, header.indexOf('strh') + 4);
    expect(await inspectBytes(header)).toMatchObject({
      problem: 'broken',
      detail: expect.stringContaining('too short'),
    });
  });

  it('is broken as an MP4 whose parts do not fit', async () => {
    const tiny = patched(front, 'mvhd', -4, 4);
    expect(await inspectBytes(tiny)).toMatchObject({
      problem: 'broken',
      detail: expect.stringContaining('does not fit'),
    });
    const short = patched(front, 'hdlr', -4, 12);
    expect(await inspectBytes(short)).toMatchObject({
      problem: 'broken',
      detail: expect.stringContaining('too short'),
    });
  });

  it('has no duration as a video whose clock stands still', async () => {
    expect(await inspectBytes(patched(front, 'mvhd', 16, 0))).toMatchObject({ problem: 'no-duration' });
    expect(await inspectBytes(patched(fragmented, 'mdhd', 16, 0))).toMatchObject({ problem: 'no-duration' });
  });

  it('is broken as a Matroska file that is cut off', async () => {
    expect(await inspectBytes(fixture('mkv-h264-aac').subarray(0, -1))).toMatchObject({ problem: 'broken' });
  });
});

const others: readonly [what: string, bytes: Uint8Array][] = [
  ['nothing', ascii('')],
  ['a byte', ascii('0')],
  ['a web page', ascii(`<!doctype html><title>404</title>${' '.repeat(500)}`)],
  ['a PDF', ascii(`%PDF-1.7\n${'0 obj '.repeat(100)}`)],
  ['a zip', ascii(`PK\u0003\u0004\u0014${'\0'.repeat(500)}`)],
  ['a program', ascii(`MZ\u0090${'\0'.repeat(500)}`)],
  ['a wave file', ascii(`RIFF\u0024\0\0\0WAVEfmt ${'\0'.repeat(500)}`)],
  ['a photo', ascii('\0\0\0\u0014ftypheic\0\0\0\0mif1\0\0\0\u0008meta\0\0\0\u0008mdat')],
  ['an FLV of sound', ascii(`FLV\u0001\u0004\0\0\0\u0009\0\0\0\0\u0008${'\0'.repeat(10)}\0\0\0\u000b`)],
];

describe('what is named .mp4 and is none', () => {
  it.each(others)('R2.2 %s is no video', async (_, bytes) => {
    expect(await inspectBytes(bytes)).toMatchObject({ problem: 'not-a-video' });
  });
});

describe('a read that fails', () => {
  const sound = makeMp4({ seconds: 60, header: 'front' });

  it('is thrown on, so that the inspection is tried again', async () => {
    const read = async () => await Promise.reject(new Error('503 Slow Down'));
    await expect(inspectVideo({ size: sound.size, read })).rejects.toThrow('503 Slow Down');
  });

  it('is one that answers with fewer bytes', async () => {
    const source = sparseSource(sound);
    const read = async (start: number, end: number) => (await source.read(start, end)).subarray(1);
    await expect(inspectVideo({ size: sound.size, read })).rejects.toThrow('were read instead of');
  });
});

/** What an inspection did or told that it must not; nothing if all is well. */
const offences = async (file: SparseFile): Promise<string[]> => {
  const source = sparseSource(file);
  const facts = await inspectVideo(source);
  const bytes = source.reads.reduce((sum, read) => sum + read, 0);
  const seconds = 'durationSeconds' in facts ? facts.durationSeconds : 1;
  return [
    ...(source.reads.length > maxReads ? [`${source.reads.length} reads`] : []),
    ...(bytes > maxBytes ? [`${bytes} bytes`] : []),
    ...(seconds > 0 && seconds < Infinity ? [] : [`${seconds} seconds`]),
  ];
};

const valid: readonly Uint8Array[] = [
  ...real.map(([name]) => fixture(name)),
  bytesOf(makeMp4({ seconds: 60, header: 'front' })),
  bytesOf(makeMp4({ seconds: 60, header: 'end' })),
  bytesOf(makeFragmentedMp4({ seconds: 60, index: true })),
  bytesOf(makeFragmentedMp4({ seconds: 60, index: false })),
  bytesOf(makeFlv({ seconds: 60, metadata: true })),
  bytesOf(makeAvi({ seconds: 60 })),
];

const beginnings = [
  '\0\0\0\u0010ftypisom',
  'FLV\u0001\u0005\0\0\0\u0009',
  'RIFF\u00ff\0\0\0AVI ',
  '\u001aE\u00df\u00a3',
  '',
];

/** The values that parsers trip over, in all four bytes of a field. */
const arbitraryField = fc.oneof(
  fc.constantFrom(0, 1, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0100_0000),
  fc.nat(0xffff_ffff),
  fc.nat(20_000),
);
/** Headers stand near either end: half of the changes go there. */
const arbitraryPlace = fc.oneof(fc.nat(99_999), fc.nat(999), fc.integer({ min: -400, max: -1 }));
const arbitraryChanges = fc.array(fc.tuple(arbitraryPlace, arbitraryField), { minLength: 1, maxLength: 6 });

const change = (bytes: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array => {
  const copy = Buffer.from(bytes);
  const places = copy.length - 4;
  for (const [place, value] of changes) copy.writeUInt32BE(value, ((place % places) + places) % places);
  return copy;
};

describe('laws: whatever a file holds, an inspection stays within its bounds and tells no impossible length', () => {
  it('for random bytes after any beginning', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...beginnings),
        fc.uint8Array({ maxLength: 300 }),
        async (begin, rest) => {
          expect(await offences(whole(Buffer.concat([ascii(begin), rest])))).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('for valid files with changed fields', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...valid), arbitraryChanges, async (bytes, changes) => {
        expect(await offences(whole(change(bytes, changes)))).toEqual([]);
      }),
      { numRuns: 4000 },
    );
  });

  it('for valid files with changed fields in objects of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...valid),
        arbitraryChanges,
        fc.nat(20 * GiB),
        async (bytes, changes, more) => {
          expect(await offences(whole(change(bytes, changes), bytes.length + more))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('for valid files cut off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...valid), fc.nat(99_999), async (bytes, length) => {
        expect(await offences(whole(bytes.subarray(0, length % bytes.length)))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a file that is built to be expensive', () => {
  const empty = (count: number): Uint8Array => ascii('\0\0\0\u0008free'.repeat(count));
  const begin = ascii('\0\0\0\u0010ftypisom\0\0\0\0');

  it('is given up when it scatters its boxes', async () => {
    const far = 200 * 1024;
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(far);
    bytes.write('free', 4);
    const pieces = Array.from({ length: 1000 }, (_, at) => ({ at: 16 + at * far, bytes }));
    const file = { size: 16 + 1000 * far, pieces: [{ at: 0, bytes: begin }, ...pieces] };
    expect(await inspect(file)).toEqual({ problem: 'broken', detail: `needs more than ${maxReads} reads` });
  });

  it('is given up when it packs its boxes', async () => {
    expect(await inspectBytes(Buffer.concat([begin, empty(MiB)]))).toEqual({
      problem: 'broken',
      detail: `needs more than ${maxViews} views`,
    });
  });

  it('is given up when it needs too many bytes', async () => {
    const fragmented = Buffer.from(bytesOf(makeFragmentedMp4({ seconds: 10, index: true })));
    const [moof, traf, trun] = ['moof', 'traf', 'trun'].map((type) => fragmented.indexOf(type) - 4);
    const claimed = 5 * MiB;
    for (const at of [moof!, traf!, trun!]) fragmented.writeUInt32BE(claimed - at, at);
    fragmented.writeUInt32BE(claimed / 8 - 1000, trun! + 12);
    const end = fragmented.subarray(fragmented.indexOf('mfra') - 4);
    const file = {
      size: claimed + end.length,
      pieces: [
        { at: 0, bytes: fragmented },
        { at: claimed, bytes: end },
      ],
    };
    expect(await inspect(file)).toEqual({ problem: 'broken', detail: `needs more than ${maxBytes} bytes` });
  });

  it('is given up when it has sound alone for long', async () => {
    const tag = Buffer.alloc(1015);
    tag.writeUInt8(8);
    tag.writeUIntBE(1000, 1, 3);
    tag.writeUInt32BE(1011, 1011);
    const tags = Array.from({ length: 3000 }, () => tag);
    const file = Buffer.concat([ascii('FLV\u0001\u0005\0\0\0\u0009\0\0\0\0'), ...tags]);
    expect(await inspectBytes(file)).toMatchObject({ problem: 'not-a-video' });
  });

  it('is given up when it claims samples that it has not', async () => {
    const fragmented = bytesOf(makeFragmentedMp4({ seconds: 60, index: false }));
    const at = Buffer.from(fragmented).lastIndexOf('trun');
    const claiming = Buffer.from(fragmented);
    claiming.writeUInt32BE(0xffff_ffff, at + 8);
    expect(await inspectBytes(claiming)).toMatchObject({ problem: 'broken' });
  });
});
