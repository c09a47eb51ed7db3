/** The seal is a signature over the whole file, in which its own digits are zeros. It stands in the file's information, as plain text. */
const sealForm = /\(ninedays-seal ([0-9a-f]{128})\)/g;
export const emptySeal = `ninedays-seal ${'0'.repeat(128)}`;

/** What is signed as the seal of a file: SHA-256 of the file whose seal is empty. The first line keeps it apart from a certificate's own signature. */
export const sealText = (sha256OfUnsealed: string): string =>
  `ninedays-certificate-pdf/1\n${sha256OfUnsealed}`;

/** One character a byte, so that places in the text are places in the file. */
const textOf = (file: Uint8Array): string => new TextDecoder('latin1').decode(file);

/** Where the digits of the seal begin; null unless there is just one. */
const placeOfSeal = (file: Uint8Array): number | null => {
  const found = [...textOf(file).matchAll(sealForm)];
  const [only] = found;
  return only !== undefined && found.length === 1 ? only.index + '(ninedays-seal '.length : null;
};

/** The file with other digits as its seal. Throws when it has no place for one. */
export const withSeal = (file: Uint8Array, digits: string): Uint8Array => {
  const place = placeOfSeal(file);
  if (place === null) throw new Error('the PDF has no place for a seal');
  const sealed = Uint8Array.from(file);
  sealed.set(new TextEncoder().encode(digits), place);
  return sealed;
};

/** A PDF taken apart: the certificate that is attached to it, the seal, and the file as it was sealed; null for what is not there. */
export const pdfParts = (
  file: Uint8Array,
): { certificate: Uint8Array | null; seal: { digits: string; unsealed: Uint8Array } | null } => {
  const place = placeOfSeal(file);
  return {
    certificate: attachment(file),
    seal:
      place === null
        ? null
        : {
            digits: textOf(file.subarray(place, place + 128)),
            unsealed: withSeal(file, '0'.repeat(128)),
          },
  };
};

/** The attached file, which is written without compression so that any program finds it. */
const attachment = (file: Uint8Array): Uint8Array | null => {
  const head = /\/Type \/EmbeddedFile\b(?:(?!endobj)[^])*?\/Length (\d+)\n>>\nstream\n/.exec(textOf(file));
  if (head === null) return null;
  const start = head.index + head[0].length;
  return file.subarray(start, start + Number(head[1]));
};
