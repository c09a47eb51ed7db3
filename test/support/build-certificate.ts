import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { makeLocalSigner } from '../../shared/adapters/certificate/local-signer.ts';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import type { Certificate, SignedCertificate } from '../../shared/domain/certificate/certificate.ts';
import { bytesOfHex } from '../../shared/domain/certificate/p256.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import { webCryptography } from '../../shared/runtime/web-cryptography.ts';

/** The key of the vectors, for tests alone. */
const vectorKey: { privateKey: string; publicKey: string } = JSON.parse(
  readFileSync(new URL('../fixtures/certificate/key.json', import.meta.url), 'utf8'),
);
export const { publicKey } = vectorKey;
export const testSigner = makeLocalSigner(vectorKey.privateKey);

/** The font that the PDF is set in. */
export const certificateFont = readFileSync(
  createRequire(import.meta.url).resolve(
    '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff',
  ),
);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a customer confirmed: all but one clause. */
export const buildFacts = (
  changes: Partial<Omit<Certificate, 'strength'>> = {},
): Omit<Certificate, 'strength'> => ({
  order: { id: 'A-1001', shop: '蓬莱阁亲子乐园（虹口店）', trainer: '李老师' },
  acceptance: {
    form: '2025-03-24',
    clauses: [
      { id: 'held', text: '培训已按约定时间完成。', verdict: 'accepted', reason: null },
      { id: 'needs', text: '培训内容满足了本店提出的需求。', verdict: 'accepted', reason: null },
      {
        id: 'answered',
        text: '维护期内提出的问题都得到了答复。',
        verdict: 'objected',
        reason: '会员卡退款的问题还没有答复',
      },
      { id: 'recording', text: '已收到培训录像。', verdict: 'accepted', reason: null },
      { id: 'rules', text: '已知悉维护期的服务规则。', verdict: 'accepted', reason: null },
    ],
  },
  survey: { form: '2025-03-24', answers: 6, sha256: sha256('answers') },
  signing: {
    at: toInstant('2025-03-18T14:05:07+08:00'),
    from: { device: 'phone', app: 'wechat' },
    oneTimeCode: false,
    signatureSha256: sha256('strokes'),
  },
  recordings: [
    {
      id: 'rec-1',
      size: 1_288_490_188,
      versionId: '3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH',
      etag: '"9b2cf535f27731c974343645a3985328-160"',
      checksum: { algorithm: 'CRC64NVME', value: 'rosUhgp5mIg=' },
    },
  ],
  questions: { messages: 37, sha256: sha256('messages') },
  history: { seq: 84, hash: sha256('head') },
  ...changes,
});

/** The file that is handed out. */
export const fileOf = (document: SignedCertificate): Uint8Array => Buffer.from(canonicalJson(document));

export const keyPrintOf = async (document: SignedCertificate): Promise<string> =>
  await webCryptography.sha256(bytesOfHex(document.publicKey));
