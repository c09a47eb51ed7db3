import { surveyFormSchema } from './survey-form.ts';

/** R4.2 Survey and confirmation as of 24 March 2025. It has been used: a change is another version. */
export const surveyForm20250324 = surveyFormSchema.parse({
  form: '2025-03-24',
  survey: {
    title: { zh: '培训回访调查表', en: 'Training survey' },
    scale: [
      { zh: '很差', en: 'very poor' },
      { zh: '较差', en: 'poor' },
      { zh: '一般', en: 'fair' },
      { zh: '较好', en: 'good' },
      { zh: '很好', en: 'very good' },
    ],
    questions: [
      {
        id: 'clarity',
        kind: 'rating',
        required: true,
        asks: { zh: '老师讲得怎么样，听得清楚明白吗？', en: 'How well did the trainer explain things?' },
      },
      {
        id: 'usefulness',
        kind: 'rating',
        required: true,
        asks: { zh: '讲的内容对店里的帮助怎么样？', en: 'How useful is what was shown to your shop?' },
      },
      {
        id: 'attitude',
        kind: 'rating',
        required: true,
        asks: { zh: '老师的耐心和态度怎么样？', en: 'How were the trainer’s patience and manner?' },
      },
      {
        id: 'answers',
        kind: 'rating',
        required: false,
        asks: {
          zh: '培训后在群里提问，答复的情况怎么样？（没提过问可以不选）',
          en: 'How were your questions after the training answered? (Leave empty if you had none)',
        },
      },
      {
        id: 'confidence',
        kind: 'rating',
        required: true,
        asks: {
          zh: '现在自己操作系统，熟练程度怎么样？',
          en: 'How well can you use the system by yourself now?',
        },
      },
      {
        id: 'overall',
        kind: 'rating',
        required: true,
        asks: {
          zh: '总的来说，这次培训怎么样？',
          en: 'All in all, how was this training?',
        },
      },
      {
        id: 'helped-most',
        kind: 'text',
        required: false,
        maxLength: 300,
        asks: { zh: '哪一点对您帮助最大？', en: 'What helped you most?' },
      },
      {
        id: 'to-improve',
        kind: 'text',
        required: false,
        maxLength: 300,
        asks: { zh: '还有哪里希望我们改进？', en: 'What should we do better?' },
      },
    ],
  },
  confirmation: {
    title: { zh: '培训确认表', en: 'Training confirmation' },
    clauses: [
      {
        id: 'training-held',
        title: { zh: '培训已完成', en: 'The training was held' },
        says: {
          zh: '我参加了 {startedAt} 开始的远程培训，由{trainer}老师讲解，时长 {minutes} 分钟。',
          en: 'I took part in the remote training that began on {startedAt}, given by {trainer}, {minutes} minutes long.',
        },
      },
      {
        id: 'needs-met',
        title: { zh: '需求已满足', en: 'The needs were met' },
        says: {
          zh: '培训讲了我店里要用的功能：{needs}。',
          en: 'The training covered what my shop needs: {needs}.',
        },
      },
      {
        id: 'questions-answered',
        title: { zh: '问题已答复', en: 'Questions were answered' },
        says: {
          zh: '培训后到 {maintenanceTo} 的维护期里，我提的问题答复了 {answered} 个，没有遗留问题。',
          en: 'Of my questions in the maintenance until {maintenanceTo}, {answered} were answered, and none is left unsolved.',
        },
      },
      {
        id: 'recording-received',
        title: { zh: '录屏已收到', en: 'The recording was received' },
        says: {
          zh: '我收到了培训录屏的链接，能打开观看。',
          en: 'I have received the link to the recording of the training and can watch it.',
        },
      },
      {
        id: 'rules-known',
        title: { zh: '规则已了解', en: 'The rules are known' },
        says: {
          zh: '我知道维护服务到 {deadline} 截止；以后有问题找客服：打开 {link}，或在微信关注公众号“{publicAccount}”，发送“{keyword}”转人工。',
          en: 'I know that the maintenance ends on {deadline}, and that customer service helps from then on: {link}, or the WeChat public account “{publicAccount}” with the keyword “{keyword}”.',
        },
      },
    ],
    noNeeds: { zh: '门店套餐里的功能', en: 'the functions of its package' },
  },
});
