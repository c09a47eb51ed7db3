/** Characters that a terminal shows two columns wide: Chinese characters, their punctuation and full-width forms. */
const wide =
  /[\u{1100}-\u{115F}\u{2E80}-\u{303E}\u{3041}-\u{A4CF}\u{AC00}-\u{D7A3}\u{F900}-\u{FAFF}\u{FE30}-\u{FE6F}\u{FF00}-\u{FF60}\u{FFE0}-\u{FFE6}\u{1F300}-\u{1FAFF}]/u;

const widthOf = (text: string): number => {
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
};

/** The text as far as it fits in so many columns; what is cut is told by `…`. */
export const fit = (text: string, columns: number): string => {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
};

/** The text on as many lines of so many columns as it needs. */
export const fold = (text: string, columns: number): string[] => {
  const lines = [''];
  for (const character of text) {
    const line = `${lines.at(-1)}${character}`;
    if (widthOf(line) <= columns) lines.splice(-1, 1, line);
    else lines.push(character.trimStart());
  }
  return lines;
};

/** The text in exactly so many columns. */
export const pad = (text: string, columns: number): string => {
  const fitted = fit(text, columns);
  return fitted + ' '.repeat(columns - widthOf(fitted));
};

const padLeft = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - widthOf(text))) + text;

/** A number, or an amount of money. */
const isNumeric = (cell: string | number | undefined): boolean =>
  typeof cell === 'number' || /^-?\d+\.\d{2}$/.test(cell ?? '');

/** Rows in columns as wide as their longest cell, two columns apart; numbers stand to the right. */
export const table = (rows: readonly (readonly (string | number)[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(String(row[column] ?? '')))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const isNumber = rows.some((other) => isNumeric(other[column]));
        return (isNumber ? padLeft : pad)(String(cell), widths[column] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
};
