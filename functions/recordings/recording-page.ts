import { html } from 'hono/html';
import type { Instant } from '../../shared/domain/instant.ts';
import { epochMs, spokenTime } from '../../shared/domain/instant.ts';
import type { TextAnswer } from '../../shared/runtime/answer.ts';
import { answerSecretPage } from '../../shared/runtime/page.ts';
import { pageScript } from './recording-page-script.ts';
import { pageStyle } from './recording-page-style.ts';

/** What a customer is shown of a recording. Paths are relative to the site. */
export type RecordingPageView = {
  shopName: string;
  trainedAt: Instant | null;
  trainerName: string;
  durationSeconds: number;
  playsInBrowser: boolean;
  sizeBytes: number;
  /** Which of several files of one training this is. */
  part: { number: number; of: number } | null;
  watchUntil: Instant;
  now: Instant;
  /** Answers 302 to a short-lived address, again and again. */
  videoPath: string;
  downloadPath: string;
  /** Takes `POST {share}`, 0 to 1; 0 when the page was shown. */
  progressPath: string;
  /** The origin that `videoPath` leads to. */
  mediaOrigin: string;
  contact: { link: string; publicAccount: string; keyword: string };
};

/** R2.3 The page on which a customer watches the recording of the shop's training. Without script it plays too; only the watched share is unknown then. */
export const recordingPage = async (view: RecordingPageView): Promise<TextAnswer> =>
  await answerSecretPage(
    { title: `培训录屏 ${view.shopName}`, style: pageStyle, script: pageScript, body: body(view) },
    {
      permits: {
        'media-src': `'self' ${new URL(view.mediaOrigin).origin}`,
        'connect-src': "'self'",
      },
    },
  );

const body = (view: RecordingPageView) =>
  html`<main data-progress="${view.progressPath}" data-length="${view.durationSeconds}">
    ${heading(view)} ${view.playsInBrowser ? player(view) : noPlayer} ${download(view)} ${about(view)}
  </main>`;

const heading = ({ shopName, trainedAt, trainerName, part, durationSeconds, sizeBytes }: RecordingPageView) =>
  html`<header>
    <h1>${shopName} 培训录屏</h1>
    <p class="facts">
      ${trainedAt === null ? '' : html`<span>${spokenTime(trainedAt)} 培训</span>`}
      <span>老师 ${trainerName}</span>
      ${part === null ? '' : html`<span>第 ${part.number} 段，共 ${part.of} 段</span>`}
      <span>时长 ${lengthText(durationSeconds)}</span><span>大小 ${sizeText(sizeBytes)}</span>
    </p>
  </header>`;

/** The browser's own download is left out: it would neither be counted nor give the file its name. */
const player = ({ videoPath, sizeBytes }: RecordingPageView) =>
  html`<div class="frame">
      <video
        src="${videoPath}"
        controls
        playsinline
        webkit-playsinline
        x5-playsinline
        preload="metadata"
        controlslist="nodownload"
        aria-label="培训录屏"
      ></video>
    </div>
    <div class="notice" id="trouble" role="alert" hidden>
      <p>视频没能加载。请检查网络后再试；多次不行，可以刷新本页，或下载后观看。</p>
      <button type="button">重新加载</button>
    </div>
    <p class="hint" id="resumed" role="status" hidden></p>
    <p class="hint">
      可以拖动进度条，跳到想看的地方。看完整段约用 ${sizeText(sizeBytes)} 流量，建议连上 Wi-Fi。
    </p>`;

const noPlayer = html`<div class="notice">
  <p>这段录屏的格式（例如 FLV、AVI）不能在网页里播放。请下载后观看，建议在电脑上用支持该格式的播放器打开。</p>
</div>`;

const download = ({ downloadPath, playsInBrowser, sizeBytes }: RecordingPageView) =>
  html`<a class="button ${playsInBrowser ? '' : 'first'}" href="${downloadPath}"
      >下载录屏（${sizeText(sizeBytes)}）</a
    >
    <p class="hint">
      ${playsInBrowser ? '' : '下载会用同样多的流量，建议连上 Wi-Fi。'}在微信里点了没有反应时，请点右上角的三个点，选择在浏览器打开，再下载。
    </p>`;

const about = ({ watchUntil, now, contact }: RecordingPageView) =>
  html`<div class="about">
    <h2>谁可以看</h2>
    <p>有这个链接的人都能看，不用登录。录屏只供本店人员学习，请不要把链接转给店外的人。</p>
    <h2>看到什么时候</h2>
    <p>
      链接在 ${spokenTime(watchUntil)}
      前有效，${timeLeft(watchUntil, now)}。过期后还需要看，请在培训群里联系培训老师。
    </p>
    <h2>观看会留下记录</h2>
    <p>
      打开页面、播放、下载的时间和看过的比例会被记录，用来确认录屏送到了您手里，以及日后核对谁取用过录屏。
    </p>
    <h2>需要帮助</h2>
    <p>
      <a href="${contact.link}" rel="noreferrer">联系在线客服</a><br />
      或在微信关注公众号“${contact.publicAccount}”，发送“${contact.keyword}”。
    </p>
  </div>`;

const lengthText = (seconds: number): string => {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} 秒`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} 分钟`;
  return `${Math.floor(minutes / 60)} 小时${minutes % 60 === 0 ? '' : ` ${minutes % 60} 分钟`}`;
};

/** In the units of a phone's data plan, 1024 to the next. */
const sizeText = (bytes: number): string => {
  const kilobytes = Math.ceil(bytes / 1024);
  if (kilobytes < 1000) return `${kilobytes}\u{a0}KB`;
  const megabytes = bytes / 1024 ** 2;
  return megabytes < 1000 ? `${Math.ceil(megabytes)}\u{a0}MB` : `${(megabytes / 1024).toFixed(1)}\u{a0}GB`;
};

const timeLeft = (until: Instant, now: Instant): string => {
  const hours = Math.max(0, (epochMs(until) - epochMs(now)) / 3_600_000);
  if (hours < 1) return '剩不到 1 小时';
  return hours < 48 ? `还有 ${Math.floor(hours)} 小时` : `还有 ${Math.floor(hours / 24)} 天`;
};
