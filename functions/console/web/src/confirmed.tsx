import type { ButtonProps } from 'antd';
import { Button } from 'antd';
import { useState } from 'react';

export type ConfirmedProps = Omit<ButtonProps, 'onClick'> & {
  /** Null where nothing is to be asked. */
  question: string | null;
  yes: string;
  no: string;
  onYes: () => void;
};

/** A button for what can't be undone: the question takes its place, with the focus on the harmless answer. */
export const Confirmed = ({ question, yes, no, onYes, ...button }: ConfirmedProps) => {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking || question === null)
    return <Button {...button} onClick={() => (question === null ? onYes() : setAsking(true))} />;
  return (
    <span className="confirmed" role="group" aria-label={question}>
      <span>{question}</span>
      <Button autoFocus onClick={() => setAsking(false)}>
        {no}
      </Button>
      <Button
        danger
        onClick={() => {
          setAsking(false);
          onYes();
        }}
      >
        {yes}
      </Button>
    </span>
  );
};
