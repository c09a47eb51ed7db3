import { afterEach, beforeEach, expect, vi } from 'vitest';
import { crmSecret, personalTexts } from '../support/crm-message.ts';
import { sessionKey } from './world.ts';

type Metric = { name: string; value: number };

const metricSets = (line: any): { Metrics: { Name: string }[] }[] => line['_aws']?.CloudWatchMetrics ?? [];

/** Texts that no log line of any test may show. Tokens all begin with the same header. */
const forbidden = [
  ...personalTexts,
  '客户暂停开业',
  '店里临时盘点',
  sessionKey,
  crmSecret,
  crmSecret.slice(6),
  'eyJhbGciOi',
  'v1,',
];

/** Watches what the functions write out, in every test of a file; a test fails when a line shows personal data or a secret. */
export const watchOutput = () => {
  const lines: string[] = [];
  const keep = (text: unknown): true => {
    lines.push(String(text));
    return true;
  };

  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
      vi.spyOn(console, level).mockImplementation(
        (...parts: unknown[]) => void keep(parts.map(String).join(' ')),
      );
  });

  afterEach(() => {
    vi.restoreAllMocks();
    const text = lines.join('\n');
    for (const secret of forbidden) expect(text).not.toContain(secret);
  });

  const parsed = (): Record<string, any>[] =>
    lines
      .join('\n')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));

  return {
    /** The log records of this test, by code. */
    logged: (code: string) => parsed().filter(({ message }) => message === code),
    /** The metrics of this test, from CloudWatch's embedded metric format; without the orders created to begin with. */
    metrics: (): Metric[] =>
      parsed().flatMap((line) =>
        metricSets(line)
          .flatMap(({ Metrics }) => Metrics)
          .filter(({ Name }) => Name !== 'OrderCreated')
          .map(({ Name }) => ({ name: Name, value: Number(line[Name]) })),
      ),
    counted: (name: string): number =>
      lines
        .join('\n')
        .split('\n')
        .filter((line) => line.startsWith('{') && line.includes(`"${name}":`)).length,
  };
};
