import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { report } from '../../functions/certificates/verifier-core.ts';
import { buildVerifier } from '../cloud/verifier-build.ts';

const usage = `Checks a certificate, its JSON or its PDF, and says in Chinese what it is worth.

  node infra/commands/verify-certificate.ts [--key <public key in hex>]… <file>
  node infra/commands/verify-certificate.ts [--key <public key in hex>]… --page <verify.html>

--key   a key that the service has published; without one only changes are found, not who signed
--page  writes the page that does the same in any browser, without a server

It exits with 0 when the file is intact, 1 when it was changed or signed with another key, 2 when it was not asked rightly.`;

const { values, positionals } = readArguments();
const [file] = positionals;
if (values.page !== undefined) {
  await writeFile(values.page, await buildVerifier(values.key));
  console.log(values.page);
} else if (file !== undefined && positionals.length === 1) {
  const { outcome, verdict, key, findings, headline, strength, sections } = await report(
    await readFile(file),
    values.key,
  );
  console.log([verdict, ...findings.map((each) => `- ${each}`)].join('\n'));
  if (key !== null) console.log(`公钥指纹：${key}`);
  if (headline !== null) console.log(`\n${headline}\n${strength}`);
  for (const { title, lines } of sections)
    console.log(`\n${title}\n${lines.map(({ label, text }) => `  ${label}：${text}`).join('\n')}`);
  process.exitCode = outcome === 'intact' || outcome === 'key-not-compared' ? 0 : 1;
} else {
  console.error(usage);
  process.exitCode = 2;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { key: { type: 'string', multiple: true, default: [] }, page: { type: 'string' } },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}
