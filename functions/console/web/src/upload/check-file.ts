/** What the product takes: the most bytes of a file, and media types. */
export type Limits = { maxBytes: number; accepted: readonly string[] };

export type FileProblem = 'empty' | 'too-large' | 'wrong-type' | 'no-video' | 'unreadable';

type NamedBlob = Blob & { readonly name: string };

/** The media types that go by an ending, the registered one first. Browsers often know none for FLV and AVI. */
const typesOf: Readonly<Record<string, readonly string[]>> = {
  mp4: ['video/mp4'],
  mov: ['video/quicktime'],
  flv: ['video/x-flv'],
  avi: ['video/x-msvideo', 'video/vnd.avi', 'video/avi'],
  mkv: ['video/x-matroska', 'video/matroska'],
  webm: ['video/webm'],
  wmv: ['video/x-ms-wmv'],
};

const endingOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** The endings by which a person knows the accepted types, such as `.mp4`. */
export const acceptedEndings = (accepted: readonly string[]): readonly string[] =>
  Object.entries(typesOf).flatMap(([ending, types]) =>
    types.some((type) => accepted.includes(type)) ? [`.${ending}`] : [],
  );

/** Looks at a chosen file before hours are spent on it. Answers the media type to send it as, or what is wrong with it. */
export const checkFile = async (
  file: NamedBlob,
  { maxBytes, accepted }: Limits,
): Promise<{ contentType: string } | { problem: FileProblem }> => {
  const contentType = (typesOf[endingOf(file.name)] ?? []).find((type) => accepted.includes(type));
  if (contentType === undefined) return { problem: 'wrong-type' };
  if (file.size === 0) return { problem: 'empty' };
  if (file.size > maxBytes) return { problem: 'too-large' };
  try {
    const start = new Uint8Array(await file.slice(0, 16).arrayBuffer());
    return startsLikeVideo(contentType, start) ? { contentType } : { problem: 'no-video' };
  } catch {
    return { problem: 'unreadable' };
  }
};

/** Boxes that MP4 and QuickTime files begin with. */
const firstBoxes = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot']);

/** By the file's first bytes: catches what was only renamed. Whether it plays is for the product to say. */
const startsLikeVideo = (contentType: string, bytes: Uint8Array): boolean => {
  const text = (from: number, to: number) => String.fromCodePoint(...bytes.subarray(from, to));
  if (contentType === 'video/mp4' || contentType === 'video/quicktime') return firstBoxes.has(text(4, 8));
  if (contentType === 'video/x-flv') return text(0, 3) === 'FLV';
  if (typesOf['avi']?.includes(contentType)) return text(0, 4) === 'RIFF' && text(8, 12) === 'AVI ';
  return true;
};
