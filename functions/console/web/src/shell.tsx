import { Alert, Button, Spin } from 'antd';
import { usePath } from './browser/use-path.ts';
import { useParts, useSession } from './console-parts.tsx';
import { HomePage } from './home-page.tsx';
import { useTexts } from './i18n/language.tsx';
import { RecordingsPage } from './recordings/recordings-page.tsx';
import { SignIn } from './session/sign-in.tsx';
import { TopBar } from './top-bar.tsx';

const recordingsPath = /^\/console\/orders\/([^/]+)\/recordings\/?$/;

/** The bar, and beneath it the page of the address, or the sign-in before it. */
export const Shell = () => {
  const texts = useTexts();
  const state = useSession();
  // A page with chosen files waits unseen while somebody signs in again.
  const isOpen = state.type === 'signed-in' || (state.type === 'signed-out' && state.ended);
  return (
    <>
      <a className="skip" href="#main">
        {texts.skipToContent}
      </a>
      <TopBar />
      <main id="main" tabIndex={-1}>
        {state.type === 'unknown' && (
          <div className="waiting">
            <Spin aria-label={texts.signIn.looking} />
          </div>
        )}
        {state.type === 'unreachable' && <Unreachable />}
        {state.type === 'signed-out' && <SignIn {...state} />}
        {isOpen && (
          <div hidden={state.type !== 'signed-in'}>
            <Page />
          </div>
        )}
      </main>
    </>
  );
};

const Page = () => {
  const path = usePath();
  const orderId = recordingsPath.exec(path)?.[1];
  if (orderId === undefined) return <HomePage isKnown={/^\/console\/?$/.test(path)} />;
  return <RecordingsPage key={orderId} orderId={decodeURIComponent(orderId)} />;
};

const Unreachable = () => {
  const { session } = useParts();
  const { signIn } = useTexts();
  return (
    <Alert
      type="error"
      showIcon
      title={signIn.unreachable}
      action={<Button onClick={() => void session.look()}>{signIn.retry}</Button>}
    />
  );
};
