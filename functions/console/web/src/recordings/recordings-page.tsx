import { ReloadOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Skeleton } from 'antd';
import { useEffect } from 'react';
import type { Recordings } from '../api/recording-views.ts';
import { goTo } from '../browser/use-path.ts';
import { useUploads } from '../console-parts.tsx';
import { spokenTime } from '../format/spoken-time.ts';
import { useTexts } from '../i18n/language.tsx';
import { acceptedEndings } from '../upload/check-file.ts';
import { Announcement } from './announcement.tsx';
import { ChooseFiles } from './choose-files.tsx';
import { RecordingRow } from './recording-row.tsx';
import { UploadRow } from './upload-row.tsx';
import { useChosenFiles } from './use-chosen-files.ts';
import type { ListProblem } from './use-recordings.ts';
import { useRecordings } from './use-recordings.ts';
import { useHasRole } from './use-roles.ts';

/** An order's recordings: what the product has, and the way to bring more. */
export const RecordingsPage = ({ orderId }: { orderId: string }) => {
  const { page } = useTexts();
  const { view, problem, reload } = useRecordings(orderId);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{page.title}</h1>
          <p className="quiet">{page.order(orderId)}</p>
        </div>
        <Button icon={<ReloadOutlined />} onClick={reload}>
          {page.refresh}
        </Button>
      </div>
      {problem !== null && <Problem problem={problem} orderId={orderId} />}
      {view === null && problem === null && (
        <div role="status" aria-label={page.loading}>
          <Skeleton active />
        </div>
      )}
      {view !== null && <Loaded view={view} reload={reload} />}
    </>
  );
};

const Problem = ({ problem, orderId }: { problem: ListProblem; orderId: string }) => {
  const { page } = useTexts();
  if (problem === 'unreachable') return <Alert type="warning" showIcon title={page.unreachable} />;
  if (problem === 'not-understood') return <Alert type="error" showIcon title={page.notUnderstood} />;
  const title = problem === 'forbidden' ? page.forbidden : page.unknownOrder(orderId);
  const action = <Button onClick={() => goTo('/console')}>{page.goHome}</Button>;
  return <Alert type="error" showIcon title={title} action={action} />;
};

const Loaded = ({ view, reload }: { view: Recordings; reload: () => void }) => {
  const { upload, recording: texts, choose } = useTexts();
  const all = useUploads();
  const chosen = useChosenFiles(view);
  const mayUpload = useHasRole('trainer');
  const accept = acceptedEndings(view.limits.accepted).join(',');

  const ours = all.filter((item) => item.orderId === view.orderId);
  const uploads = ours.filter(({ phase }) => phase !== 'done');
  const finished = ours.length - uploads.length;
  useEffect(() => {
    if (finished > 0) reload();
  }, [finished, reload]);
  const known = new Set(ours.map(({ recordingId }) => recordingId));
  const recordings = view.recordings.filter(
    ({ recordingId, state }) => state !== 'uploading' || !known.has(recordingId),
  );

  return (
    <>
      <Training training={view.training} />
      {mayUpload ? (
        <ChooseFiles chosen={chosen} limits={view.limits} accept={accept} />
      ) : (
        <Alert type="info" showIcon title={choose.onlyTrainer} />
      )}
      {uploads.length > 0 && (
        <Card>
          <h2>{upload.title}</h2>
          <p className="quiet">{upload.keepOpen}</p>
          <ul className="rows">
            {uploads.map((item) => (
              <UploadRow key={item.id} item={item} onRemoved={reload} />
            ))}
          </ul>
        </Card>
      )}
      <Card>
        <h2>{texts.title}</h2>
        {recordings.length === 0 ? (
          <p className="quiet">{texts.none}</p>
        ) : (
          <ul className="rows">
            {recordings.map((recording) => (
              <RecordingRow
                key={recording.recordingId}
                recording={recording}
                now={view.now}
                accept={accept}
                mayUpload={mayUpload}
                onFiles={(files) => chosen.choose(files, recording)}
                onChanged={reload}
              />
            ))}
          </ul>
        )}
      </Card>
      <Announcement uploads={uploads} recordings={recordings} />
    </>
  );
};

const Training = ({ training }: { training: Recordings['training'] }) => {
  const { page, locale, minutesText } = useTexts();
  const { minutes, startedAt, finishedAt } = training;
  const facts = [
    [page.planned, minutesText(minutes)],
    [page.started, startedAt === null ? page.notStarted : spokenTime(startedAt, locale)],
    [page.finished, finishedAt === null ? page.notFinished : spokenTime(finishedAt, locale)],
  ];
  return (
    <Card>
      <dl className="facts training">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
};
