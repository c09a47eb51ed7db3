import type { Instant } from '../instant.ts';
import { epochMs, spokenTime } from '../instant.ts';
import type { Order } from '../order.ts';
import type { Policy } from '../policy.ts';
import { findRecording, problemsOf, recordedSeconds } from './recording-state.ts';
import type { RecordingProblem } from './recording-state.ts';
import type { Hold, Recording } from './recording-facts.ts';
import type { Retention } from './retention.ts';
import { activeHolds, coveringDraw } from './retention.ts';

/** R2.2 What is wrong with a recording and what helps, in one sentence for its trainer. */
export const problemText = (
  order: Order,
  { missingParts }: Recording,
  problem: RecordingProblem,
  { recordings }: Policy,
): string => {
  switch (problem) {
    case 'not-a-video':
      return '这个文件不是视频，请上传录屏软件生成的 MP4 文件。';
    case 'no-duration':
      return '视频里没有时长信息，请用录屏软件重新导出为 MP4 后再上传。';
    case 'broken':
      return '视频不完整或已损坏，请在本机确认能正常播放后重新上传。';
    case 'wrong-size':
      return '收到的文件与登记的大小不一致，请重新上传。';
    case 'parts-missing':
      return `还有 ${missingParts} 个分片没有传到，请打开上传页选择同一个文件继续上传。`;
    case 'too-short': {
      const least = Math.ceil(order.training.minutes * recordings.leastShare);
      const recorded = Math.floor(recordedSeconds(order) / 60);
      return `录屏共 ${recorded} 分钟，少于培训计划 ${order.training.minutes} 分钟的 ${Math.round(recordings.leastShare * 100)}%（${least} 分钟）；如果录成了几段，请把其余的也传上来。`;
    }
    case 'starts-late':
      return '录屏开始的时间晚于客户进入的时间；如果前面还有一段，请补传。';
  }
};

/** The page on which an order's recordings are uploaded and shared. */
export const recordingsPath = ({ orderId }: Order): string => `/console/orders/${orderId}/recordings`;

/** R2.3 Until when the customer can watch by the links of these recordings, ids with blanks between. */
export const linkEndText = (order: Order, recordingIds: string): string => {
  const ends = recordingIds.split(' ').flatMap((id) => findRecording(order, id)?.link?.expiresAt ?? []);
  const [first] = ends.toSorted();
  return first === undefined ? '' : `${spokenTime(first)} `;
};

/** R2.2 An upload that nobody went on with. */
export const abandonedText = ({ shop }: Order, { fileName }: Recording): string =>
  `「${shop.name}」的录屏「${fileName}」一直没有传完，已放弃；请重新上传。`;

/** R2.3 What the uploader has yet to do, as a task says it. */
export const missingText = (order: Order, recordingId: string, policy: Policy): string => {
  const recording = findRecording(order, recordingId);
  if (recording === null)
    return `请在控制台 ${recordingsPath(order)} 上传，系统检查通过后会生成客户观看链接。建议录成 MP4，手机上可以直接播放。`;
  const problems = problemsOf(order, recording, policy).map((problem) =>
    problemText(order, recording, problem, policy),
  );
  return `「${recording.fileName}」没有通过检查：${problems.join('')}`;
};

const holdTexts: Record<Hold['reason'], string> = {
  drawn: '本单已被抽中检查',
  check: '本单正在检查',
  appeal: '本单正在申诉',
  complaint: '本单有投诉正在处理',
};

/** R5.1, R5.3 How long a recording is kept and why, in one sentence. */
export const retentionText = (
  order: Order,
  recording: Recording,
  { until, reason }: Retention,
  now: Instant,
): string => {
  const [hold] = activeHolds(order);
  const date = until === null ? '' : `${spokenTime(until)}（还剩 ${daysLeft(until, now)} 天）`;
  switch (reason) {
    case 'gone':
      return goneText(recording);
    case 'held':
      return `${hold === undefined ? '' : `${holdTexts[hold.reason]}，`}录屏保留到处理结束。`;
    case 'training-open':
      return '培训还没有登记结束，录屏会一直保留。';
    case 'released':
      return `录屏已过保留期，将于 ${date}删除。`;
    case 'one-month':
      return `录屏保留一个月，${date}到期删除。`;
    case 'before-draw': {
      const draw = coveringDraw(order);
      return `录屏保留到 ${draw === null ? '' : spokenTime(draw)} 的月度抽检之后；没有抽中的话，${date}删除。`;
    }
  }
};

const goneTexts = {
  expired: '录屏到期删除',
  removed: '录屏被删除',
  aborted: '上传已取消',
  abandoned: '上传中断太久，已放弃；请重新选择文件上传',
  discarded: '文件已由上传人删除',
} as const;

const goneText = ({ gone }: Recording): string =>
  gone === null ? '' : `${spokenTime(gone.at)} ${goneTexts[gone.how]}。`;

const daysLeft = (until: Instant, now: Instant): number =>
  Math.max(0, Math.ceil((epochMs(until) - epochMs(now)) / (24 * 60 * 60_000)));
