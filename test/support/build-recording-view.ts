import type { RecordingPageView } from '../../functions/recordings/recording-page.ts';
import { at } from './build-order.ts';

/** What a customer is shown of a recording of two hours. */
export const buildRecordingView = (overrides: Partial<RecordingPageView> = {}): RecordingPageView => ({
  shopName: '小满茶饮（万达店）',
  trainedAt: at('2025-03-09 14:00'),
  trainerName: '张三',
  durationSeconds: 7080,
  playsInBrowser: true,
  sizeBytes: 1_288_490_189,
  part: null,
  watchUntil: at('2025-04-08 16:10'),
  now: at('2025-03-27 10:00'),
  videoPath: '/r/token-1/video',
  downloadPath: '/r/token-1/video?download=1',
  progressPath: '/r/token-1/progress',
  mediaOrigin: 'https://recordings.s3.cn-north-1.amazonaws.com.cn',
  contact: { link: 'https://help.example.com/chat', publicAccount: '九天餐饮服务', keyword: '人工' },
  ...overrides,
});
