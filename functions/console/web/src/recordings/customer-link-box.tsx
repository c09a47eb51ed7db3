import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import type { InputRef } from 'antd';
import { Button, Input, Tag } from 'antd';
import { useRef, useState } from 'react';
import type { CustomerLink } from '../api/recording-views.ts';
import { spokenDay, spokenTime } from '../format/spoken-time.ts';
import { percentOf } from '../format/percent.ts';
import { useTexts } from '../i18n/language.tsx';

/** The link that the customer gets, to be copied, and what the customer has done with it. */
export const CustomerLinkBox = ({ link, fileName }: { link: CustomerLink; fileName: string }) => {
  const { link: texts, locale } = useTexts();
  const [copied, setCopied] = useState<'no' | 'yes' | 'by-hand'>('no');
  const input = useRef<InputRef>(null);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link.url);
      setCopied('yes');
      setTimeout(() => setCopied('no'), 3000);
    } catch {
      input.current?.select();
      setCopied('by-hand');
    }
  };

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
      {isActive && (
        <div className="link-copy">
          <Input
            ref={input}
            readOnly
            value={link.url}
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
      )}
      <span className="quiet" role="status">
        {copied === 'by-hand' ? texts.copyByHand : ''}
      </span>
      <ul className="steps">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
    </section>
  );
};
