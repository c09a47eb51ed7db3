/**
 * What the page does in the customer's browser: tells the share watched, comes back to where the customer was, and fetches the video's address
 * anew when it has run out. In the language of 2015, as browsers inside old phones know no later one; a constant, so that its hash is one too.
 */
export const pageScript = `
(() => {
  'use strict';
  const { progress, length } = document.querySelector('main').dataset;
  const video = document.querySelector('video');
  const trouble = document.getElementById('trouble');
  const resumed = document.getElementById('resumed');
  const memory = 'recording ' + location.pathname;

  let at = 0;
  let wanted = null;
  let watched = [];
  // An error pauses a video without a word, so this is kept apart.
  let playing = false;
  let told = null;
  let toldAt = 0;
  let keptAt = 0;
  // Seconds played since the address was last fetched: a video that fails again at once is beyond help.
  let playedOn = Infinity;

  const post = (share, leaving) => {
    const body = JSON.stringify({ share });
    try {
      // A beacon outlives the page; some browsers throw when it is JSON.
      if (leaving && navigator.sendBeacon(progress, new Blob([body], { type: 'application/json' }))) return;
    } catch (_) {}
    try {
      const headers = { 'content-type': 'application/json' };
      fetch(progress, { method: 'POST', headers, body, keepalive: true }).catch(() => {});
    } catch (_) {}
  };

  const union = (ranges) => {
    const apart = [];
    ranges.sort((a, b) => a[0] - b[0]).forEach(([start, end]) => {
      const last = apart[apart.length - 1];
      if (last && start <= last[1] + 0.5) last[1] = Math.max(last[1], end);
      else apart.push([start, end]);
    });
    return apart;
  };

  const collect = () => {
    const played = [];
    for (let i = 0; i < video.played.length; i += 1) played.push([video.played.start(i), video.played.end(i)]);
    watched = union(watched.concat(played));
  };

  const share = () => {
    const whole = video.duration > 0 && isFinite(video.duration) ? video.duration : Number(length);
    const seconds = watched.reduce((sum, [start, end]) => sum + end - start, 0);
    return Math.min(1, Math.round((seconds / whole) * 1000) / 1000);
  };

  const keep = () => {
    keptAt = Date.now();
    try {
      localStorage.setItem(memory, JSON.stringify({ at, watched }));
    } catch (_) {}
  };

  const recall = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(memory));
      const isRange = (range) => range.length === 2 && range.every((time) => time >= 0);
      if (kept.at >= 0 && kept.watched.every(isRange)) {
        at = kept.at;
        watched = kept.watched;
      }
    } catch (_) {}
  };

  const tell = (leaving) => {
    collect();
    keep();
    toldAt = Date.now();
    if (told === null || share() === told) return;
    told = share();
    post(told, leaving);
  };

  // A robot that makes a preview of the link shows the page to nobody.
  const open = () => {
    if (document.hidden || told !== null) return;
    told = 0;
    toldAt = Date.now();
    post(0, false);
  };
  document.addEventListener('visibilitychange', open);
  open();
  if (!video) return;

  const clock = (seconds) => {
    const two = (n) => ('0' + Math.floor(n)).slice(-2);
    return (seconds < 3600 ? '' : Math.floor(seconds / 3600) + ':') + two((seconds % 3600) / 60) + ':' + two(seconds % 60);
  };

  const goBack = () => {
    if (wanted === null) return;
    if (wanted < video.duration - 1) video.currentTime = wanted;
    else wanted = null;
  };

  const reload = (goOn) => {
    wanted = at > 0 ? at : null;
    playedOn = 0;
    trouble.hidden = true;
    video.load();
    if (!goOn) return;
    const started = video.play();
    if (started) started.catch(() => {});
  };

  const failed = () => {
    collect();
    keep();
    if (playedOn > 2) reload(playing);
    else trouble.hidden = false;
  };

  video.addEventListener('loadedmetadata', goBack);
  video.addEventListener('seeked', () => {
    wanted = null;
  });
  // Some phones let nobody seek before the first play.
  video.addEventListener('playing', goBack);
  video.addEventListener('timeupdate', () => {
    if (wanted !== null || video.error) return;
    const step = video.currentTime - at;
    if (!video.paused && step > 0 && step < 2) playedOn += step;
    at = video.currentTime;
    if (!video.paused && Date.now() - toldAt >= 30000) tell(false);
    else if (Date.now() - keptAt >= 5000) keep();
  });
  // What somebody sought just before the address ran out is where they want to go on.
  video.addEventListener('seeking', () => {
    if (wanted === null) at = video.currentTime;
  });
  video.addEventListener('play', () => {
    playing = true;
  });
  video.addEventListener('pause', () => {
    playing = false;
    tell(false);
  });
  video.addEventListener('ended', () => tell(false));
  video.addEventListener('error', failed);
  trouble.querySelector('button').addEventListener('click', () => reload(true));
  document.addEventListener('visibilitychange', () => document.hidden && tell(true));
  window.addEventListener('pagehide', () => tell(true));

  recall();
  if (at > 5) {
    wanted = at;
    resumed.textContent = '上次看到 ' + clock(at) + '，从这里接着播放。';
    resumed.hidden = false;
  }
  // What happened before this script ran.
  if (video.readyState > 0) goBack();
  if (video.error) failed();
})();
`;
