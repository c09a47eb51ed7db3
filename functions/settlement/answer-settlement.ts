import { parseAccept } from 'hono/utils/accept';
import type { SettlementView } from '../../shared/contracts/settlement-view.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { Answer, TextAnswer } from '../../shared/runtime/answer.ts';
import { ok } from '../../shared/runtime/answer.ts';
import { settlementCsv } from './settlement-csv.ts';
import { settlementPage, settlementPolicy } from './settlement-page.ts';

/** The statement in the form that the caller likes best; JSON where they like none of ours. */
export const answerSettlement = async (
  view: SettlementView,
  accept: string,
  now: Instant,
): Promise<Answer | TextAnswer> => {
  switch (formOf(accept)) {
    case 'text/csv':
      return {
        status: 200,
        text: { type: 'text/csv; charset=utf-8', content: settlementCsv(view) },
        headers: { 'content-disposition': disposition(view) },
      };
    case 'text/html':
      return {
        status: 200,
        text: { type: 'text/html; charset=utf-8', content: await settlementPage(view, now) },
        headers: { 'content-security-policy': settlementPolicy },
      };
    default:
      return ok(view);
  }
};

const forms = ['application/json', 'text/csv', 'text/html'] as const;

const formOf = (accept: string): (typeof forms)[number] | undefined => {
  const liked = parseAccept(accept.toLowerCase()).find(
    ({ type, q }) => q > 0 && forms.some((form) => form === type),
  );
  return forms.find((form) => form === liked?.type);
};

/** RFC 6266: the name in Chinese, and a plain one for those who do not read that. */
const disposition = ({ month, trainerId }: SettlementView): string => {
  const name = ['结算单', month, ...(trainerId === null ? [] : [trainerId])].join('-');
  const encoded = encodeURIComponent(`${name}.csv`.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="settlement-${month}.csv"; filename*=UTF-8''${encoded}`;
};
