import * as z from 'zod/mini';

export const agentKindSchema = z.enum(['wecom', 'wechat', 'phone', 'computer', 'unknown']);

/** R4.2 From where a customer acted, without what identifies a device. */
export const visitorSchema = z.object({
  /** HMAC-SHA-256 of the address in hex under a key of the deployment: a plain hash of so few addresses could be undone. */
  ipHash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  agent: agentKindSchema,
  /** Whether a one-time code to the customer's phone was checked in this visit. */
  code: z.enum(['none', 'sms']),
});
export type Visitor = z.infer<typeof visitorSchema>;

type AgentKind = z.infer<typeof agentKindSchema>;

/** WeCom's browser says that it is WeChat's too, and both that they are a phone's: the first that fits. */
const agents: readonly (readonly [RegExp, AgentKind])[] = [
  [/wxwork/i, 'wecom'],
  [/MicroMessenger/i, 'wechat'],
  [/Mobile|Android|iPhone|iPad|HarmonyOS/i, 'phone'],
  [/Windows|Macintosh|X11|Linux/i, 'computer'],
];

/** What kind of browser a User-Agent header names. */
export const agentKindOf = (userAgent: string): AgentKind =>
  agents.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'unknown';
