import type { ButtonProps } from 'antd';
import { Button } from 'antd';
import { useRef } from 'react';

export type FileButtonProps = ButtonProps & {
  accept: string;
  multiple?: boolean;
  onFiles: (files: readonly File[]) => void;
};

/** A button that lets files be chosen. */
export const FileButton = ({ accept, multiple = false, onFiles, ...button }: FileButtonProps) => {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...button} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={multiple}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          // So that the same file can be chosen a second time.
          target.value = '';
          onFiles(files);
        }}
      />
    </>
  );
};
