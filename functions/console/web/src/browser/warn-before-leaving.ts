import { isUnsettled } from '../upload/upload-item.ts';
import type { UploadQueue } from '../upload/upload-queue.ts';

/** Lets the browser ask before a page with unfinished uploads is closed or loaded again. */
export const warnBeforeLeaving = (queue: UploadQueue): void => {
  const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
  let warning = false;
  queue.subscribe(() => {
    const wanted = queue.items().some(isUnsettled);
    if (wanted === warning) return;
    warning = wanted;
    // A listener that is always there would keep browsers from keeping the page for the back button.
    if (wanted) window.addEventListener('beforeunload', warn);
    else window.removeEventListener('beforeunload', warn);
  });
};
