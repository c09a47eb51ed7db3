import { everyRefusal } from '../support/every-refusal.ts';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../shared/domain/actions/action.ts';
import { roleSchema } from '../../shared/domain/actions/action.ts';
import type { ActionName } from '../../shared/domain/actions/actions.ts';
import { actions, isActionName } from '../../shared/domain/actions/actions.ts';
import type { Order, Stage } from '../../shared/domain/order.ts';
import { stageSchema } from '../../shared/domain/order.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import { canMove, moveTo, transitions } from '../../shared/domain/transitions.ts';
import { answerRefusal } from '../../shared/runtime/answer.ts';
import {
  actionNames,
  at,
  buildOrder,
  decide,
  makeStoryIn,
  noneOpen,
  staff,
  ticks,
  understood,
} from '../support/build-order.ts';

const live: readonly Stage[] = ['preparation', 'training', 'maintenance', 'acceptance'];
const everyStage: readonly Stage[] = [...live, 'closed', 'cancelled'];
const now = '2025-04-01 12:00';

/** Who may do what and when, written down once more from the rule book; with a legal input for each. */
const table: Record<
  ActionName,
  { roles: readonly Role[]; stages: readonly Stage[]; rule: string; body: object }
> = {
  'join-group': { roles: ['assistant'], stages: live, rule: 'R1.1', body: {} },
  'set-remark': { roles: ['trainer'], stages: live, rule: 'R1.2', body: {} },
  'confirm-tools': { roles: ['trainer'], stages: ['preparation'], rule: 'R1.0', body: ticks },
  'confirm-time': {
    roles: ['trainer', 'assistant'],
    stages: ['preparation'],
    rule: 'R1.3',
    body: { outcome: 'confirmed' },
  },
  'confirm-needs': { roles: ['trainer'], stages: ['preparation'], rule: 'R1.4', body: understood },
  'send-notice': { roles: ['trainer'], stages: live, rule: 'R1.5', body: {} },
  'start-training': { roles: ['trainer'], stages: ['preparation'], rule: 'R2.1', body: {} },
  'finish-training': { roles: ['trainer'], stages: ['training'], rule: 'R2.4', body: {} },
  'accept-recording': {
    roles: ['assistant', 'manager'],
    stages: ['training', 'maintenance', 'acceptance'],
    rule: 'R2.2',
    body: { recordingId: 'A-1.x', reason: '后半段没有录上' },
  },
  'send-recording': {
    roles: ['trainer', 'assistant'],
    stages: ['training', 'maintenance', 'acceptance'],
    rule: 'R2.3',
    body: {},
  },
  'revoke-recording-link': {
    roles: ['trainer', 'assistant', 'manager'],
    stages: everyStage,
    rule: 'R2.3',
    body: { recordingId: 'A-1.x', reason: '被转发' },
  },
  'renew-recording-link': {
    roles: ['trainer', 'assistant', 'manager'],
    stages: everyStage,
    rule: 'R2.3',
    body: { recordingId: 'A-1.x' },
  },
  'hold-recordings': {
    roles: ['auditor', 'manager'],
    stages: everyStage,
    rule: 'R5.3',
    body: { because: 'complaint' },
  },
  'lift-hold': {
    roles: ['auditor', 'manager'],
    stages: everyStage,
    rule: 'R5.3',
    body: { holdId: 'hold-1', reason: '已结案' },
  },
  'dismiss-message': {
    roles: ['trainer', 'support', 'assistant', 'manager'],
    stages: ['training', 'maintenance', 'acceptance'],
    rule: 'R3.1',
    body: { messageId: 'm1', reason: '只是道谢' },
  },
  'record-call': {
    roles: ['trainer', 'support', 'assistant', 'manager'],
    stages: ['maintenance', 'acceptance'],
    rule: 'R3.5',
    body: { outcome: 'resolved', note: '已处理' },
  },
  'pause-clocks': {
    roles: ['assistant', 'manager'],
    stages: ['maintenance'],
    rule: 'R3.1',
    body: { condition: 'awaiting-customer', note: '等客户发型号' },
  },
  'resume-clocks': {
    roles: ['trainer', 'support', 'assistant', 'manager'],
    stages: ['maintenance', 'acceptance'],
    rule: 'R3.1',
    body: {},
  },
  'request-support': {
    roles: ['trainer', 'assistant'],
    stages: ['maintenance'],
    rule: 'R3.2',
    body: { reason: '正在直播' },
  },
  'take-over': { roles: ['support'], stages: ['maintenance'], rule: 'R3.2', body: {} },
  'override-support-limit': {
    roles: ['manager'],
    stages: ['maintenance'],
    rule: 'R3.2',
    body: { reason: '客户开业' },
  },
  'report-unavailable': {
    roles: ['trainer'],
    stages: ['preparation', 'training', 'maintenance'],
    rule: 'R3.4',
    body: { reason: '出差' },
  },
  reassign: {
    roles: ['assistant', 'manager'],
    stages: live,
    rule: 'R3.4',
    body: { trainer: { id: 'T2', name: '赵六' }, reason: '出差' },
  },
  'emergency-plan': {
    roles: ['assistant', 'manager'],
    stages: ['preparation', 'training', 'maintenance'],
    rule: 'R3.3',
    body: { on: true, reason: '高峰' },
  },
  'open-qa-group': {
    roles: ['assistant'],
    stages: ['preparation', 'training', 'maintenance'],
    rule: 'R3.3',
    body: {},
  },
  'record-summary': { roles: ['trainer'], stages: ['acceptance'], rule: 'R4.1', body: noneOpen },
  'record-signature': { roles: ['trainer'], stages: ['acceptance'], rule: 'R4.2', body: { where: 'paper' } },
  'return-visit': { roles: ['sales'], stages: ['acceptance'], rule: 'R4.3', body: { ok: true } },
  'hand-over': { roles: ['trainer'], stages: ['acceptance'], rule: 'R4.4', body: {} },
  'accept-hand-over': { roles: ['service'], stages: ['acceptance'], rule: 'R4.4', body: {} },
  'return-hand-over': {
    roles: ['service'],
    stages: ['acceptance'],
    rule: 'R4.4',
    body: { reason: '资料不全' },
  },
  'leave-group': { roles: ['trainer'], stages: ['acceptance'], rule: 'R4.4', body: {} },
};

const orders: Record<Stage, Order> = {
  preparation: makeStoryIn('preparation').order,
  training: makeStoryIn('training').order,
  maintenance: makeStoryIn('maintenance').order,
  acceptance: makeStoryIn('acceptance').order,
  closed: makeStoryIn('closed').order,
  cancelled: makeStoryIn('cancelled').order,
};

describe('every action, in every stage, by every role', () => {
  it('is in the table, with its rule', () => {
    expect(actionNames.toSorted()).toEqual(Object.keys(table).toSorted());
    for (const name of actionNames) {
      expect([name, actions[name].rule]).toEqual([name, table[name].rule]);
      expect(actions[name].summary.length).toBeGreaterThan(10);
    }
    expect(isActionName('toString')).toBe(false);
    expect(isActionName('leave-group')).toBe(true);
  });

  it.each(actionNames)(
    '%s is refused to other roles first, then in other stages, and to nobody else for that',
    (name) => {
      const { roles, stages, body, rule } = table[name];
      for (const stage of stageSchema.options)
        for (const role of roleSchema.options) {
          const outcome = decide(orders[stage], name, body, now, staff(role));
          const refusal = isRefusal(outcome) ? outcome.refusal : null;
          if (!roles.includes(role))
            expect(refusal).toEqual({ type: 'wrong-role', action: name, accepted: roles });
          else if (!stages.includes(stage))
            expect(refusal).toEqual({ type: 'wrong-stage', action: name, stage, accepted: stages });
          else expect(['wrong-role', 'wrong-stage']).not.toContain(refusal?.type);
          if (!isRefusal(outcome)) expect(outcome).toMatchObject({ event: name, rules: [rule] });
        }
    },
  );

  it('is open to who has one of the roles among others', () => {
    const both = { type: 'staff', id: 'X', roles: ['auditor', 'assistant'] } as const;
    expect(isRefusal(decide(buildOrder(), 'join-group', {}, now, both))).toBe(false);
    expect(decide(buildOrder(), 'join-group', {}, now, { ...both, roles: [] })).toMatchObject({
      refusal: { type: 'wrong-role' },
    });
  });

  it.each(actionNames)('%s takes nothing that it does not know, and says what is wrong', (name) => {
    const { body } = table[name];
    const issuesOf = (input: unknown) => {
      const prepared = actions[name].prepare(name, input);
      return 'issues' in prepared ? prepared.issues : [];
    };
    expect(issuesOf(body)).toEqual([]);
    expect(issuesOf({ ...body, more: 1 })).toMatchObject([{ code: 'unrecognized_keys', keys: ['more'] }]);
    for (const malformed of [null, 'text', [], 1]) expect(issuesOf(malformed).length).toBeGreaterThan(0);
  });

  it.each([
    ['confirm-needs', { extraNeeds: [], understood: true, note: '' }],
    ['confirm-needs', { extraNeeds: [], understood: true, note: '   ' }],
    ['confirm-needs', { extraNeeds: [], understood: true, note: 'x'.repeat(501) }],
    ['confirm-needs', { extraNeeds: Array.from({ length: 21 }, () => 'x'), understood: true }],
    ['confirm-needs', { extraNeeds: [] }],
    ['confirm-tools', { ...ticks, recorder: false }],
    ['confirm-tools', { ...ticks, remoteControl: false }],
    ['confirm-time', { outcome: 'moved' }],
    ['confirm-time', { outcome: 'moved', startsAt: '2025-03-09 14:00' }],
    ['confirm-time', { outcome: 'perhaps' }],
    ['start-training', { at: '14:00' }],
    ['record-signature', { where: 'phone' }],
    ['return-visit', { ok: false }],
    ['return-visit', { ok: 'yes' }],
    ['return-hand-over', {}],
    ['record-summary', { answered: [] }],
    ['record-summary', { ...noneOpen, lastTraining: {} }],
  ] as const)('%s refuses the input %j', (name, body) => {
    expect(actions[name].prepare(name, body)).toHaveProperty('issues');
  });

  it('trims what people write, and takes up to 500 characters, in lists up to 20 points of 200', () => {
    const note = `  ${'字'.repeat(500)}  `;
    const outcome = decide(buildOrder(), 'confirm-needs', { ...understood, note }, now);
    expect(outcome).toMatchObject({ order: { facts: { needs: { note: '字'.repeat(500) } } } });
    const fifty = { extraNeeds: Array.from({ length: 20 }, () => 'x'), understood: true };
    expect(decide(buildOrder(), 'confirm-needs', fifty, now)).toMatchObject({
      order: { facts: { needs: fifty } },
    });
  });

  it('leaves what people write out of the history, but for its hash', () => {
    const outcome = decide(buildOrder(), 'confirm-needs', { ...understood, note: '王女士改了电话' }, now);
    expect(outcome).toMatchObject({
      facts: { understood: true, note: { sha256: sha256Hex('王女士改了电话') } },
    });
  });
});

describe('a step that was recorded already', () => {
  it.each([
    ['join-group', at('2025-03-08 10:05')],
    ['set-remark', at('2025-03-08 10:10')],
    ['send-notice', at('2025-03-09 13:50')],
  ] as const)('%s is refused with the time of the first record', (name, first) => {
    expect(decide(orders.training, name, {}, now)).toEqual({
      refusal: { type: 'already-done', action: name, at: first },
    });
  });
});

describe('moves between stages', () => {
  it('are the eight of the table, and every other one is a fault', () => {
    const legal = stageSchema.options.flatMap((from) =>
      stageSchema.options.filter((to) => canMove(from, to)).map((to) => `${from}→${to}`),
    );
    expect(legal).toEqual([
      'preparation→training',
      'preparation→cancelled',
      'training→maintenance',
      'training→cancelled',
      'maintenance→acceptance',
      'maintenance→cancelled',
      'acceptance→closed',
      'acceptance→cancelled',
    ]);
    for (const from of stageSchema.options)
      for (const to of stageSchema.options) {
        const move = () => moveTo({ ...orders[from], stage: from }, to);
        if (legal.includes(`${from}→${to}`)) expect(move()).toEqual({ ...orders[from], stage: to });
        else expect(move).toThrow(`illegal move from ${from} to ${to}`);
      }
    expect(Object.keys(transitions)).toEqual(stageSchema.options);
  });
});

describe('a refusal', () => {
  it('of every kind is told to the caller with its code, its facts and a status of its own meaning', () => {
    const statuses = Object.values(everyRefusal).map((refusal) => {
      const { status, body } = answerRefusal(refusal);
      const { type, ...facts } = refusal;
      expect(body).toMatchObject({ error: type, ...facts, message: expect.stringMatching(/。$/) });
      return [type, status];
    });
    expect(Object.fromEntries(statuses)).toEqual({
      'out-of-scope': 422,
      'unknown-order': 404,
      'different-content': 409,
      'wrong-role': 403,
      'wrong-stage': 409,
      'already-done': 409,
      'not-yet': 409,
      'impossible-time': 409,
      'different-message': 409,
      'unknown-message': 404,
      'not-a-question': 409,
      'limit-reached': 409,
      'budget-left': 409,
      'not-on': 409,
      'budget-spent': 409,
      'already-taken': 409,
      'former-trainer': 409,
      'unknown-recording': 404,
      'unknown-hold': 404,
      'unknown-file-type': 415,
      'file-too-large': 413,
      'foreign-upload': 403,
      'upload-over': 409,
      'parts-differ': 409,
      'not-ready': 409,
      'nothing-to-accept': 409,
    });
  });
});
