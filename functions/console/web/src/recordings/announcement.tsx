import type { Recording } from '../api/recording-views.ts';
import { percentOf } from '../format/percent.ts';
import { useTexts } from '../i18n/language.tsx';
import { isActive } from '../upload/upload-item.ts';
import type { UploadItem } from '../upload/upload-item.ts';

/** What a screen reader says of itself: an upload's progress in steps of ten percent, its troubles, and what the checks found. */
export const Announcement = ({
  uploads,
  recordings,
}: {
  uploads: readonly UploadItem[];
  recordings: readonly Recording[];
}) => {
  const texts = useTexts();
  const said = uploads
    .filter((item) => isActive(item) || item.phase === 'failed')
    .map((item) => {
      const percent = Math.floor(percentOf(item.sentBytes, item.file.size) / 10) * 10;
      const trouble = item.trouble === 'unreachable' ? texts.upload.unreachable : '';
      const sentence = `${texts.upload.said(item.file.name, texts.upload.phases[item.phase], percent)} ${trouble}`;
      return { id: `upload ${item.id}`, sentence };
    });
  const checked = recordings
    .filter(({ state }) => state === 'checking' || state === 'rejected' || state === 'ready')
    .map(({ recordingId, fileName, state }) => ({
      id: recordingId,
      sentence: `${fileName} ${texts.recording.states[state]}`,
    }));
  return (
    <div className="unseen" role="status" aria-live="polite">
      {[...said, ...checked].map(({ id, sentence }) => (
        <p key={id}>{sentence}</p>
      ))}
    </div>
  );
};
