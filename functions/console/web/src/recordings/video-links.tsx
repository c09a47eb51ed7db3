import { DownloadOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { Recording } from '../api/recording-views.ts';
import { videoAddress } from '../api/recordings-api.ts';
import { useTexts } from '../i18n/language.tsx';

/** Where staff watch a recording, if a browser can play it, and fetch it. Who has is in the order's history. */
export const VideoLinks = ({ recording }: { recording: Recording }) => {
  const { recording: texts } = useTexts();
  const { recordingId, fileName, playsInBrowser } = recording;
  return (
    <span className="buttons">
      {playsInBrowser === true && (
        <Button
          icon={<PlayCircleOutlined />}
          href={videoAddress(recordingId, false)}
          target="_blank"
          aria-label={texts.watchOf(fileName)}
        >
          {texts.watch}
        </Button>
      )}
      <Button
        icon={<DownloadOutlined />}
        href={videoAddress(recordingId, true)}
        aria-label={texts.downloadOf(fileName)}
      >
        {texts.download}
      </Button>
    </span>
  );
};
