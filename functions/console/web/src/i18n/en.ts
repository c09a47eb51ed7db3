import type { Texts } from './zh.ts';

const count = (amount: number, unit: string): string => `${amount} ${unit}${amount === 1 ? '' : 's'}`;

const minutesText = (minutes: number): string => {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return count(rest, 'minute');
  return rest === 0 ? count(hours, 'hour') : `${count(hours, 'hour')} ${count(rest, 'minute')}`;
};

const secondsText = (seconds: number): string => {
  if (seconds < 60) return count(seconds, 'second');
  if (seconds < 600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return minutesText(Math.ceil(seconds / 60));
};

/** The console's texts in English. What the server says, such as a finding on a recording, stays Chinese. */
export const en: Texts = {
  locale: 'en-GB',
  product: 'ninedays',
  console: 'Console',
  skipToContent: 'Skip to content',
  otherLanguage: '中文',
  minutesText,
  secondsText,
  bytes: (sent, all) => `${sent} of ${all}`,

  signIn: {
    title: 'Sign in',
    how: 'Paste the token that your operator gave you. It does not stay on the page.',
    token: 'Token',
    submit: 'Sign in',
    refused: 'The token is not valid or has expired. Ask your operator for a new one.',
    unreachable: 'The server cannot be reached. Check the network and try again.',
    ended: 'Your session has ended. Please sign in again.',
    uploadsWait: 'Unfinished uploads are still on this page and go on once you have signed in.',
    retry: 'Try again',
    looking: 'Checking who is signed in',
  },
  account: {
    signOut: 'Sign out',
    roles: {
      trainer: 'Trainer',
      assistant: 'Assistant',
      support: 'Customer success',
      sales: 'Sales',
      service: 'Customer service',
      auditor: 'Auditor',
      manager: 'Manager',
      operator: 'Operator',
    },
    leaveWhileUploading: 'An upload has not finished. It stops when you sign out and can go on later.',
    stay: 'Stay',
  },
  home: {
    title: 'Open an order',
    how: 'Enter an order’s number to see or upload the recordings of its training.',
    orderId: 'Order number',
    open: 'Open',
    notFound: 'There is no such page. Open an order by its number.',
  },

  page: {
    title: 'Training recordings',
    order: (orderId) => `Order ${orderId}`,
    refresh: 'Refresh',
    loading: 'Loading recordings',
    planned: 'Planned',
    started: 'Started',
    finished: 'Finished',
    notStarted: 'not yet',
    notFinished: 'not yet',
    unknownOrder: (orderId) => `There is no order ${orderId}. Please check the number.`,
    forbidden: 'Your role may not see the recordings of this order.',
    unreachable: 'The server cannot be reached, so this may be out of date. Trying again.',
    notUnderstood:
      'This page and the server are of different versions. Reload the page; tell your operator if that does not help.',
    goHome: 'Another order',
  },

  choose: {
    title: 'Upload recordings',
    drop: 'Drop recordings here',
    dropNow: 'Release to add',
    button: 'Choose files',
    hint: (endings, most) => `${endings}, up to ${most} each, several at a time.`,
    preferMp4: 'Record MP4 where you can: customers can watch it on their phones.',
    onlyTrainer: 'Only trainers can upload recordings.',
    notTheSame: (chosen, wanted, size) =>
      `“${chosen}” is not the file that was being uploaded. Choose “${wanted}” (${size}), unchanged.`,
    alreadyChosen: (name) => `“${name}” is already in the list.`,
  },
  draft: {
    title: 'Ready to upload',
    joined: 'Customer joined',
    recordingStarted: 'Recording started',
    why: 'The recording has to start before the customer joins, so that it holds the talk about their needs. Beijing time; please check before you upload.',
    late: (minutes) =>
      `The recording started about ${minutesText(minutes)} after the customer joined and will not pass the check. Correct the times if they are wrong; if they are right, you can upload it as it is.`,
    timeMissing: 'Please enter this time.',
    remove: 'Remove',
    upload: (files) => (files === 1 ? 'Upload' : `Upload all ${files} files`),
    checking: 'Checking the file',
    problems: {
      empty: 'This file is empty. Has the recorder finished saving it?',
      'too-large': 'This file is too large. Export the recording in pieces.',
      'wrong-type': 'This kind of file is not accepted. Choose the video that the recorder has made.',
      'no-video': 'This file is no video, whatever its name says. Choose the recorder’s own file.',
      unreadable: 'This file cannot be read. It may have been moved, deleted, or be in use.',
    },
  },
  upload: {
    title: 'Uploading',
    progressOf: (name) => `Progress of ${name}`,
    phases: {
      waiting: 'Waiting',
      starting: 'Preparing',
      sending: 'Uploading',
      finishing: 'Sent, being put together',
      paused: 'Paused',
      done: 'Sent',
      failed: 'Stopped',
    },
    speed: (speed) => `${speed}/s`,
    left: (time) => `about ${time} left`,
    unreachable: 'No connection. Goes on by itself when it is back.',
    signedOut: 'Your session has ended. Goes on by itself once you have signed in.',
    pause: 'Pause',
    resume: 'Resume',
    retry: 'Try again',
    cancel: 'Cancel',
    close: 'Close',
    pauseOf: (name) => `Pause ${name}`,
    resumeOf: (name) => `Resume ${name}`,
    retryOf: (name) => `Try ${name} again`,
    cancelOf: (name) => `Cancel ${name}`,
    closeOf: (name) => `Close ${name}`,
    confirmCancel: 'Cancel this upload? What has been sent will be deleted.',
    confirmYes: 'Cancel upload',
    confirmNo: 'Keep it',
    fileUnreadable:
      'This file cannot be read any more. It may have been moved, changed or deleted. Close this row and choose the original file again.',
    refused: 'The server did not accept this upload.',
    unknown: 'The upload failed. Try again, and tell your operator if it keeps failing.',
    keepOpen:
      'Keep this page open while uploading. Closing or reloading it loses nothing: choose the same file again and it goes on.',
    said: (name, phase, percent) => `${name}: ${phase}, ${percent}%`,
  },

  recording: {
    title: 'Recordings',
    none: 'No recording yet. Upload it soon after the training; the customer’s link is made as soon as it has passed the check.',
    states: {
      uploading: 'Unfinished',
      checking: 'Being checked',
      ready: 'Passed',
      rejected: 'Not passed',
      expired: 'Deleted on time',
      deleted: 'Deleted',
    },
    checkingText: 'Length, format and start are being checked. This seldom takes more than a minute.',
    rejectedText: 'Upload the complete recording if you have one; otherwise tell the assistant.',
    problems: 'Why it did not pass',
    playsNot:
      'Browsers cannot play this format, so the customer has to download it. Please record MP4 next time.',
    unfinished: 'This upload was interrupted. Choose the same file again and it goes on where it stopped.',
    unfinishedElsewhere:
      'Begun on another computer or browser and not finished. Go on there, or give it up and upload here again.',
    stored: (percent) => `${percent}% stored`,
    chooseAgain: 'Choose file to go on',
    chooseAgainOf: (name) => `Choose file to go on with ${name}`,
    discard: 'Delete this file',
    discardOf: (name) => `Delete ${name}`,
    confirmDiscard: 'Delete this file? If its times or the file were wrong, upload it again afterwards.',
    discardYes: 'Delete',
    giveUp: 'Give up',
    giveUpOf: (name) => `Give up ${name}`,
    confirmGiveUp: 'Give this upload up? What has been sent will be deleted.',
    confirmYes: 'Give up',
    confirmNo: 'Keep it',
    failed: 'That did not work. Please try again later.',
    unfinishedOf: (by) =>
      `${by} is uploading this and has not finished. Nobody else can go on or give it up.`,
    accepted: 'This recording did not pass the check; the assistant has let it pass and said why.',
    accept: 'Let pass',
    acceptOf: (name) => `Let ${name} pass`,
    confirmAccept:
      'Where there is no better recording, this one can be let pass: the customer gets a link, and the reason is kept with the order.',
    acceptReason: 'Why it is let pass',
    acceptNo: 'Not now',
    watch: 'Watch',
    watchOf: (name) => `Watch ${name}`,
    download: 'Download',
    downloadOf: (name) => `Download ${name}`,
    size: 'Size',
    duration: 'Length',
    joined: 'Customer joined',
    recordingStarted: 'Recording started',
    until: (day, days) =>
      days === 0 ? `Kept until ${day}, over` : `Kept until ${day}, ${count(days, 'day')} left`,
    kept: 'Kept for the time being',
  },
  link: {
    title: 'Customer’s link',
    copy: 'Copy',
    copied: 'Copied',
    copyOf: (name) => `Copy the customer’s link of ${name}`,
    copyByHand: 'The browser does not allow copying. The link is selected: press Ctrl+C.',
    active: (day) => `Valid until ${day}`,
    expired: 'Expired',
    revoked: 'Revoked',
    sent: (time) => `Sent ${time}`,
    notSent: 'Not sent yet: copy it into the customer’s group',
    noteSent: 'Sent to the customer',
    opened: (time) => `First opened ${time}`,
    notOpened: 'Not opened yet',
    watched: (percent) => `${percent}% watched`,
    renew: 'New link',
    renewOf: (name) => `New link for ${name}`,
    confirmRenew:
      'The present link stops working at once, and the new one has to be sent to the customer. Go on?',
    revoke: 'Stop link',
    revokeOf: (name) => `Stop the link of ${name}`,
    confirmRevoke:
      'This link will not open any more; who is watching can go on for 20 minutes at most. A new one can be made when needed.',
    reason: 'Why it is stopped',
    keep: 'Leave it',
  },
};
