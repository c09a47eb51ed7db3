import { InboxOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Card } from 'antd';
import { useState } from 'react';
import { fileSize } from '../format/file-size.ts';
import { useTexts } from '../i18n/language.tsx';
import type { Limits } from '../upload/check-file.ts';
import { acceptedEndings } from '../upload/check-file.ts';
import { hasTimes, problemOf } from './draft.ts';
import { DraftRow } from './draft-row.tsx';
import { FileButton } from './file-button.tsx';
import type { ChosenFiles } from './use-chosen-files.ts';
import { useFileDrop } from './use-file-drop.ts';

export type ChooseFilesProps = { chosen: ChosenFiles; limits: Limits; accept: string };

/** Where files are dropped or chosen, and given their times. */
export const ChooseFiles = ({ chosen, limits, accept }: ChooseFilesProps) => {
  const { choose } = useTexts();
  const isOver = useFileDrop(chosen.choose);
  const endings = acceptedEndings(limits.accepted).map((ending) => ending.slice(1).toUpperCase());
  return (
    <Card>
      <h2>{choose.title}</h2>
      <div className={isOver ? 'drop drop-over' : 'drop'}>
        <InboxOutlined className="drop-icon" />
        <strong>{isOver ? choose.dropNow : choose.drop}</strong>
        <FileButton
          type="primary"
          size="large"
          icon={<PlusOutlined />}
          accept={accept}
          multiple
          onFiles={chosen.choose}
        >
          {choose.button}
        </FileButton>
        <span className="quiet">{choose.hint(endings.join(' / '), fileSize(limits.maxBytes))}</span>
        <span className="quiet">{choose.preferMp4}</span>
      </div>
      <div role="status">
        {chosen.notices.map((notice) => (
          <Alert key={notice} type="info" showIcon title={notice} />
        ))}
      </div>
      {chosen.drafts.length > 0 && <Drafts chosen={chosen} />}
    </Card>
  );
};

const Drafts = ({ chosen }: { chosen: ChosenFiles }) => {
  const { draft: texts } = useTexts();
  const [showsMissing, setShowsMissing] = useState(false);
  const good = chosen.drafts.filter((draft) => problemOf(draft) === null);
  const isChecking = good.some(({ found }) => found === null);
  const upload = (): void => {
    const isComplete = good.every(hasTimes);
    setShowsMissing(!isComplete);
    if (isComplete) chosen.upload();
  };
  return (
    <section aria-label={texts.title}>
      <h3>{texts.title}</h3>
      {good.length > 0 && <p className="quiet">{texts.why}</p>}
      <ul className="rows">
        {chosen.drafts.map((draft) => (
          <DraftRow
            key={draft.id}
            draft={draft}
            showsMissing={showsMissing}
            onTimes={(times) => chosen.setTimes(draft.id, times)}
            onRemove={() => chosen.remove(draft.id)}
          />
        ))}
      </ul>
      {good.length > 0 && (
        <Button type="primary" size="large" disabled={isChecking} onClick={upload}>
          {isChecking ? texts.checking : texts.upload(good.length)}
        </Button>
      )}
    </section>
  );
};
