import { html } from 'hono/html';
import type { SettlementView } from '../../shared/contracts/settlement-view.ts';
import { daysText, kindText, yuan } from '../../shared/domain/fee-texts.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { spokenTime } from '../../shared/domain/instant.ts';
import { pagePolicy, renderPage } from '../../shared/runtime/page.ts';
import { pageStyle } from './settlement-page-style.ts';

type Total = SettlementView['totals'][number];
type Line = SettlementView['lines'][number];

/** The Content-Security-Policy of the statement's page. */
export const settlementPolicy = pagePolicy({ style: pageStyle });

/** The statement as a page to print and sign: a sheet for each trainer, before them a list of all where there are several. */
export const settlementPage = async (view: SettlementView, now: Instant): Promise<string> => {
  const { totals, lines, month } = view;
  const sheets = totals.map((total) =>
    sheet(
      total,
      lines.filter(({ trainerId }) => trainerId === total.trainerId),
      month,
      now,
    ),
  );
  return await renderPage({
    title: `培训费用结算单 ${month}`,
    style: pageStyle,
    body: html`${totals.length === 1 ? '' : overview(view, now)} ${sheets}`,
  });
};

const heading = (month: string, about: string, now: Instant) =>
  html`<header>
    <h1>培训费用结算单</h1>
    <p>
      <span>${monthText(month)}</span><span>${about}</span
      ><span class="printed">生成于 ${spokenTime(now)}</span>
    </p>
  </header>`;

const overview = ({ month, trainerId, totals, total, lines }: SettlementView, now: Instant) =>
  html`<section>
    ${heading(month, trainerId === null ? '全部接单人' : `接单人：${trainerId}`, now)}
    ${
      totals.length === 0
        ? html`<p class="none">本月没有记账。</p>`
        : html`<table>
            <thead>
              <tr>
                <th>接单人</th>
                <th class="number">分录</th>
                <th class="number">金额（元）</th>
              </tr>
            </thead>
            <tbody>
              ${totals.map(
                (each) =>
                  html`<tr>
                    <td>${each.trainerName}（${each.trainerId}）</td>
                    <td class="number">${each.lines}</td>
                    <td class="number">${yuan(each.amount)}</td>
                  </tr>`,
              )}
            </tbody>
            <tfoot>
              <tr>
                <th>合计</th>
                <td class="number">${lines.length}</td>
                <td class="number">${yuan(total)}</td>
              </tr>
            </tfoot>
          </table>`
    }
  </section>`;

const sheet = (total: Total, lines: readonly Line[], month: string, now: Instant) =>
  html`<section>
    ${heading(month, `接单人：${total.trainerName}（${total.trainerId}）`, now)}
    <table>
      <thead>
        <tr>
          <th class="order">工单与项目</th>
          <th>说明与依据</th>
          <th class="number">金额（元）</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map(row)}
      </tbody>
      <tfoot>
        <tr>
          <th colspan="2">合计 ${total.lines} 笔</th>
          <td class="number">${yuan(total.amount)}</td>
        </tr>
      </tfoot>
    </table>
    <footer><span>接单人签字</span><span>复核人签字</span><span>日期</span></footer>
  </section>`;

const row = (line: Line) =>
  html`<tr>
    <td class="order">${line.orderId}<small>${kindText(line.kind)}，第 ${daysText(line.days)} 天</small></td>
    <td>
      ${line.why}<small
        >分录 ${line.entryId}，${spokenTime(line.at)} 记账；工单历史第 ${line.evidence.join('、')} 条</small
      >
    </td>
    <td class="number">${yuan(line.amount)}</td>
  </tr>`;

const monthText = (month: string): string => `${month.slice(0, 4)} 年 ${Number(month.slice(5))} 月`;
