import type { FileProblem } from '../upload/check-file.ts';

const minutesText = (minutes: number): string => {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} 分钟`;
  return rest === 0 ? `${hours} 小时` : `${hours} 小时 ${rest} 分钟`;
};

const secondsText = (seconds: number): string => {
  if (seconds < 60) return `${seconds} 秒`;
  if (seconds < 600) return `${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒`;
  return minutesText(Math.ceil(seconds / 60));
};

/** The console's texts in Simplified Chinese, the language that it is made in. Other languages have the same keys. */
export const zh = {
  locale: 'zh-CN',
  product: '九天',
  console: '控制台',
  skipToContent: '跳到正文',
  otherLanguage: 'English',
  minutesText,
  secondsText,
  bytes: (sent: string, all: string) => `已传 ${sent}，共 ${all}`,

  signIn: {
    title: '登录',
    how: '请粘贴管理员发给您的登录口令。它不会留在页面上。',
    token: '登录口令',
    submit: '登录',
    refused: '口令无效或已过期，请向管理员索取新的口令。',
    unreachable: '连接不上服务器，请检查网络后重试。',
    ended: '登录已过期，请重新登录。',
    uploadsWait: '未传完的录像仍在这个页面里，登录后会接着上传。',
    retry: '重试',
    looking: '正在确认登录状态',
  },
  account: {
    signOut: '退出登录',
    roles: {
      trainer: '培训老师',
      assistant: '派单助理',
      support: '客户成功',
      sales: '业务端助理',
      service: '客服',
      auditor: '抽检员',
      manager: '主管',
      operator: '运维',
    },
    leaveWhileUploading: '还有录像没有传完，退出后会停下，下次登录可以继续。',
    stay: '先不退出',
  },
  home: {
    title: '打开工单',
    how: '输入工单号，查看或上传这次培训的录像。',
    orderId: '工单号',
    open: '打开',
    notFound: '没有这个页面，请从工单号打开。',
  },

  page: {
    title: '培训录像',
    order: (orderId: string) => `工单 ${orderId}`,
    refresh: '刷新',
    loading: '正在读取录像',
    planned: '计划时长',
    started: '开始',
    finished: '结束',
    notStarted: '尚未开始',
    notFinished: '尚未结束',
    unknownOrder: (orderId: string) => `没有工单 ${orderId}，请核对工单号。`,
    forbidden: '您的角色不能查看这个工单的录像。',
    unreachable: '连接不上服务器，显示的内容可能不是最新的。正在重试。',
    notUnderstood: '页面版本与服务器不一致，请刷新页面；仍不行请联系管理员。',
    goHome: '换一个工单',
  },

  choose: {
    title: '上传录像',
    drop: '把录像拖到这里',
    dropNow: '松开即可添加',
    button: '选择文件',
    hint: (endings: string, most: string) => `支持 ${endings}，每个文件不超过 ${most}，可以一次选择多个。`,
    preferMp4: '请优先用 MP4 录制，客户可以直接在手机上观看。',
    onlyTrainer: '只有本单的接单人可以上传录像。',
    notTheSame: (chosen: string, wanted: string, size: string) =>
      `“${chosen}”不是上次没有传完的文件。请选择“${wanted}”（${size}），且内容没有改动过。`,
    alreadyChosen: (name: string) => `“${name}”已经在列表里。`,
  },
  draft: {
    title: '待上传',
    joined: '客户进入时间',
    recordingStarted: '录屏开始时间',
    why: '录屏要在客户进入之前开始，这样需求核对也会录进去。时间按北京时间填写，请核对后再上传。',
    late: (minutes: number) =>
      `录屏比客户进入晚了约 ${minutesText(minutes)}，检查会判为不合格。如果时间填错了请改正；确实如此也可以上传，请如实填写。`,
    timeMissing: '请填写这个时间。',
    remove: '移除',
    upload: (count: number) => (count === 1 ? '开始上传' : `上传全部 ${count} 个文件`),
    checking: '正在检查文件',
    problems: {
      empty: '这是一个空文件，请确认录屏已经保存完成。',
      'too-large': '文件超过大小上限，请在录屏软件里分段导出后再上传。',
      'wrong-type': '不支持这种格式，请选择录屏软件导出的视频文件。',
      'no-video': '文件内容不是视频，可能只是改了后缀名。请选择录屏软件导出的原文件。',
      unreadable: '读不到这个文件，它可能已被移动、删除或被其他程序占用。',
    } satisfies Record<FileProblem, string>,
  },
  upload: {
    title: '正在上传',
    progressOf: (name: string) => `${name} 的上传进度`,
    phases: {
      waiting: '排队中',
      starting: '正在准备',
      sending: '上传中',
      finishing: '已传完，正在合并',
      paused: '已暂停',
      done: '已传完',
      failed: '上传中断',
    },
    speed: (speed: string) => `${speed}/秒`,
    left: (time: string) => `剩余约 ${time}`,
    unreachable: '网络断开，恢复后会自动继续。',
    signedOut: '登录已过期，重新登录后会自动继续。',
    pause: '暂停',
    resume: '继续',
    retry: '重试',
    cancel: '取消',
    close: '关闭',
    pauseOf: (name: string) => `暂停 ${name}`,
    resumeOf: (name: string) => `继续 ${name}`,
    retryOf: (name: string) => `重试 ${name}`,
    cancelOf: (name: string) => `取消 ${name}`,
    closeOf: (name: string) => `关闭 ${name}`,
    confirmCancel: '确定取消吗？已经传上去的部分会被删除。',
    confirmYes: '取消上传',
    confirmNo: '不取消',
    fileUnreadable: '读不到这个文件了，它可能已被移动、修改或删除。请关闭这一行，再重新选择原文件继续。',
    refused: '服务器没有接受这次上传。',
    unknown: '上传出错，请重试；仍不成功请联系管理员。',
    keepOpen: '上传期间请保持页面打开。关闭或刷新也不会丢失进度，重新选择同一个文件即可继续。',
    said: (name: string, phase: string, percent: number) => `${name}：${phase}，${percent}%`,
  },

  recording: {
    title: '已登记的录像',
    none: '还没有录像。培训结束后请尽快上传，通过检查会立即生成客户观看链接。',
    states: {
      uploading: '未传完',
      checking: '检查中',
      ready: '合格',
      rejected: '不合格',
      expired: '已到期删除',
      deleted: '已删除',
    },
    checkingText: '正在检查时长、格式和开始时间，通常不超过一分钟。',
    rejectedText: '请按上面的说明处理：有完整的录像请重新上传；没有的话，请告诉派单助理。',
    problems: '没有通过的原因',
    playsNot: '这种格式不能在客户的浏览器里播放，客户只能下载后观看。下次请用 MP4 录制。',
    unfinished: '上次没有传完，请重新选择同一个文件，从断点继续。',
    unfinishedElsewhere: '在另一台电脑或浏览器上开始，还没有传完。请回到那里继续，或放弃后在这里重新上传。',
    stored: (percent: number) => `已有 ${percent}%`,
    chooseAgain: '选择文件继续',
    chooseAgainOf: (name: string) => `选择文件继续 ${name}`,
    giveUp: '放弃',
    giveUpOf: (name: string) => `放弃 ${name}`,
    confirmGiveUp: '确定放弃吗？已经传上去的部分会被删除。',
    confirmYes: '放弃上传',
    confirmNo: '保留',
    failedToGiveUp: '没有成功，请稍后再试。',
    size: '大小',
    duration: '时长',
    joined: '客户进入',
    recordingStarted: '录屏开始',
    until: (day: string, days: number) =>
      days === 0 ? `保留到 ${day}，已到期` : `保留到 ${day}，还剩 ${days} 天`,
    kept: '暂不删除',
  },
  link: {
    title: '客户链接',
    copy: '复制',
    copied: '已复制',
    copyOf: (name: string) => `复制 ${name} 的客户链接`,
    copyByHand: '浏览器不允许自动复制，链接已选中，请按 Ctrl+C。',
    active: (day: string) => `有效期至 ${day}`,
    expired: '链接已过期',
    revoked: '链接已撤回',
    sent: (time: string) => `${time} 已发送`,
    notSent: '还没有发给客户，请复制后发到客户群',
    opened: (time: string) => `${time} 首次打开`,
    notOpened: '客户还没有打开',
    watched: (percent: number) => `已观看 ${percent}%`,
  },
};

export type Texts = typeof zh;
