import { Alert, Button, Card, Input } from 'antd';
import { useId, useState } from 'react';
import { useParts, useUploads } from '../console-parts.tsx';
import { useTexts } from '../i18n/language.tsx';
import { isUnsettled } from '../upload/upload-item.ts';
import type { SignInFailure } from './session-store.ts';

/** Signs in with a token. */
export const SignIn = ({ ended, failure }: { ended: boolean; failure: SignInFailure | null }) => {
  const { signIn } = useTexts();
  const { session } = useParts();
  const uploads = useUploads();
  const [token, setToken] = useState('');
  const [isBusy, setBusy] = useState(false);
  const id = useId();

  const submit = async (): Promise<void> => {
    setBusy(true);
    await session.signIn(token.trim());
    setBusy(false);
  };

  return (
    <div className="narrow">
      <Card>
        <h1>{signIn.title}</h1>
        {ended && (
          <Alert
            type="warning"
            showIcon
            title={signIn.ended}
            {...(uploads.some(isUnsettled) ? { description: signIn.uploadsWait } : {})}
          />
        )}
        {failure !== null && <Alert type="error" showIcon title={signIn[failure]} />}
        <p className="quiet">{signIn.how}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (token.trim() !== '') void submit();
          }}
        >
          <label htmlFor={id}>{signIn.token}</label>
          <Input.Password
            id={id}
            size="large"
            value={token}
            autoComplete="off"
            autoFocus
            onChange={(event) => setToken(event.target.value)}
          />
          <Button
            type="primary"
            size="large"
            block
            htmlType="submit"
            disabled={isBusy || token.trim() === ''}
          >
            {signIn.submit}
          </Button>
        </form>
      </Card>
    </div>
  );
};
