import { readdirSync, readFileSync } from 'node:fs';
import { extname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAccept } from 'hono/utils/accept';

const encodings = ['br', 'gzip'] as const;
const endings = { br: '.br', gzip: '.gz' } as const;
type Encoding = (typeof encodings)[number];

const types = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.woff2', 'font/woff2'],
]);

export type ConsoleFile = {
  type: string;
  content: Buffer;
  /** The short forms that the build has made. */
  compressed: ReadonlyMap<Encoding, Buffer>;
};

/** The built page, by the paths in its folder: `index.html`, `assets/…`. Only what is in here can be served. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** Reads the built page. Throws when there is none. */
export const readConsoleFiles = (folder: URL): ConsoleFiles => {
  const root = fileURLToPath(folder);
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = new Map(
    found.map(({ parentPath, name }) => {
      const path = `${parentPath}/${name}`;
      return [relative(root, path), readFileSync(path)];
    }),
  );
  const isShortForm = (path: string): boolean => /\.(br|gz)$/.test(path);
  const files = [...contents].filter(([path]) => !isShortForm(path));
  return new Map(
    files.map(([path, content]) => {
      const compressed = encodings.flatMap((encoding) => {
        const short = contents.get(`${path}${endings[encoding]}`);
        return short === undefined ? [] : [[encoding, short] as const];
      });
      const type = types.get(extname(path)) ?? 'application/octet-stream';
      return [path, { type, content, compressed: new Map(compressed) }];
    }),
  );
};

/** The form that is sent to whom says `accept-encoding`: the shortest that they take. */
export const formFor = (
  { content, compressed }: ConsoleFile,
  acceptEncoding: string,
): { content: Buffer; encoding: Encoding | null } => {
  const accepted = parseAccept(acceptEncoding.toLowerCase());
  for (const encoding of encodings) {
    const short = compressed.get(encoding);
    const isTaken = accepted.some(({ type, q }) => type === encoding && q > 0);
    if (short !== undefined && isTaken) return { content: short, encoding };
  }
  return { content, encoding: null };
};
