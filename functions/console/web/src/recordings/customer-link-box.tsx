import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import type { InputRef } from 'antd';
import { Alert, Button, Input, Tag } from 'antd';
import { useRef, useState } from 'react';
import type { CustomerLink, Recording } from '../api/recording-views.ts';
import { Confirmed } from '../confirmed.tsx';
import { useParts } from '../console-parts.tsx';
import { percentOf } from '../format/percent.ts';
import { spokenDay, spokenTime } from '../format/spoken-time.ts';
import { useTexts } from '../i18n/language.tsx';
import { WithReason } from '../with-reason.tsx';
import { useDeed } from './use-deed.ts';
import { useHasRole } from './use-roles.ts';

export type CustomerLinkBoxProps = { recording: Recording; link: CustomerLink; onChanged: () => void };

/** The link that the customer gets, what the customer has done with it, and what staff can do about it. */
export const CustomerLinkBox = (props: CustomerLinkBoxProps) => {
  const { recording, link } = props;
  const { link: texts, locale } = useTexts();
  const isActive = link.state === 'active';
  const steps = [
    link.sentAt === null ? texts.notSent : texts.sent(spokenTime(link.sentAt, locale)),
    link.openedAt === null ? texts.notOpened : texts.opened(spokenTime(link.openedAt, locale)),
    ...(link.openedAt === null ? [] : [texts.watched(percentOf(link.watchedShare, 1))]),
  ];
  return (
    <section className="link" aria-label={texts.title}>
      <div className="link-head">
        <strong>{texts.title}</strong>
        <Tag color={isActive ? 'success' : 'default'}>
          {isActive
            ? texts.active(spokenDay(link.expiresAt, locale))
            : texts[link.state === 'expired' ? 'expired' : 'revoked']}
        </Tag>
      </div>
      {isActive && link.url !== null && <CopyLink url={link.url} fileName={recording.fileName} />}
      <ul className="steps">
        {(isActive || link.sentAt !== null ? steps : []).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
      <LinkButtons {...props} />
    </section>
  );
};

const CopyLink = ({ url, fileName }: { url: string; fileName: string }) => {
  const { link: texts } = useTexts();
  const [copied, setCopied] = useState<'no' | 'yes' | 'by-hand'>('no');
  const input = useRef<InputRef>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(url);
      setCopied('yes');
      setTimeout(() => setCopied('no'), 3000);
    } catch {
      input.current?.select();
      setCopied('by-hand');
    }
  };
  return (
    <>
      <div className="link-copy">
        <Input
          ref={input}
          readOnly
          value={url}
          aria-label={texts.title}
          onFocus={({ target }) => target.select()}
        />
        <Button
          type="primary"
          icon={copied === 'yes' ? <CheckOutlined /> : <CopyOutlined />}
          aria-label={texts.copyOf(fileName)}
          onClick={() => void copy()}
        >
          {copied === 'yes' ? texts.copied : texts.copy}
        </Button>
      </div>
      <span className="quiet" role="status">
        {copied === 'by-hand' ? texts.copyByHand : ''}
      </span>
    </>
  );
};

const LinkButtons = ({ recording, link, onChanged }: CustomerLinkBoxProps) => {
  const { link: texts, recording: common } = useTexts();
  const { api } = useParts();
  const { isBusy, failure, carryOut } = useDeed(onChanged);
  const maySend = useHasRole('trainer', 'assistant') && link.url !== null && link.sentAt === null;
  const mayChange = useHasRole('trainer', 'assistant', 'manager');
  const isActive = link.state === 'active';
  if (!mayChange) return null;
  const { fileName } = recording;
  return (
    <>
      <span className="buttons">
        {maySend && (
          <Button disabled={isBusy} onClick={() => void carryOut(() => api.noteSent(recording))}>
            {texts.noteSent}
          </Button>
        )}
        {recording.state === 'ready' && (
          <Confirmed
            disabled={isBusy}
            question={isActive ? texts.confirmRenew : null}
            yes={texts.renew}
            no={texts.keep}
            onYes={() => void carryOut(() => api.renewLink(recording))}
            aria-label={texts.renewOf(fileName)}
          >
            {texts.renew}
          </Confirmed>
        )}
        {isActive && (
          <WithReason
            label={texts.revokeOf(fileName)}
            question={texts.confirmRevoke}
            reason={texts.reason}
            yes={texts.revoke}
            no={texts.keep}
            onYes={(reason) => void carryOut(() => api.revokeLink(recording, reason))}
          >
            {texts.revoke}
          </WithReason>
        )}
      </span>
      {failure !== null && <Alert type="error" showIcon title={failure || common.failed} />}
    </>
  );
};
