import { describe, expect, it } from 'vitest';
import { acceptanceSchema, complaintSchema } from '../../shared/domain/acceptance/acceptance-facts.ts';
import type { Acceptance } from '../../shared/domain/acceptance/acceptance-facts.ts';
import { noAcceptance } from '../../shared/domain/acceptance/acceptance-facts.ts';
import type { Missing } from '../../shared/domain/acceptance/acceptance-decision.ts';
import { situationOf } from '../../shared/domain/acceptance/acceptance-decision.ts';
import {
  acceptancePolicy20250324,
  acceptancePolicySchema,
} from '../../shared/domain/acceptance/acceptance-policy.ts';
import { acceptanceStateOf, evidenceStrengthOf } from '../../shared/domain/acceptance/acceptance-state.ts';
import {
  acceptanceEventTexts,
  acceptanceRefusalText,
  callAboutSignatureText,
  missingText,
  remindCustomerText,
  weaknessTexts,
} from '../../shared/domain/acceptance/acceptance-texts.ts';
import type { SurveyInput } from '../../shared/domain/acceptance/answer-survey.ts';
import {
  draftOf,
  missingIn,
  saveDraft,
  surveyInputSchema,
} from '../../shared/domain/acceptance/answer-survey.ts';
import { clauseFactsOf, clausesOf } from '../../shared/domain/acceptance/clauses.ts';
import { drawingSchema, pointsOf, signatureDigest } from '../../shared/domain/acceptance/drawing.ts';
import type { Visit } from '../../shared/domain/acceptance/invitation.ts';
import {
  inviteCustomer,
  openVisit,
  recordOpened,
  recordReminder,
  recordSent,
  revokeInvitation,
} from '../../shared/domain/acceptance/invitation.ts';
import { declineAcceptance, signAcceptance } from '../../shared/domain/acceptance/sign-acceptance.ts';
import { surveyFormSchema } from '../../shared/domain/acceptance/survey-form.ts';
import { formDigest, surveyFormOf, surveyForms } from '../../shared/domain/acceptance/survey-forms.ts';
import { agentKindOf, visitorSchema } from '../../shared/domain/acceptance/visitor.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import {
  accept,
  allRatings,
  buildAbout,
  buildInput,
  buildSigning,
  buildSituation,
  changedBy,
  clauseIds,
  drawing,
  form,
  invited,
  objectTo,
  refusalOf,
  shownOf,
  visitor,
  wholeInput,
} from '../support/build-acceptance.ts';
import { at, buildFacts, makeStoryIn } from '../support/build-order.ts';

const noon = buildSituation('2025-03-17 12:00', { seq: 50 });

const saved = (acceptance: Acceptance, input: Partial<SurveyInput>, situation = noon): Acceptance =>
  changedBy(saveDraft(acceptance, '40', buildInput(input), situation)).acceptance;

const visitOf = (acceptance: Acceptance, situation = noon): Visit => {
  const visit = openVisit(acceptance, '40', situation);
  if ('refusal' in visit) throw new Error(visit.refusal.type);
  return visit;
};

const missingOf = (acceptance: Acceptance, situation = noon): readonly Missing[] => {
  const visit = visitOf(acceptance, situation);
  return missingIn(draftOf(acceptance, visit, situation), visit);
};

const sign = (acceptance: Acceptance, overrides: Parameters<typeof buildSigning>[0] = {}, situation = noon) =>
  signAcceptance(acceptance, '40', buildSigning(overrides), situation);

const decline = (
  acceptance: Acceptance,
  overrides: { name?: string; reason?: string } = {},
  input = buildInput(),
) =>
  declineAcceptance(
    acceptance,
    '40',
    { input, name: '欧阳先生', reason: '还有功能没讲', from: visitor, ...overrides },
    noon,
  );

describe('the form', () => {
  it('R4.2 of each version reads as it did when it was first used', () => {
    expect(surveyForms.map((one) => [one.form, formDigest(one)])).toEqual([
      ['2025-03-24', 'c02ae59807dabdd04f8239e87f4da4d8e97e31fa1ff286b58988d6a8747fa1d2'],
    ]);
    for (const one of surveyForms) expect(surveyFormSchema.parse(one)).toEqual(one);
  });

  it('R4.2 is found by its version, and an unknown one is an error', () => {
    expect(surveyFormOf('2025-03-24').survey.title.zh).toBe('培训回访调查表');
    expect(surveyFormOf('2025-03-24').confirmation.title.zh).toBe('培训确认表');
    expect(() => surveyFormOf('1999-01-01')).toThrow('unknown survey form 1999-01-01');
    expect(surveyForms.map((one) => one.form)).toContain(acceptancePolicy20250324.form);
  });

  it('R4.2 asks each question and states each clause once', () => {
    const ids = [...form.survey.questions, ...form.confirmation.clauses].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(form.survey.questions.filter(({ required }) => required).map(({ id }) => id)).toEqual(
      Object.keys(allRatings),
    );
    expect(clauseIds).toEqual([
      'training-held',
      'needs-met',
      'questions-answered',
      'recording-received',
      'rules-known',
    ]);
  });
});

describe('a clause', () => {
  it('R4.2 says in full what is accepted, with the order’s facts', () => {
    expect(clausesOf(form, buildAbout()).map(({ title, text }) => [title, text])).toEqual([
      ['培训已完成', '我参加了 2025年3月9日 14:00 开始的远程培训，由张三老师讲解，时长 120 分钟。'],
      ['需求已满足', '培训讲了我店里要用的功能：会员储值、门票核销。'],
      ['问题已答复', '培训后到 2025年3月16日 的维护期里，我提的问题答复了 3 个，没有遗留问题。'],
      ['录屏已收到', '我收到了培训录屏的链接，能打开观看。'],
      [
        '规则已了解',
        '我知道维护服务到 2025年3月17日 截止；以后有问题找客服：打开 https://jxwechat.demo.youcaihua.net，或在微信关注公众号“油菜花信息科技”，发送“人工”转人工。',
      ],
    ]);
  });

  it('R4.2 can be read in English', () => {
    const clauses = clausesOf(form, buildAbout(), 'en');
    expect(clauses.map(({ title }) => title)[0]).toBe('The training was held');
    expect(clauses.map(({ text }) => text).slice(0, 3)).toEqual([
      'I took part in the remote training that began on 2025-03-09 14:00, given by 张三, 120 minutes long.',
      'The training covered what my shop needs: 会员储值, 门票核销.',
      'Of my questions in the maintenance until 2025-03-16, 3 were answered, and none is left unsolved.',
    ]);
    expect(clausesOf(form, buildAbout({ needs: [] }), 'en')[1]?.text).toContain(
      ': the functions of its package.',
    );
  });

  it('R4.2 takes facts as they are, also one that reads like a placeholder', () => {
    const about = buildAbout({ needs: ['{trainer}', '$&'], trainer: '{minutes}' });
    const [held, needs] = clausesOf(form, about);
    expect(held?.text).toContain('由{minutes}老师讲解');
    expect(needs?.text).toBe('培训讲了我店里要用的功能：{trainer}、$&。');
    expect(clausesOf(form, buildAbout({ needs: [] }))[1]?.text).toBe(
      '培训讲了我店里要用的功能：门店套餐里的功能。',
    );
  });

  it('R4.2 with a placeholder that no fact fills is an error of the form', () => {
    const says = { zh: '{shoeSize}', en: '{shoeSize}' };
    const broken = {
      ...form,
      confirmation: { ...form.confirmation, clauses: [{ ...form.confirmation.clauses[0]!, says }] },
    };
    expect(() => clausesOf(broken, buildAbout())).toThrow('no fact for the placeholder shoeSize');
  });

  it('R4.2 has a digest of form, clause and text', () => {
    const [held] = clausesOf(form, buildAbout());
    expect(held?.shown).toBe(sha256Hex({ form: '2025-03-24', id: 'training-held', text: held?.text }));
    expect(shownOf('questions-answered', buildAbout({ answered: 4 }))).not.toBe(
      shownOf('questions-answered'),
    );
    expect(shownOf('training-held', buildAbout({ answered: 4 }))).toBe(shownOf('training-held'));
  });
});

describe('the facts of the clauses', () => {
  it('R4.2 are the order’s: its training, its needs, its questions', () => {
    const story = makeStoryIn('maintenance');
    story.say('2025-03-10 09:00', 'customer', 'm1');
    story.say('2025-03-10 09:05', 'trainer', 'm2');
    story.say('2025-03-11 09:00', 'customer', 'm3');
    story.act('2025-03-11 09:10', 'record-call', { outcome: 'resolved', note: '已讲解' });
    story.say('2025-03-12 09:00', 'customer', 'm4');
    story.act('2025-03-12 09:10', 'dismiss-message', { messageId: 'm4', reason: '只是致谢' });
    story.say('2025-03-16 23:50', 'customer', 'm5');
    story.until('2025-03-17 09:00');
    expect(clauseFactsOf(story.order, currentPolicy)).toEqual(buildAbout({ answered: 2 }));
  });

  it('R4.2 name who gave the training, and needs beside the order', () => {
    const story = makeStoryIn('preparation');
    story.act('2025-03-09 13:55', 'confirm-needs', { extraNeeds: ['团购核销'], understood: true });
    story.act('2025-03-09 14:00', 'start-training');
    expect(clauseFactsOf(story.order, currentPolicy)).toBeNull();
    story.act('2025-03-09 15:29:31', 'finish-training');
    story.act('2025-03-10 10:00', 'reassign', { trainer: { id: 'T2', name: '赵六' }, reason: '出差' });
    expect(clauseFactsOf(story.order, currentPolicy)).toMatchObject({
      trainer: '张三',
      minutes: 90,
      needs: ['会员储值', '门票核销', '团购核销'],
      answered: 0,
    });
  });

  it('R4.2 make up the situation with time, stage and the entry that comes', () => {
    const { order } = makeStoryIn('acceptance');
    expect(situationOf(order, buildFacts('2025-03-17 12:00'), acceptancePolicy20250324)).toEqual({
      now: at('2025-03-17 12:00'),
      seq: order.version + 1,
      stage: 'acceptance',
      about: buildAbout({ answered: 0 }),
      policy: acceptancePolicy20250324,
    });
    expect(acceptancePolicySchema.safeParse({ ...acceptancePolicy20250324, linkDays: 0 }).success).toBe(
      false,
    );
  });
});

describe('an invitation', () => {
  it('R4.2 is made on day 9, for fourteen days, and records when it was sent and opened', () => {
    const change = changedBy(inviteCustomer(noAcceptance, buildSituation('2025-03-17 10:00')));
    expect(change).toMatchObject({
      event: 'acceptance-invited',
      rules: ['R4.2'],
      facts: { invitation: '40', form: '2025-03-24' },
      complaints: [],
    });
    const sent = recordSent(change.acceptance, at('2025-03-17 10:05'))!;
    const opened = recordOpened(sent.acceptance, at('2025-03-17 11:00'))!;
    expect(opened).toMatchObject({ event: 'acceptance-opened', facts: { invitation: '40' } });
    expect(opened.acceptance.invitation).toEqual({
      id: '40',
      form: '2025-03-24',
      firstMadeAt: at('2025-03-17 10:00'),
      madeAt: at('2025-03-17 10:00'),
      expiresAt: at('2025-03-31 10:00'),
      sentAt: at('2025-03-17 10:05'),
      openedAt: at('2025-03-17 11:00'),
      revokedAt: null,
      remindedAt: [],
    });
    expect(recordSent(opened.acceptance, at('2025-03-17 12:00'))).toBeNull();
    expect(recordOpened(opened.acceptance, at('2025-03-17 12:00'))).toBeNull();
    expect(opened.acceptance.result).toBeNull();
  });

  it('R4.2 waits for day 9 and for a training that was held, and comes not after the end', () => {
    const inviting = (overrides: object) =>
      refusalOf(inviteCustomer(noAcceptance, buildSituation('2025-03-17 10:00', overrides)));
    expect(inviting({ stage: 'maintenance' })).toEqual({ type: 'not-open' });
    expect(inviting({ about: null })).toEqual({ type: 'not-open' });
    expect(inviting({ stage: 'closed' })).toEqual({ type: 'ended', stage: 'closed' });
    expect(inviting({ stage: 'cancelled' })).toEqual({ type: 'ended', stage: 'cancelled' });
  });

  it('R4.2 made anew leads on to what was filled in; the link before leads nowhere', () => {
    const begun = saved(invited(), { answers: { clarity: 4 } });
    const reminded = recordReminder(begun, at('2025-03-18 10:00'))!.acceptance;
    const again = changedBy(
      inviteCustomer(reminded, buildSituation('2025-04-01 10:00', { seq: 60 })),
    ).acceptance;
    const later = buildSituation('2025-04-01 11:00');
    expect(again.invitation).toMatchObject({
      id: '60',
      firstMadeAt: at('2025-03-17 10:00'),
      madeAt: at('2025-04-01 10:00'),
      sentAt: null,
      remindedAt: [at('2025-03-18 10:00')],
    });
    expect(refusalOf(openVisit(again, '40', later))).toEqual({ type: 'revoked-link' });
    const visit = openVisit(again, '60', later);
    expect(visit).toHaveProperty('clauses');
    expect(draftOf(again, visit as Visit, later)).toMatchObject({ rev: 1, answers: { clarity: 4 } });
  });

  it('R4.2 that is revoked or has expired takes nothing more', () => {
    const revoked = revokeInvitation(invited(), at('2025-03-17 11:00'))!;
    expect(revoked.event).toBe('acceptance-revoked');
    expect(refusalOf(sign(revoked.acceptance))).toEqual({ type: 'revoked-link' });
    for (const record of [recordSent, recordOpened, recordReminder, revokeInvitation])
      expect(record(revoked.acceptance, at('2025-03-17 12:00'))).toBeNull();
    const last = buildSituation('2025-03-31 09:59:59.999');
    const over = buildSituation('2025-03-31 10:00');
    expect(sign(invited(), {}, last)).toHaveProperty('acceptance');
    const refusal = { type: 'expired-link', at: at('2025-03-31 10:00') };
    expect(refusalOf(sign(invited(), {}, over))).toEqual(refusal);
    expect(refusalOf(saveDraft(invited(), '40', wholeInput(), over))).toEqual(refusal);
    expect(recordReminder(invited(), over.now)).toBeNull();
  });

  it('R4.2 of another order, or of none, opens nothing', () => {
    expect(refusalOf(openVisit(noAcceptance, '40', noon))).toEqual({ type: 'unknown-link' });
    expect(refusalOf(openVisit(invited(), '41', noon))).toEqual({ type: 'revoked-link' });
    expect(recordSent(noAcceptance, noon.now)).toBeNull();
    expect(recordReminder(noAcceptance, noon.now)).toBeNull();
  });

  it('R4.2 takes nothing once the order has ended', () => {
    for (const stage of ['closed', 'cancelled'] as const)
      expect(refusalOf(sign(invited(), {}, { ...noon, stage }))).toEqual({ type: 'ended', stage });
    expect(refusalOf(sign(invited(), {}, { ...noon, about: null }))).toEqual({ type: 'not-open' });
  });

  it('R4.2 holds twenty reminders at most', () => {
    let acceptance = invited();
    for (let hour = 0; hour < 25; hour += 1)
      ({ acceptance } = recordReminder(
        acceptance,
        at(`2025-03-18 ${String(hour % 24).padStart(2, '0')}:00`),
      )!);
    expect(acceptance.invitation?.remindedAt).toHaveLength(20);
  });
});

describe('a draft', () => {
  it('R4.2 keeps what is filled in, little by little', () => {
    const first = changedBy(saveDraft(invited(), '40', buildInput({ answers: { clarity: 4 } }), noon));
    expect(first).toMatchObject({
      event: 'survey-saved',
      rules: ['R4.2'],
      facts: { invitation: '40', rev: 1, answered: 1, judged: 0 },
    });
    const second = saved(first.acceptance, {
      rev: 1,
      answers: { 'helped-most': '  报表\n讲得细 ' },
      clauses: { 'needs-met': objectTo('needs-met', ' 报表没讲 '), 'rules-known': accept('rules-known') },
    });
    expect(second.draft).toEqual({
      form: '2025-03-24',
      rev: 2,
      savedAt: noon.now,
      answers: { clarity: 4, 'helped-most': '报表\n讲得细' },
      clauses: {
        'needs-met': { verdict: 'object', reason: '报表没讲', shown: shownOf('needs-met') },
        'rules-known': { verdict: 'accept', reason: '', shown: shownOf('rules-known') },
      },
    });
    expect(second.result).toBeNull();
  });

  it('R4.2 takes a rating as text, takes answers back, and leaves out what fits nothing', () => {
    const full = saved(invited(), {
      answers: { clarity: '5', overall: 3, attitude: 2, 'helped-most': '报表', usefulness: 4 },
      clauses: { 'needs-met': accept('needs-met') },
    });
    const next = saved(full, {
      rev: 1,
      answers: {
        clarity: 6,
        overall: null,
        attitude: '',
        usefulness: '2.5',
        'helped-most': '',
        'to-improve': 5,
        ghost: 3,
        confidence: 0,
      },
      clauses: { 'needs-met': null, ghost: accept('needs-met') },
    });
    expect(next.draft).toMatchObject({ answers: { clarity: 5, usefulness: 4 }, clauses: {} });
    expect(Object.keys(next.draft!.answers)).toEqual(['clarity', 'usefulness']);
  });

  it('R4.2 is not written over by a page that shows an older one', () => {
    const newer = saved(saved(invited(), { answers: { clarity: 4 } }), { rev: 1, answers: { clarity: 2 } });
    const older = (rev: number) => saveDraft(newer, '40', buildInput({ rev, answers: { clarity: 5 } }), noon);
    expect(refusalOf(older(1))).toEqual({ type: 'newer-draft', rev: 2 });
    expect(refusalOf(older(0))).toEqual({ type: 'newer-draft', rev: 2 });
    expect(refusalOf(older(3))).toEqual({ type: 'newer-draft', rev: 2 });
    expect(refusalOf(sign(newer, { input: wholeInput({ rev: 1 }) }))).toEqual({
      type: 'newer-draft',
      rev: 2,
    });
    expect(refusalOf(decline(newer, {}, buildInput({ rev: 1 })))).toEqual({ type: 'newer-draft', rev: 2 });
  });

  it('R4.2 that is sent again on a bad line changes nothing', () => {
    const input = buildInput({ answers: { clarity: 4 }, clauses: { 'needs-met': accept('needs-met') } });
    const once = changedBy(saveDraft(invited(), '40', input, noon)).acceptance;
    expect(saveDraft(once, '40', input, noon)).toBeNull();
    expect(saveDraft(invited(), '40', buildInput(), noon)).toBeNull();
  });

  it('R4.2 keeps what is too long, and says so', () => {
    const long = '长'.repeat(301);
    const reason = '长'.repeat(501);
    const draft = saved(invited(), {
      answers: { 'to-improve': long, 'helped-most': '好'.repeat(300) },
      clauses: { 'needs-met': objectTo('needs-met', reason) },
    });
    expect(draft.draft?.answers['to-improve']).toBe(long);
    expect(missingOf(draft)).toContainEqual({ part: 'question', id: 'to-improve', why: 'too-long' });
    expect(missingOf(draft)).not.toContainEqual(expect.objectContaining({ id: 'helped-most' }));
    expect(missingOf(draft)).toContainEqual({ part: 'clause', id: 'needs-met', why: 'too-long' });
    const allowed = saved(draft, {
      rev: 1,
      clauses: { 'needs-met': objectTo('needs-met', reason.slice(1)) },
    });
    expect(missingOf(allowed)).not.toContainEqual(expect.objectContaining({ id: 'needs-met' }));
  });

  it('R4.2 is Unicode, also where a text is cut within a character', () => {
    const { draft } = saved(invited(), {
      answers: { 'to-improve': `${'a'.repeat(1_999)}😀`, 'helped-most': '\uD800' },
    });
    expect(draft?.answers['to-improve']).toBe(`${'a'.repeat(1_999)}\uFFFD`);
    expect(draft?.answers['helped-most']).toBe('\uFFFD');
  });

  it('R4.2 under another form is left behind, while its number goes on', () => {
    const begun = saved(invited(), { answers: { clarity: 4 } });
    const older = { ...begun, draft: { ...begun.draft!, form: '2024-01-01', rev: 7 } };
    expect(draftOf(older, visitOf(older), noon)).toEqual({
      form: '2025-03-24',
      rev: 7,
      savedAt: noon.now,
      answers: {},
      clauses: {},
    });
  });

  it('R4.2 comes from a page as whatever is filled in', () => {
    const parsed = surveyInputSchema.safeParse({ rev: 0, answers: { clarity: '4' }, clauses: {} });
    expect(parsed.success).toBe(true);
    for (const broken of [
      { rev: -1, answers: {}, clauses: {} },
      { rev: 0, answers: { clarity: true }, clauses: {} },
      { rev: 0, answers: {}, clauses: { 'needs-met': { verdict: 'maybe', shown: shownOf('needs-met') } } },
      { rev: 0, answers: {}, clauses: { 'needs-met': { verdict: 'accept', shown: 'x' } } },
    ])
      expect(surveyInputSchema.safeParse(broken).success).toBe(false);
  });
});

describe('what is missing', () => {
  it('R4.2 is every required answer and every clause at first, told in the form’s order', () => {
    const missing = missingOf(invited());
    expect(missing.map((one) => missingText(one, form))).toEqual([
      '请回答：老师讲得怎么样，听得清楚明白吗？',
      '请回答：讲的内容对店里的帮助怎么样？',
      '请回答：老师的耐心和态度怎么样？',
      '请回答：现在自己操作系统，熟练程度怎么样？',
      '请回答：总的来说，这次培训怎么样？',
      '“培训已完成”请选择“确认”或“有异议”。',
      '“需求已满足”请选择“确认”或“有异议”。',
      '“问题已答复”请选择“确认”或“有异议”。',
      '“录屏已收到”请选择“确认”或“有异议”。',
      '“规则已了解”请选择“确认”或“有异议”。',
    ]);
  });

  it('R4.2 is the reason of an objection, and a clause that reads otherwise by now', () => {
    const begun = saved(invited(), {
      answers: allRatings,
      clauses: { ...wholeInput().clauses, 'needs-met': objectTo('needs-met', '  ') },
    });
    const later = { ...noon, about: buildAbout({ answered: 4 }) };
    expect(missingOf(begun, later)).toEqual([
      { part: 'clause', id: 'needs-met', why: 'no-reason' },
      { part: 'clause', id: 'questions-answered', why: 'changed' },
    ]);
  });

  it.each([
    [
      { part: 'question', id: 'to-improve', why: 'too-long' },
      '“还有哪里希望我们改进？”请控制在 300 字以内。',
    ],
    [{ part: 'clause', id: 'needs-met', why: 'no-reason' }, '“需求已满足”您选了有异议，请写明原因。'],
    [{ part: 'clause', id: 'needs-met', why: 'too-long' }, '“需求已满足”的原因请控制在 500 字以内。'],
    [{ part: 'clause', id: 'needs-met', why: 'changed' }, '“需求已满足”的内容有更新，请重新核对。'],
    [{ part: 'name', why: 'empty' }, '请填写您的姓名。'],
    [{ part: 'name', why: 'too-long' }, '姓名太长，请只写姓名。'],
    [{ part: 'reason', why: 'empty' }, '请写明不签署的原因。'],
    [{ part: 'reason', why: 'too-long' }, '原因请控制在 500 字以内。'],
    [{ part: 'signature', why: 'empty' }, '请在签名框里手写签名。'],
    [{ part: 'signature', why: 'too-short' }, '签名太短，请写完整。'],
  ] satisfies [Missing, string][])('R4.2 is said plainly: %j', (missing, text) => {
    expect(missingText(missing, form)).toBe(text);
  });
});

describe('a signature', () => {
  it('R4.2 is the one result, with what was answered, accepted, and by whom', () => {
    const begun = saved(invited(), { answers: { 'helped-most': '报表' } });
    const change = changedBy(sign(begun, { input: wholeInput({ rev: 1 }), name: ' 欧阳\n先生 ' }));
    const { acceptance } = change;
    const texts = Object.fromEntries(clausesOf(form, buildAbout()).map(({ id, text }) => [id, text]));
    expect(acceptance.result).toEqual({
      type: 'signed',
      form: '2025-03-24',
      formSha256: formDigest(form),
      invitationId: '40',
      answers: { ...allRatings, 'helped-most': '报表' },
      clauses: clauseIds.map((id) => ({ id, text: texts[id], verdict: 'accept' })),
      name: '欧阳 先生',
      signature: { sha256: signatureDigest(drawing), points: 6 },
      from: visitor,
      weaknesses: ['no-code'],
      at: noon.now,
      seq: 50,
    });
    expect(acceptance.draft).toBeNull();
    expect(change).toMatchObject({ event: 'acceptance-signed', rules: ['R4.2'], complaints: [] });
    expect(change.facts).toEqual({
      invitation: '40',
      form: { version: '2025-03-24', sha256: formDigest(form) },
      result: { sha256: sha256Hex(acceptance.result) },
      ratings: allRatings,
      accepted: clauseIds,
      objected: [],
      weaknesses: ['no-code'],
    });
    expect(acceptanceSchema.parse(structuredClone(acceptance))).toEqual(acceptance);
    expect(acceptanceStateOf(acceptance, noon.now)).toBe('accepted');
  });

  it('R4.2 tells the history nothing that people wrote', () => {
    const input = wholeInput({
      answers: { ...allRatings, 'to-improve': '改进意见' },
      clauses: { ...wholeInput().clauses, 'needs-met': objectTo('needs-met', '报表没讲') },
    });
    const said = JSON.stringify(changedBy(sign(invited(), { input })).facts);
    for (const text of ['改进意见', '报表没讲', '欧阳', visitor.ipHash]) expect(said).not.toContain(text);
  });

  it('R4.2 with objections is a result too, and each of them a complaint due in 24 hours', () => {
    const clauses = {
      ...wholeInput().clauses,
      'needs-met': objectTo('needs-met', '报表没讲'),
      'recording-received': objectTo('recording-received', '打不开'),
    };
    const { acceptance, complaints, facts } = changedBy(sign(invited(), { input: wholeInput({ clauses }) }));
    expect(acceptance.result?.clauses[1]).toEqual({
      id: 'needs-met',
      text: '培训讲了我店里要用的功能：会员储值、门票核销。',
      verdict: 'object',
      reason: '报表没讲',
    });
    const due = { raisedAt: noon.now, dueAt: at('2025-03-18 12:00'), state: 'open', seq: 50 };
    expect(complaints).toEqual([
      { id: 'objection-needs-met', clause: 'needs-met', reason: '报表没讲', ...due },
      { id: 'objection-recording-received', clause: 'recording-received', reason: '打不开', ...due },
    ]);
    for (const complaint of complaints) expect(complaintSchema.parse(complaint)).toEqual(complaint);
    expect(facts).toMatchObject({
      accepted: ['training-held', 'questions-answered', 'rules-known'],
      objected: ['needs-met', 'recording-received'],
    });
    expect(acceptanceStateOf(acceptance, noon.now)).toBe('objected');
  });

  it('R4.2 is refused while anything required is missing, and told what', () => {
    const input = wholeInput({ answers: { ...allRatings, overall: null }, clauses: {} });
    const refusal = refusalOf(sign(invited(), { input, name: ' \n', drawing: [[[0.5, 0.5, 0]]] }));
    expect(refusal).toEqual({
      type: 'incomplete',
      missing: [
        { part: 'question', id: 'overall', why: 'empty' },
        ...clauseIds.map((id) => ({ part: 'clause', id, why: 'empty' })),
        { part: 'name', why: 'empty' },
        { part: 'signature', why: 'too-short' },
      ],
    });
    expect(acceptanceRefusalText(refusal, form)).toMatch(/^还有 8 处需要填写：\n请回答：总的来说/);
  });

  it('R4.2 wants a name of 40 characters at most, and a drawing of five points at least', () => {
    const missing = (overrides: object) => {
      const outcome = sign(invited(), overrides);
      return 'refusal' in outcome && outcome.refusal.type === 'incomplete' ? outcome.refusal.missing : [];
    };
    expect(missing({ name: '名'.repeat(41) })).toEqual([{ part: 'name', why: 'too-long' }]);
    expect(missing({ name: '名'.repeat(40) })).toEqual([]);
    const dots = (count: number) => [Array.from({ length: count }, (_, ms) => [0.5, 0.5, ms])];
    expect(missing({ drawing: dots(4) })).toEqual([{ part: 'signature', why: 'too-short' }]);
    expect(missing({ drawing: dots(5) })).toEqual([]);
  });

  it('R4.2 may be typed where the policy lets it, which weakens the evidence', () => {
    const { acceptance } = changedBy(sign(invited(), { drawing: null }));
    expect(acceptance.result).toMatchObject({ signature: null, weaknesses: ['no-code', 'not-drawn'] });
    expect(evidenceStrengthOf(acceptance.result!)).toBe('weakened');
    const strict = buildSituation('2025-03-17 12:00', { policy: { typedSignature: false } });
    expect(refusalOf(sign(invited(), { drawing: null }, strict))).toEqual({
      type: 'incomplete',
      missing: [{ part: 'signature', why: 'empty' }],
    });
  });

  it('R4.2 waits for the one-time code where the policy asks for it; with it the evidence is full', () => {
    const coded = buildSituation('2025-03-17 12:00', { policy: { code: 'sms' } });
    expect(refusalOf(sign(invited(), {}, coded))).toEqual({ type: 'code-missing' });
    const { acceptance } = changedBy(sign(invited(), { from: { ...visitor, code: 'sms' } }, coded));
    expect(acceptance.result?.weaknesses).toEqual([]);
    expect(evidenceStrengthOf(acceptance.result!)).toBe('full');
    expect(sign(invited(), { from: { ...visitor, code: 'sms' } })).toHaveProperty('acceptance');
  });

  it('R4.2 holds for the text that was shown: one that reads otherwise by now is shown again', () => {
    const situation = { ...noon, about: buildAbout({ trainer: '赵六' }) };
    expect(refusalOf(sign(invited(), {}, situation))).toEqual({
      type: 'incomplete',
      missing: [{ part: 'clause', id: 'training-held', why: 'changed' }],
    });
    const input = wholeInput({}, situation.about);
    const { acceptance } = changedBy(sign(invited(), { input }, situation));
    expect(acceptance.result?.clauses[0]?.text).toContain('由赵六老师讲解');
  });

  it('R4.2 is given once: whatever comes after hears when that was, also after the link’s expiry', () => {
    const { acceptance } = changedBy(sign(invited()));
    const refusal = { type: 'already-done', result: 'signed', at: noon.now };
    const may = buildSituation('2025-05-01 12:00', { stage: 'closed' });
    expect(refusalOf(sign(acceptance))).toEqual(refusal);
    expect(refusalOf(sign(acceptance, {}, may))).toEqual(refusal);
    expect(refusalOf(decline(acceptance))).toEqual(refusal);
    expect(refusalOf(saveDraft(acceptance, '40', wholeInput(), noon))).toEqual(refusal);
    expect(refusalOf(inviteCustomer(acceptance, noon))).toEqual(refusal);
    for (const record of [recordSent, recordOpened, recordReminder, revokeInvitation])
      expect(record(acceptance, noon.now)).toBeNull();
    expect(refusalOf(openVisit(acceptance, '41', noon))).toEqual({ type: 'revoked-link' });
  });
});

describe('a refusal to sign', () => {
  it('R4.2 needs a reason and a name, nothing more', () => {
    const { acceptance, event, complaints, facts } = changedBy(
      decline(invited(), { reason: ' 还有功能没讲\n' }),
    );
    expect(acceptance.result).toMatchObject({
      type: 'declined',
      reason: '还有功能没讲',
      name: '欧阳先生',
      answers: {},
      clauses: [],
      signature: null,
      weaknesses: ['no-code', 'not-drawn'],
    });
    expect(event).toBe('acceptance-declined');
    expect(complaints).toEqual([]);
    expect(facts['result']).toEqual({ sha256: sha256Hex(acceptance.result) });
    expect(acceptanceStateOf(acceptance, noon.now)).toBe('declined');
    expect(refusalOf(sign(acceptance))).toMatchObject({ type: 'already-done', result: 'declined' });
    expect(acceptanceSchema.parse(acceptance)).toEqual(acceptance);
  });

  it('R4.2 without a reason is none', () => {
    expect(refusalOf(decline(invited(), { reason: ' \n', name: '' }))).toEqual({
      type: 'incomplete',
      missing: [
        { part: 'name', why: 'empty' },
        { part: 'reason', why: 'empty' },
      ],
    });
    expect(refusalOf(decline(invited(), { reason: '长'.repeat(501) }))).toEqual({
      type: 'incomplete',
      missing: [{ part: 'reason', why: 'too-long' }],
    });
    expect(decline(invited(), { reason: '长'.repeat(500) })).toHaveProperty('acceptance');
  });

  it('R4.2 keeps what was filled in as far as it would do, and its objections are complaints', () => {
    const begun = saved(invited(), {
      answers: { overall: 2, 'to-improve': '长'.repeat(301) },
      clauses: { 'needs-met': objectTo('needs-met', '报表没讲'), 'rules-known': objectTo('rules-known', '') },
    });
    const input = buildInput({ rev: 1, clauses: { 'training-held': accept('training-held') } });
    const { acceptance, complaints } = changedBy(decline(begun, {}, input));
    expect(acceptance.result?.answers).toEqual({ overall: 2 });
    expect(acceptance.result?.clauses.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['training-held', 'accept'],
      ['needs-met', 'object'],
    ]);
    expect(complaints.map(({ clause }) => clause)).toEqual(['needs-met']);
  });
});

describe('where it stands', () => {
  it('R4.2 silence is never acceptance, however long it lasts', () => {
    const state = (acceptance: Acceptance, time: string) => acceptanceStateOf(acceptance, at(time));
    expect(state(noAcceptance, '2099-01-01 00:00')).toBe('not-invited');
    expect(state(invited(), '2025-03-17 12:00')).toBe('invited');
    expect(state(invited(), '2099-01-01 00:00')).toBe('expired');
    const opened = recordOpened(invited(), noon.now)!.acceptance;
    expect(state(opened, '2025-03-17 12:00')).toBe('opened');
    const begun = saved(opened, { answers: { clarity: 5 } });
    expect(state(begun, '2025-03-17 12:00')).toBe('begun');
    expect(state(begun, '2025-03-31 10:00')).toBe('expired');
    expect(state(revokeInvitation(begun, noon.now)!.acceptance, '2099-01-01 00:00')).toBe('revoked');
  });

  it('R4.2 the policy’s ladder reminds a day and two days after, then turns to the sales assistant', () => {
    const { due, ladder } = currentPolicy.tasks['collect-signature'];
    expect(due).toEqual({ from: 'raised', minutes: 1440 });
    const told = ladder.map(({ at, tell }) => [1440 + ('minutes' in at ? at.minutes : NaN), tell]);
    expect(told).toEqual([
      [1440, 'trainer'],
      [2880, 'trainer'],
      [4320, 'sales'],
    ]);
    expect(remindCustomerText(at('2025-03-31 10:00'))).toContain('3月31日 10:00 前有效');
    expect(callAboutSignatureText('星空乐园')).toMatch(/「星空乐园」.*请致电客户.*没有回应不算验收通过/);
  });
});

describe('a drawing', () => {
  it('R4.2 has a digest that JSON does not change, and any other point does', () => {
    expect(signatureDigest(drawing)).toBe('5fde00540b5637edc31d366b6050626227347438237567a64fe643f02fd150be');
    expect(signatureDigest(JSON.parse(JSON.stringify(drawing)))).toBe(signatureDigest(drawing));
    const moved = structuredClone(drawing);
    moved[1]![0]![0] += 0.0001;
    expect(signatureDigest(moved)).not.toBe(signatureDigest(drawing));
    expect(signatureDigest([drawing.flat()])).not.toBe(signatureDigest(drawing));
    expect(pointsOf(drawing)).toBe(6);
  });

  it('R4.2 lies on its pad, in steps, and has an end', () => {
    const takes = (value: unknown) => drawingSchema.safeParse(value).success;
    expect(takes(drawing)).toBe(true);
    expect(takes([[[0, 1, 600_000]]])).toBe(true);
    const line = (length: number) => Array.from({ length }, () => [0.5, 0.5, 1]);
    expect(takes([line(2_000), line(2_000)])).toBe(true);
    expect(takes(Array.from({ length: 200 }, () => line(1)))).toBe(true);
    for (const broken of [
      [],
      [[]],
      [[[0.5, 0.5]]],
      [[[1.0001, 0.5, 0]]],
      [[[0.5, -0.0001, 0]]],
      [[[0.12345, 0.5, 0]]],
      [[[0.5, 0.5, -1]]],
      [[[0.5, 0.5, 1.5]]],
      [[[0.5, 0.5, 600_001]]],
      [line(2_000), line(2_001)],
      Array.from({ length: 201 }, () => line(1)),
    ])
      expect(takes(broken)).toBe(false);
  });
});

describe('from where a customer acts', () => {
  it.each([
    ['Mozilla/5.0 (iPhone) AppleWebKit Mobile wxwork/4.1 MicroMessenger/7.0', 'wecom'],
    ['Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0', 'wechat'],
    ['Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari/537.36', 'phone'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126', 'computer'],
    ['curl/8', 'unknown'],
    ['', 'unknown'],
  ])('R4.2 %s is %s', (header, kind) => {
    expect(agentKindOf(header)).toBe(kind);
  });

  it('R4.2 is known by a digest of the address, never by the address', () => {
    expect(visitorSchema.safeParse(visitor).success).toBe(true);
    expect(visitorSchema.safeParse({ ...visitor, ipHash: '203.0.113.7' }).success).toBe(false);
  });
});

describe('what the customer reads', () => {
  it.each([
    [{ type: 'unknown-link' }, '这个链接无效，请在群里联系老师重新发送。'],
    [{ type: 'revoked-link' }, '这个链接已停用，请打开最近一次收到的链接，或在群里联系老师。'],
    [
      { type: 'expired-link', at: at('2025-03-31 10:00') },
      '这个链接已于 3月31日 10:00 过期，请在群里联系老师重新发送。',
    ],
    [
      { type: 'already-done', result: 'signed', at: at('2025-03-17 12:00') },
      '您已于 3月17日 12:00 签署，无需重复提交。',
    ],
    [
      { type: 'already-done', result: 'declined', at: at('2025-03-17 12:00') },
      '您已于 3月17日 12:00 选择不签署，我们会与您联系。',
    ],
    [{ type: 'not-open' }, '还没有到验收的日子，到时会请您填写。'],
    [{ type: 'ended', stage: 'closed' }, '本次培训服务已经结束，不能再签署；有问题请联系客服。'],
    [{ type: 'ended', stage: 'cancelled' }, '本次培训已取消，无需签署。'],
    [{ type: 'newer-draft', rev: 3 }, '您在另一个页面填过新的内容，请刷新后核对再继续。'],
    [{ type: 'code-missing' }, '请先输入发到您手机上的验证码。'],
  ] as const)('R4.2 of %j is plain Chinese', (refusal, text) => {
    expect(acceptanceRefusalText(refusal, form)).toBe(text);
  });

  it('R4.2 of weaknesses and events is Chinese too', () => {
    expect(weaknessTexts['no-code']).toBe('没有核对手机验证码，不能证明签署人就是本人。');
    expect(weaknessTexts['not-drawn']).toBe('没有手写签名，只填写了姓名。');
    for (const text of Object.values(acceptanceEventTexts)) expect(text).toMatch(/^\p{Script=Han}+$/u);
  });
});
