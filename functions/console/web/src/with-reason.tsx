import { Button, Input } from 'antd';
import { useId, useState } from 'react';

export type WithReasonProps = {
  children: string;
  /** What the button is called where its words alone would not tell which recording it is for. */
  label: string;
  question: string;
  /** What is to be entered. */
  reason: string;
  yes: string;
  no: string;
  onYes: (reason: string) => void;
};

/** A button for what has to be given a reason: the question and its field take its place. */
export const WithReason = ({ children, label, question, reason, yes, no, onYes }: WithReasonProps) => {
  const [isAsking, setAsking] = useState(false);
  const [given, setGiven] = useState('');
  const id = useId();
  const wanted = given.trim();
  if (!isAsking)
    return (
      <Button aria-label={label} onClick={() => setAsking(true)}>
        {children}
      </Button>
    );
  return (
    <form
      className="with-reason"
      aria-label={question}
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted === '') return;
        setAsking(false);
        setGiven('');
        onYes(wanted);
      }}
    >
      <p>{question}</p>
      <label htmlFor={id}>{reason}</label>
      <Input
        id={id}
        autoFocus
        required
        maxLength={200}
        value={given}
        onChange={(event) => setGiven(event.target.value)}
      />
      <span className="buttons">
        <Button onClick={() => setAsking(false)}>{no}</Button>
        <Button danger htmlType="submit" disabled={wanted === ''}>
          {yes}
        </Button>
      </span>
    </form>
  );
};
