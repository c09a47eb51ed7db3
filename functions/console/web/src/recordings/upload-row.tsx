import { CloseOutlined, PauseOutlined, CaretRightOutlined, VideoCameraOutlined } from '@ant-design/icons';
import { Alert, Button, Progress, Tag } from 'antd';
import { Confirmed } from '../confirmed.tsx';
import { useParts } from '../console-parts.tsx';
import { fileSize } from '../format/file-size.ts';
import { percentOf } from '../format/percent.ts';
import { useTexts } from '../i18n/language.tsx';
import type { Texts } from '../i18n/zh.ts';
import type { UploadFailure, UploadItem, UploadPhase } from '../upload/upload-item.ts';

const colours: Readonly<Record<UploadPhase, string>> = {
  waiting: 'default',
  starting: 'processing',
  sending: 'processing',
  finishing: 'processing',
  paused: 'warning',
  done: 'success',
  failed: 'error',
};

/** A file that is being uploaded, or waits for it. */
export const UploadRow = ({ item, onRemoved }: { item: UploadItem; onRemoved: () => void }) => {
  const { upload: texts } = useTexts();
  const { file, phase, failure, trouble } = item;
  return (
    <li className="row">
      <div className="row-head">
        <VideoCameraOutlined className="row-icon" />
        <span className="file-name">{file.name}</span>
        <Tag color={colours[phase]}>{texts.phases[phase]}</Tag>
      </div>
      <Progress
        percent={percentOf(item.sentBytes, file.size)}
        status={
          phase === 'failed' ? 'exception' : phase === 'sending' && trouble === null ? 'active' : 'normal'
        }
        aria-label={texts.progressOf(file.name)}
      />
      <div className="row-foot">
        <Figures item={item} />
        <Buttons item={item} onRemoved={onRemoved} />
      </div>
      {trouble === 'unreachable' && <Alert type="warning" showIcon title={texts.unreachable} />}
      {trouble === 'signed-out' && <Alert type="warning" showIcon title={texts.signedOut} />}
      {failure !== null && <Alert type="error" showIcon title={failureText(texts, failure)} />}
    </li>
  );
};

const Figures = ({ item }: { item: UploadItem }) => {
  const { bytes, secondsText, upload: texts } = useTexts();
  const isMoving = item.phase === 'sending' && item.trouble === null;
  return (
    <span className="figures">
      <span>{bytes(fileSize(item.sentBytes), fileSize(item.file.size))}</span>
      {isMoving && item.speed !== null && <span>{texts.speed(fileSize(item.speed))}</span>}
      {isMoving && item.secondsLeft !== null && <span>{texts.left(secondsText(item.secondsLeft))}</span>}
    </span>
  );
};

const Buttons = ({ item, onRemoved }: { item: UploadItem; onRemoved: () => void }) => {
  const { upload: texts } = useTexts();
  const { queue } = useParts();
  const { id, phase, failure, file } = item;
  const canPause = phase === 'waiting' || phase === 'starting' || phase === 'sending';
  const canResume = phase === 'paused' || (phase === 'failed' && failure?.type !== 'file-unreadable');
  const cancel = async (): Promise<void> => {
    await queue.cancel(id);
    onRemoved();
  };
  return (
    <span className="buttons">
      {canPause && (
        <Button
          icon={<PauseOutlined />}
          aria-label={texts.pauseOf(file.name)}
          onClick={() => queue.pause(id)}
        >
          {texts.pause}
        </Button>
      )}
      {canResume && (
        <Button
          type="primary"
          icon={<CaretRightOutlined />}
          aria-label={(phase === 'failed' ? texts.retryOf : texts.resumeOf)(file.name)}
          onClick={() => queue.resume(id)}
        >
          {phase === 'failed' ? texts.retry : texts.resume}
        </Button>
      )}
      {phase === 'failed' && (
        <Button
          aria-label={texts.closeOf(file.name)}
          onClick={() => {
            queue.dismiss(id);
            onRemoved();
          }}
        >
          {texts.close}
        </Button>
      )}
      {phase !== 'finishing' && phase !== 'failed' && (
        <Confirmed
          question={item.recordingId === null ? null : texts.confirmCancel}
          yes={texts.confirmYes}
          no={texts.confirmNo}
          onYes={() => void cancel()}
          icon={<CloseOutlined />}
          aria-label={texts.cancelOf(file.name)}
        >
          {texts.cancel}
        </Confirmed>
      )}
    </span>
  );
};

const failureText = (texts: Texts['upload'], failure: UploadFailure): string => {
  switch (failure.type) {
    case 'file-unreadable':
      return texts.fileUnreadable;
    case 'refused':
      return failure.message ?? texts.refused;
    case 'unknown':
      return texts.unknown;
  }
};
