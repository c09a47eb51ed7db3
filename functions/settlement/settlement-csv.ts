import { stringify } from 'csv-stringify/sync';
import type { SettlementView } from '../../shared/contracts/settlement-view.ts';
import { daysText, kindText, yuan } from '../../shared/domain/fee-texts.ts';
import { dayOf } from '../../shared/domain/instant.ts';

const columns = [
  { key: 'month', header: '月份' },
  { key: 'trainerName', header: '接单人' },
  { key: 'trainerId', header: '接单人编号' },
  { key: 'orderId', header: '工单号' },
  { key: 'kind', header: '项目' },
  { key: 'rule', header: '规则' },
  { key: 'days', header: '第几天' },
  { key: 'yuan', header: '金额（元）' },
  { key: 'fen', header: '金额（分）' },
  { key: 'entryId', header: '分录号' },
  { key: 'reverses', header: '冲正的分录' },
  { key: 'day', header: '记账日' },
  { key: 'why', header: '说明' },
  { key: 'evidence', header: '依据的历史记录' },
];

/** The statement as CSV (RFC 4180) for spreadsheets: marked as UTF-8, and no text of it is taken for a formula. */
export const settlementCsv = ({ lines }: SettlementView): string =>
  stringify(
    lines.map((line) => ({
      ...line,
      kind: kindText(line.kind),
      days: daysText(line.days),
      yuan: line.amount,
      fen: line.amount,
      day: dayOf(line.at),
      evidence: line.evidence.join('、'),
    })),
    {
      columns,
      header: true,
      bom: true,
      record_delimiter: 'windows',
      quote_record_delimiter: true,
      escape_formulas: true,
      // Amounts stay numbers up to here: a text that begins with a minus would be taken for a formula.
      cast: { number: (fen, { column }) => (column === 'yuan' ? yuan(fen) : String(fen)) },
    },
  );
