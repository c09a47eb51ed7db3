import { useSyncExternalStore } from 'react';

const moved = 'ninedays-moved';

const subscribe = (onChange: () => void): (() => void) => {
  window.addEventListener('popstate', onChange);
  window.addEventListener(moved, onChange);
  return () => {
    window.removeEventListener('popstate', onChange);
    window.removeEventListener(moved, onChange);
  };
};

/** The address's path, followed as it changes. */
export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);

/** Goes to another page of the console without loading it anew: uploads go on. */
export const goTo = (path: string): void => {
  history.pushState(null, '', path);
  window.dispatchEvent(new Event(moved));
};
