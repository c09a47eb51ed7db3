import type { Where } from './certificate.ts';

/** From where a page was opened, by its `User-Agent`: in kinds alone. */
export const whereFrom = (userAgent: string): Where => ({
  device: deviceOf(userAgent),
  app: appOf(userAgent),
});

const deviceOf = (userAgent: string): Where['device'] => {
  if (/Mobile|Android|iPhone|iPad|HarmonyOS/i.test(userAgent)) return 'phone';
  return /Windows NT|Macintosh|X11/.test(userAgent) ? 'computer' : 'unknown';
};

/** WeCom's browser names WeChat's as well. */
const appOf = (userAgent: string): Where['app'] => {
  if (/wxwork\//i.test(userAgent)) return 'wecom';
  if (/MicroMessenger\//i.test(userAgent)) return 'wechat';
  return userAgent.startsWith('Mozilla/') ? 'browser' : 'unknown';
};
