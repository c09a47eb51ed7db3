import { Alert, Button, Card, Input } from 'antd';
import { useId, useState } from 'react';
import { goTo } from './browser/use-path.ts';
import { useTexts } from './i18n/language.tsx';

/** The way to an order's page, by its number. */
export const HomePage = ({ isKnown }: { isKnown: boolean }) => {
  const { home } = useTexts();
  const [orderId, setOrderId] = useState('');
  const id = useId();
  const wanted = orderId.trim();
  return (
    <div className="narrow">
      {!isKnown && <Alert type="warning" showIcon title={home.notFound} />}
      <Card>
        <h1>{home.title}</h1>
        <p className="quiet">{home.how}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (wanted !== '') goTo(`/console/orders/${encodeURIComponent(wanted)}/recordings`);
          }}
        >
          <label htmlFor={id}>{home.orderId}</label>
          <Input
            id={id}
            size="large"
            value={orderId}
            autoComplete="off"
            onChange={(event) => setOrderId(event.target.value)}
          />
          <Button type="primary" size="large" block htmlType="submit" disabled={wanted === ''}>
            {home.open}
          </Button>
        </form>
      </Card>
    </div>
  );
};
