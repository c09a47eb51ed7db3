import { html } from 'hono/html';
import { renderPage } from '../../shared/runtime/page.ts';
import { pageStyle } from './certificate-page-style.ts';
import { verifierScript } from './verifier-script.ts';

/** R4.2 The verifier as one file of HTML that needs no server. `core` is the bundled `verifier-core.ts`; the keys are the service's own, none when they are unknown. */
export const verifierPage = async (core: string, publishedKeys: readonly string[]): Promise<string> =>
  await renderPage({
    title: '验证培训确认凭证',
    style: pageStyle,
    script: `${core}\nconst publishedKeys = ${JSON.stringify(publishedKeys)};\n${verifierScript}`,
    body: html`<main>
      <h1>验证培训确认凭证</h1>
      <p>
        选择凭证的 PDF 或 JSON 文件，就能知道它签名后有没有被改过，客户确认了什么，以及证明力上有哪些不足。
      </p>
      <label>
        <input class="unseen" type="file" accept=".pdf,.json,application/pdf,application/json" />
        <span class="button drop">点这里选择文件，或把文件拖到这里</span>
      </label>
      <p class="soft">文件只在本机读取，不会上传。把本页面存到电脑上，断网也能用。</p>
      <noscript><p class="bad">验证需要启用 JavaScript。</p></noscript>
      <div id="report" role="status"></div>
    </main>`,
  });
