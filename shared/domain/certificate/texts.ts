import type { Instant } from '../instant.ts';
import { dayOf, spokenTimeExact } from '../instant.ts';
import type {
  Certificate,
  PartName,
  RecordingEvidence,
  SignedCertificate,
  Weakness,
  Where,
} from './certificate.ts';

/** How the parts are called. */
export const partTitles = {
  order: '工单',
  acceptance: '确认内容',
  survey: '回访调查',
  signing: '签署',
  recordings: '培训录像',
  questions: '答疑记录',
  history: '工单历史',
  strength: '证明力的不足',
} as const satisfies Record<PartName, string>;

export const weaknessTexts = {
  'no-one-time-code': '没有用短信验证码核对签署人的手机号，只凭专属链接签署。',
  'no-time-stamp': '没有第三方时间戳，签署时间以本系统的时钟为准。',
  'no-recording': '没有培训录像可以对照。',
  'recording-not-hashed': '录像只登记了大小和存储系统的校验值，没有 SHA-256 指纹，不能排除蓄意伪造。',
  'recording-not-versioned': '录像没有登记存储版本号，不能证明之后没有被替换。',
} as const satisfies Record<Weakness, string>;

const devices = { phone: '手机', computer: '电脑', unknown: '未知设备' } as const satisfies Record<
  Where['device'],
  string
>;
const apps = {
  wechat: '微信',
  wecom: '企业微信',
  browser: '浏览器',
  unknown: '未知应用',
} as const satisfies Record<Where['app'], string>;

/** A line of what a certificate says. `caution` is what a reader must not overlook. */
export type Line = { label: string; text: string; caution?: true };
export type Section = { title: string; lines: readonly Line[] };

/** The one sentence that a certificate comes to. */
export const headline = ({ acceptance: { clauses } }: Certificate): string => {
  const objections = clauses.filter(({ verdict }) => verdict === 'objected').length;
  return objections === 0
    ? `${clauses.length} 条全部认可`
    : `${clauses.length} 条中认可 ${clauses.length - objections} 条，异议 ${objections} 条`;
};

/** That there are weaknesses, beside the headline; there always are, as no time stamp authority is asked. */
export const strengthLine = ({ strength }: Certificate): string =>
  `证明力上有 ${strength.length} 条不足，见下文。`;

/** What a certificate says, for page, PDF and verifier alike; what is weak comes before what it rests on. */
export const sectionsOf = (certificate: Certificate): readonly Section[] => {
  const { order, acceptance, survey, signing, recordings, questions, history, strength } = certificate;
  return [
    {
      title: partTitles.order,
      lines: [
        { label: '工单号', text: order.id },
        { label: '门店', text: order.shop },
        { label: '培训老师', text: order.trainer },
      ],
    },
    {
      title: `${partTitles.acceptance}（表单版本 ${acceptance.form}）`,
      lines: acceptance.clauses.map(({ text, verdict, reason }, index) => ({
        label: `${index + 1}. ${verdict === 'accepted' ? '认可' : '有异议'}`,
        text: reason === null ? text : `${text}（客户说明：${reason}）`,
        ...(verdict === 'objected' ? { caution: true } : {}),
      })),
    },
    {
      title: partTitles.signing,
      lines: [
        { label: '签署时间', text: exactTime(signing.at) },
        { label: '签署方式', text: `${devices[signing.from.device]}，${apps[signing.from.app]}，手写签名` },
        { label: '手写签名指纹', text: signing.signatureSha256 },
      ],
    },
    {
      title: partTitles.strength,
      lines: strength.map((weakness, index) => ({
        label: `不足 ${index + 1}`,
        text: weaknessTexts[weakness],
        caution: true,
      })),
    },
    {
      title: '所依据的材料',
      lines: [
        ...recordings.flatMap(recordingLines),
        { label: partTitles.questions, text: `${questions.messages} 条群消息，指纹 ${questions.sha256}` },
        {
          label: partTitles.survey,
          text: `${survey.answers} 项回答（表单版本 ${survey.form}），指纹 ${survey.sha256}`,
        },
        { label: partTitles.history, text: `签署时共 ${history.seq} 条，末条指纹 ${history.hash}` },
      ],
    },
  ];
};

/** How to tell whose key it is, and by what. */
export const signatureSection = (
  { spec, publicKey, signature }: SignedCertificate,
  keyPrint: string,
): Section => ({
  title: '数字签名',
  lines: [
    { label: '规范', text: spec },
    { label: '公钥指纹', text: spacedPrint(keyPrint) },
    { label: '公钥', text: publicKey },
    { label: '签名', text: signature },
  ],
});

/** A fingerprint in groups of eight digits, to be compared by eye. */
export const spacedPrint = (sha256: string): string => sha256.match(/.{8}/g)?.join(' ') ?? sha256;

const recordingLines = (
  { id, size, versionId, etag, checksum }: RecordingEvidence,
  index: number,
): Line[] => [
  {
    label: `${partTitles.recordings} ${index + 1}`,
    text: [
      id,
      `${size} 字节`,
      checksum === null ? '没有校验值' : `${checksum.algorithm} ${checksum.value}`,
      versionId === null ? '没有版本号' : `版本 ${versionId}`,
      ...(etag === null ? [] : [`ETag ${etag}`]),
    ].join('，'),
  },
];

/** `2025年3月18日 14:05:07（北京时间）`. */
const exactTime = (at: Instant): string => `${dayOf(at).slice(0, 4)}年${spokenTimeExact(at)}（北京时间）`;
