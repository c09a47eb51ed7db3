import { CloseOutlined, VideoCameraOutlined } from '@ant-design/icons';
import { Alert, Button, Input } from 'antd';
import { useId } from 'react';
import { fileSize } from '../format/file-size.ts';
import { instantOf } from '../format/shanghai-time.ts';
import { useTexts } from '../i18n/language.tsx';
import type { EnteredTimes } from '../upload/proposed-times.ts';
import { minutesLate } from '../upload/proposed-times.ts';
import type { Draft } from './draft.ts';
import { problemOf } from './draft.ts';

export type DraftRowProps = {
  draft: Draft;
  /** Whether a missing time is pointed out: not before somebody has tried to go on without it. */
  showsMissing: boolean;
  onTimes: (times: EnteredTimes) => void;
  onRemove: () => void;
};

/** A chosen file with its two times, or with what is wrong with it. */
export const DraftRow = ({ draft, showsMissing, onTimes, onRemove }: DraftRowProps) => {
  const { draft: texts } = useTexts();
  const problem = problemOf(draft);
  const late = minutesLate(draft.times);
  const { customerJoinedAt, recordingStartedAt } = draft.times;
  return (
    <li className="row">
      <div className="row-head">
        <VideoCameraOutlined className="row-icon" />
        <span className="file-name">{draft.file.name}</span>
        <span className="quiet">{fileSize(draft.file.size)}</span>
        <Button
          type="text"
          icon={<CloseOutlined />}
          aria-label={`${texts.remove} ${draft.file.name}`}
          onClick={onRemove}
        />
      </div>
      {problem === null ? (
        <>
          <div className="times">
            <TimeField
              label={texts.recordingStarted}
              value={recordingStartedAt}
              missing={showsMissing ? texts.timeMissing : null}
              onChange={(time) => onTimes({ ...draft.times, recordingStartedAt: time })}
            />
            <TimeField
              label={texts.joined}
              value={customerJoinedAt}
              missing={showsMissing ? texts.timeMissing : null}
              onChange={(time) => onTimes({ ...draft.times, customerJoinedAt: time })}
            />
          </div>
          {late > 0 && <Alert type="warning" showIcon title={texts.late(late)} />}
        </>
      ) : (
        <Alert type="error" showIcon title={texts.problems[problem]} />
      )}
    </li>
  );
};

type TimeFieldProps = {
  label: string;
  value: string;
  missing: string | null;
  onChange: (time: string) => void;
};

const TimeField = ({ label, value, missing, onChange }: TimeFieldProps) => {
  const id = useId();
  const isMissing = missing !== null && instantOf(value) === null;
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        type="datetime-local"
        step={1}
        required
        value={value}
        {...(isMissing ? { status: 'error', 'aria-invalid': true, 'aria-describedby': `${id}-missing` } : {})}
        onChange={(event) => onChange(event.target.value)}
      />
      {isMissing && (
        <span id={`${id}-missing`} className="field-error">
          {missing}
        </span>
      )}
    </div>
  );
};
