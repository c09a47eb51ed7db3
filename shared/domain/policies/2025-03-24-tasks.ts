import type * as z from 'zod/mini';
import type { policySchema } from '../policy.ts';

/** The playbook's tasks: by which rule, whose, due when, told when, chased how. */
export const tasks20250324: z.input<typeof policySchema>['tasks'] = {
  'join-group': {
    rule: 'R1.1',
    who: 'assistant',
    due: { from: 'acceptance', minutes: 30 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 60 }, tell: 'manager' },
    ],
  },
  'set-remark': {
    rule: 'R1.2',
    who: 'trainer',
    due: { from: 'raised', minutes: 30 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 60 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 240 }, tell: 'manager' },
    ],
  },
  'agree-time': {
    rule: 'R1.3',
    who: 'trainer',
    due: { from: 'acceptance', minutes: 120 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 120 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 480 }, tell: 'manager' },
    ],
  },
  'confirm-tools': {
    rule: 'R1.0',
    who: 'trainer',
    due: { from: 'day', day: 0, time: '20:00' },
    announce: 'other',
    ladder: [
      { at: { from: 'due', minutes: 60 }, tell: 'trainer' },
      { at: { from: 'training', minutes: -60 }, tell: 'assistant' },
    ],
  },
  'call-customer': {
    rule: 'R1.3',
    who: 'trainer',
    due: { from: 'training', minutes: -60 },
    announce: 'due',
    ladder: [
      { at: { from: 'training', minutes: -45 }, tell: 'trainer' },
      { at: { from: 'training', minutes: -30 }, tell: 'trainer' },
      { at: { from: 'training', minutes: -20 }, tell: 'assistant' },
      { at: { from: 'training', minutes: -5 }, tell: 'manager' },
    ],
  },
  'confirm-needs': {
    rule: 'R1.4',
    who: 'trainer',
    due: { from: 'training', minutes: 0 },
    announce: 'other',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 15 }, tell: 'assistant' },
    ],
  },
  'send-notice': {
    rule: 'R1.5',
    who: 'trainer',
    due: { from: 'training', minutes: 0 },
    announce: 'other',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 15 }, tell: 'assistant' },
    ],
  },
  'start-training': {
    rule: 'R2.1',
    who: 'trainer',
    due: { from: 'training', minutes: 0 },
    announce: 'other',
    ladder: [
      { at: { from: 'due', minutes: 15 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 60 }, tell: 'manager' },
    ],
  },
  'finish-training': {
    rule: 'R2.1',
    who: 'trainer',
    due: { from: 'training-end', minutes: 30 },
    announce: 'other',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 60 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 180 }, tell: 'manager' },
    ],
  },
  'upload-recording': {
    rule: 'R2.3',
    who: 'trainer',
    due: { from: 'training-finished', minutes: 120 },
    announce: 'raised',
    ladder: [
      { at: { from: 'training-finished', minutes: 60 }, tell: 'trainer' },
      { at: { from: 'training-finished', minutes: 120 }, tell: 'trainer' },
      { at: { from: 'training-finished', minutes: 180 }, tell: 'assistant' },
    ],
  },
  'send-recording': {
    rule: 'R2.3',
    who: 'trainer',
    due: { from: 'raised', minutes: 30 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 60 }, tell: 'assistant' },
    ],
  },
  'call-about-delay': {
    rule: 'R3.5',
    who: 'responder',
    due: { from: 'raised', minutes: 15 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'responder' },
      { at: { from: 'due', minutes: 15 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 30 }, tell: 'manager' },
    ],
  },
  'step-in': {
    rule: 'R3.2',
    who: 'support',
    due: { from: 'raised', minutes: 5 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'support' },
      { at: { from: 'due', minutes: 5 }, tell: 'assistant' },
    ],
  },
  'arrange-cover': {
    rule: 'R3.4',
    who: 'assistant',
    due: { from: 'raised', minutes: 30 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 60 }, tell: 'manager' },
    ],
  },
  'open-qa-group': {
    rule: 'R3.3',
    who: 'assistant',
    due: { from: 'raised', minutes: 30 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 60 }, tell: 'manager' },
    ],
  },
  'hold-summary': {
    rule: 'R4.1',
    who: 'trainer',
    due: { from: 'day', day: 9, time: '09:00' },
    announce: 'due',
    ladder: [
      { at: { from: 'due', minutes: 300 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 540 }, tell: 'assistant' },
      { at: { from: 'due', minutes: 720 }, tell: 'manager' },
    ],
  },
  'collect-signature': {
    rule: 'R4.2',
    who: 'trainer',
    due: { from: 'raised', minutes: 1440 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 1440 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 2880 }, tell: 'sales' },
    ],
  },
  'return-visit': {
    rule: 'R4.3',
    who: 'sales',
    due: { from: 'raised', minutes: 1440 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'sales' },
      { at: { from: 'due', minutes: 1440 }, tell: 'manager' },
    ],
  },
  'hand-over': {
    rule: 'R4.4',
    who: 'trainer',
    due: { from: 'raised', minutes: 1440 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 240 }, tell: 'assistant' },
    ],
  },
  'accept-hand-over': {
    rule: 'R4.4',
    who: 'service',
    due: { from: 'raised', minutes: 1440 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'service' },
      { at: { from: 'due', minutes: 240 }, tell: 'manager' },
    ],
  },
  'leave-group': {
    rule: 'R4.4',
    who: 'trainer',
    due: { from: 'raised', minutes: 240 },
    announce: 'raised',
    ladder: [
      { at: { from: 'due', minutes: 0 }, tell: 'trainer' },
      { at: { from: 'due', minutes: 240 }, tell: 'assistant' },
    ],
  },
};
