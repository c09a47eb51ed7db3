import { FolderOpenOutlined, VideoCameraOutlined } from '@ant-design/icons';
import { Alert, Tag } from 'antd';
import { useEffect, useState } from 'react';
import type { Recording } from '../api/recording-views.ts';
import { Confirmed } from '../confirmed.tsx';
import { useParts } from '../console-parts.tsx';
import { fileSize } from '../format/file-size.ts';
import { percentOf } from '../format/percent.ts';
import { daysUntil } from '../format/shanghai-time.ts';
import { spokenClock, spokenDay } from '../format/spoken-time.ts';
import { useTexts } from '../i18n/language.tsx';
import { WithReason } from '../with-reason.tsx';
import { CustomerLinkBox } from './customer-link-box.tsx';
import { FileButton } from './file-button.tsx';
import { useDeed } from './use-deed.ts';
import { useHasRole, useIsUploader } from './use-roles.ts';
import { VideoLinks } from './video-links.tsx';

const colours: Readonly<Record<Recording['state'], string>> = {
  uploading: 'warning',
  checking: 'processing',
  ready: 'success',
  rejected: 'error',
  expired: 'default',
  deleted: 'default',
};

export type RecordingRowProps = {
  recording: Recording;
  /** The server's time when this was known. */
  now: string;
  accept: string;
  mayUpload: boolean;
  onFiles: (files: readonly File[]) => void;
  /** Something was done to it: what is shown is no longer so. */
  onChanged: () => void;
};

/** A recording that the product knows, with all that is to be done about it. */
export const RecordingRow = (props: RecordingRowProps) => {
  const { recording, now, onChanged } = props;
  const { recording: texts, locale, secondsText } = useTexts();
  const { state, problems, retention, link } = recording;
  const isKept = state === 'ready' || state === 'rejected';
  const isVideo = isKept && recording.durationSeconds !== null;
  const isOurs = useIsUploader(recording);
  const facts = [
    [texts.size, fileSize(recording.size)],
    ...(recording.durationSeconds === null
      ? []
      : [[texts.duration, secondsText(Math.round(recording.durationSeconds))]]),
    [texts.recordingStarted, spokenClock(recording.recordingStartedAt, locale)],
    [texts.joined, spokenClock(recording.customerJoinedAt, locale)],
  ];
  return (
    <li className="row" data-state={state}>
      <div className="row-head">
        <VideoCameraOutlined className="row-icon" />
        <span className="file-name">{recording.fileName}</span>
        <Tag color={colours[state]}>{texts.states[state]}</Tag>
      </div>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {state === 'checking' && <Alert type="info" showIcon title={texts.checkingText} />}
      {state === 'uploading' &&
        (isOurs ? (
          <Unfinished {...props} />
        ) : (
          <Alert type="info" showIcon title={texts.unfinishedOf(recording.by)} />
        ))}
      {problems.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={texts.problems}
          description={
            <>
              <ul className="problems" lang="zh-CN">
                {problems.map(({ code, text }) => (
                  <li key={code}>{text}</li>
                ))}
              </ul>
              {state === 'rejected' && <p>{texts.rejectedText}</p>}
            </>
          }
        />
      )}
      {isKept && recording.playsInBrowser === false && (
        <Alert type="warning" showIcon title={texts.playsNot} />
      )}
      {recording.accepted && <p className="quiet">{texts.accepted}</p>}
      {link !== null && <CustomerLinkBox recording={recording} link={link} onChanged={onChanged} />}
      {isVideo && (
        <div className="row-foot">
          <VideoLinks recording={recording} />
          {state === 'rejected' && <Accept recording={recording} onChanged={onChanged} />}
        </div>
      )}
      {state === 'rejected' && isOurs && <Discard recording={recording} onChanged={onChanged} />}
      {(isKept || state === 'expired' || state === 'deleted') && (
        <p className="retention">
          {isKept && retention.until !== null && (
            <strong>
              {texts.until(spokenDay(retention.until, locale), daysUntil(retention.until, now))}
            </strong>
          )}
          {state === 'ready' && retention.until === null && <strong>{texts.kept}</strong>}
          {/* The product's sentence, where it tells more than the day. */}
          {retention.reason !== 'one-month' && <span lang="zh-CN">{retention.text}</span>}
        </p>
      )}
    </li>
  );
};

const Unfinished = ({ recording, accept, mayUpload, onFiles, onChanged }: RecordingRowProps) => {
  const { recording: texts } = useTexts();
  const { api, unfinished } = useParts();
  const { recordingId, fileName, size } = recording;
  const stored = useStoredBytes(recordingId);
  const { failure, carryOut } = useDeed(onChanged);
  const isOurs = unfinished.fileOf(recordingId) !== null;
  const giveUp = async (): Promise<void> => {
    await api.abort(recordingId);
    unfinished.forget(recordingId);
  };
  return (
    <>
      <Alert
        type="warning"
        showIcon
        title={isOurs ? texts.unfinished : texts.unfinishedElsewhere}
        {...(stored === null ? {} : { description: texts.stored(percentOf(stored, size)) })}
      />
      {failure !== null && <Alert type="error" showIcon title={failure || texts.failed} />}
      {mayUpload && (
        <div className="row-foot">
          <span className="buttons">
            {isOurs && (
              <FileButton
                type="primary"
                icon={<FolderOpenOutlined />}
                aria-label={texts.chooseAgainOf(fileName)}
                accept={accept}
                onFiles={onFiles}
              >
                {texts.chooseAgain}
              </FileButton>
            )}
            <Confirmed
              question={texts.confirmGiveUp}
              yes={texts.confirmYes}
              no={texts.confirmNo}
              onYes={() => void carryOut(giveUp)}
              aria-label={texts.giveUpOf(fileName)}
            >
              {texts.giveUp}
            </Confirmed>
          </span>
        </div>
      )}
    </>
  );
};

/** Of a file that did not pass: the wrong one, or with times that were stated wrongly. */
const Discard = ({ recording, onChanged }: Pick<RecordingRowProps, 'recording' | 'onChanged'>) => {
  const { recording: texts } = useTexts();
  const { api } = useParts();
  const { failure, carryOut } = useDeed(onChanged);
  return (
    <div className="row-foot">
      <Confirmed
        question={texts.confirmDiscard}
        yes={texts.discardYes}
        no={texts.confirmNo}
        onYes={() => void carryOut(() => api.abort(recording.recordingId))}
        aria-label={texts.discardOf(recording.fileName)}
      >
        {texts.discard}
      </Confirmed>
      {failure !== null && <Alert type="error" showIcon title={failure || texts.failed} />}
    </div>
  );
};

/** What can't be helped any more, such as a recorder that was started late, is let pass with a reason. */
const Accept = ({ recording, onChanged }: Pick<RecordingRowProps, 'recording' | 'onChanged'>) => {
  const { recording: texts } = useTexts();
  const { api } = useParts();
  const { failure, carryOut } = useDeed(onChanged);
  if (!useHasRole('assistant', 'manager')) return null;
  return (
    <>
      <WithReason
        label={texts.acceptOf(recording.fileName)}
        question={texts.confirmAccept}
        reason={texts.acceptReason}
        yes={texts.accept}
        no={texts.acceptNo}
        onYes={(reason) => void carryOut(() => api.accept(recording, reason))}
      >
        {texts.accept}
      </WithReason>
      {failure !== null && <Alert type="error" showIcon title={failure || texts.failed} />}
    </>
  );
};

/** How much of an unfinished upload the product has; null while that is not known. */
const useStoredBytes = (recordingId: string): number | null => {
  const { api } = useParts();
  const [bytes, setBytes] = useState<number | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    api.listParts(recordingId, stop.signal).then(
      (parts) => setBytes(parts.reduce((sum, { size }) => sum + size, 0)),
      () => {},
    );
    return () => stop.abort();
  }, [api, recordingId]);
  return bytes;
};
