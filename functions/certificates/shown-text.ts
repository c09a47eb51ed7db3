import { create } from 'fontkit';

/** Gives text in what a font has: another character is told by its number, `〔U+20BB7〕`, and not by an empty box. */
export const shownText = (font: Buffer): ((text: string) => string) => {
  const face = create(font);
  if (!('hasGlyphForCodePoint' in face)) throw new Error('this is a collection of fonts, not one');
  return (text) =>
    Array.from(text, (character) => {
      const code = character.codePointAt(0) ?? 0;
      if (/\s/.test(character) || face.hasGlyphForCodePoint(code)) return character;
      return `〔U+${code.toString(16).toUpperCase().padStart(4, '0')}〕`;
    }).join('');
};
