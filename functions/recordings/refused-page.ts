import { html } from 'hono/html';
import type { TextAnswer } from '../../shared/runtime/answer.ts';
import { answerSecretPage } from '../../shared/runtime/page.ts';
import { pageStyle } from './recording-page-style.ts';

/** Why a recording's link shows no recording: `gone` was deleted when its keeping time was over, `busy` asked too often. */
export type RefusedReason = 'unknown' | 'expired' | 'revoked' | 'gone' | 'not-ready' | 'busy';

type Refused = { status: number; title: string; text: string; passes?: true };

const refused: Readonly<Record<RefusedReason, Refused>> = {
  unknown: {
    status: 404,
    title: '没有找到录屏',
    text: '链接可能没有复制完整。请回到培训群，重新点开老师发的链接。',
  },
  expired: {
    status: 410,
    title: '链接已过期',
    text: '录屏链接只在一段时间内有效。还需要看，请在培训群里联系培训老师。',
  },
  revoked: {
    status: 403,
    title: '链接已停用',
    text: '这个链接不能再用了。如果老师发过新的链接，请用新的；没有的话，请在培训群里联系培训老师。',
  },
  gone: {
    status: 410,
    title: '录屏已删除',
    text: '录屏的保存时间已过，文件已经删除，不能再恢复。还有不明白的地方，请在培训群里问培训老师或联系客服。',
  },
  'not-ready': {
    status: 404,
    title: '录屏还没准备好',
    text: '录屏可能还在上传或检查。请过一会儿再打开；一直看不到，请在培训群里联系培训老师。',
    passes: true,
  },
  busy: {
    status: 429,
    title: '打开得太频繁了',
    text: '短时间内打开的次数太多。请等一分钟再试。',
    passes: true,
  },
};

/** R2.3 What a customer sees instead of a recording. It says nothing about the order, as whoever asks may be anybody. */
export const refusedPage = async (reason: RefusedReason): Promise<TextAnswer> => {
  const { status, title, text, passes = false } = refused[reason];
  const body = html`<main>
    <header><h1>${title}</h1></header>
    <p>${text}</p>
    ${passes ? html`<a class="button first" href="">再试一次</a>` : ''}
  </main>`;
  return await answerSecretPage(
    { title, style: pageStyle, body },
    { status, headers: reason === 'busy' ? { 'retry-after': '60' } : {} },
  );
};
