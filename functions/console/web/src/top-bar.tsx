import { GlobalOutlined, LogoutOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { goTo } from './browser/use-path.ts';
import { useParts, useSession, useUploads } from './console-parts.tsx';
import { useLanguageSwitch, useTexts } from './i18n/language.tsx';
import type { Texts } from './i18n/zh.ts';
import { Confirmed } from './confirmed.tsx';
import { isUnsettled } from './upload/upload-item.ts';

/** Whose console this is, who is signed in, the language. */
export const TopBar = () => {
  const texts = useTexts();
  const changeLanguage = useLanguageSwitch();
  return (
    <header className="bar">
      <div className="bar-inside">
        <a
          className="brand"
          href="/console"
          onClick={(event) => {
            event.preventDefault();
            goTo('/console');
          }}
        >
          <Mark />
          <strong>{texts.product}</strong>
          <span>{texts.console}</span>
        </a>
        <div className="bar-actions">
          <Account />
          <Button type="text" icon={<GlobalOutlined />} onClick={changeLanguage}>
            {texts.otherLanguage}
          </Button>
        </div>
      </div>
    </header>
  );
};

/** Nine days: a grid with the ninth filled. */
const Mark = () => (
  <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
    {[2, 9.5, 17].flatMap((y) =>
      [2, 9.5, 17].map((x) => (
        <rect
          key={`${x} ${y}`}
          x={x}
          y={y}
          width="5"
          height="5"
          rx="1.5"
          fill="currentColor"
          opacity={x + y === 34 ? 1 : 0.3}
        />
      )),
    )}
  </svg>
);

const Account = () => {
  const { account } = useTexts();
  const { session, queue } = useParts();
  const uploads = useUploads();
  const state = useSession();
  if (state.type !== 'signed-in') return null;
  const { staffId, roles } = state.session;
  const signOut = (): void => {
    // Whoever signs in next must not go on with them unasked.
    for (const { id } of uploads.filter(isUnsettled)) queue.pause(id);
    void session.signOut();
  };
  return (
    <>
      <span className="who">
        <strong>{staffId}</strong>
        <span>{roles.map((role) => roleText(account, role)).join(' · ')}</span>
      </span>
      <Confirmed
        question={uploads.some(isUnsettled) ? account.leaveWhileUploading : null}
        yes={account.signOut}
        no={account.stay}
        onYes={signOut}
        type="text"
        icon={<LogoutOutlined />}
      >
        {account.signOut}
      </Confirmed>
    </>
  );
};

const roleText = ({ roles }: Texts['account'], role: string): string =>
  Object.entries(roles).find(([name]) => name === role)?.[1] ?? role;
