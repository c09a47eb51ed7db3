import { html } from 'hono/html';
import type { SignedCertificate } from '../../shared/domain/certificate/certificate.ts';
import type { Section } from '../../shared/domain/certificate/texts.ts';
import {
  headline,
  sectionsOf,
  signatureSection,
  strengthLine,
} from '../../shared/domain/certificate/texts.ts';
import type { TextAnswer } from '../../shared/runtime/answer.ts';
import { answerSecretPage } from '../../shared/runtime/page.ts';
import { pageStyle } from './certificate-page-style.ts';

/** What a certificate's page shows. Paths are relative to the site. */
export type CertificateView = {
  document: SignedCertificate;
  keyPrint: string;
  pdfPath: string;
  jsonPath: string;
  verifierPath: string;
};

/** R4.2 The certificate to read, to print and to take along. It works without script. */
export const certificatePage = async (view: CertificateView): Promise<TextAnswer> => {
  const { document, keyPrint } = view;
  const { certificate } = document;
  return await answerSecretPage({
    title: `培训确认凭证 ${certificate.order.id}`,
    style: pageStyle,
    body: html`<main>
      <h1>培训确认凭证</h1>
      <p class="result">${headline(certificate)}</p>
      <p class="care">${strengthLine(certificate)}</p>
      <a class="button first" href="${view.pdfPath}">下载 PDF</a>
      <a class="button" href="${view.jsonPath}">下载凭证数据（JSON）</a>
      <a class="button" href="${view.verifierPath}">打开验证页面，离线也能验证</a>
      ${[...sectionsOf(certificate), signatureSection(document, keyPrint)].map(section)}
      <p class="soft">
        这份凭证由系统在客户签署后自动生成。内容有任何改动，用验证页面都能查出；公钥指纹应与服务方公布的一致。
      </p>
    </main>`,
  });
};

const section = ({ title, lines }: Section) =>
  html`<h2>${title}</h2>
    <dl>
      ${lines.map(
        ({ label, text, caution = false }) =>
          html`<div class="${caution ? 'care' : ''}">
            <dt>${label}</dt>
            <dd>${text}</dd>
          </div>`,
      )}
    </dl>`;
