/** An uploaded object as its readers see it: its size in bytes, and ranges of it (`start` inclusive, `end` exclusive). */
export type VideoSource = { size: number; read(start: number, end: number): Promise<Uint8Array> };

/** `playsInBrowser`: a phone's and a desk's alike; what doesn't is to be offered as a download. */
export type Video = {
  container: 'mp4' | 'mov' | 'flv' | 'avi' | 'mkv' | 'webm';
  durationSeconds: number;
  playsInBrowser: boolean;
};

/**
 * What a recording turned out to be. `broken`: it begins as a video and cannot be used, e.g. cut off or never finished; `no-duration`: a
 * video that doesn't say how long it is. `detail` is for logs.
 */
export type VideoFacts = Video | { problem: 'not-a-video' | 'no-duration' | 'broken'; detail: string };

/** Reads what a file is from ranges of it. Throws what reading throws, never for what the file contains. */
export type InspectVideo = (source: VideoSource) => Promise<VideoFacts>;
