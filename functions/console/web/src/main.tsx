import { createRoot } from 'react-dom/client';
import { apiCaller } from './api/call-api.ts';
import { recordingsApi } from './api/recordings-api.ts';
import { App } from './app.tsx';
import { browserPatience } from './browser/browser-patience.ts';
import { putByXhr } from './browser/put-by-xhr.ts';
import { takeToken } from './browser/take-token.ts';
import { warnBeforeLeaving } from './browser/warn-before-leaving.ts';
import './page.css';
import { sessionStore } from './session/session-store.ts';
import { unfinishedUploads } from './upload/unfinished-uploads.ts';
import { uploadQueue } from './upload/upload-queue.ts';

const token = takeToken(location, history);
const session = sessionStore();
const api = recordingsApi(apiCaller({ onSignedOut: session.end }));
const unfinished = unfinishedUploads(localStorage);
const queue = uploadQueue({
  calls: api,
  putPart: putByXhr,
  patience: browserPatience(session),
  unfinished,
  clock: Date,
});
warnBeforeLeaving(queue);
void (token === null ? session.look() : session.signIn(token));

const element = document.querySelector('#console');
if (element === null) throw new Error('the page has no place for the console');
createRoot(element).render(<App parts={{ session, api, queue, unfinished }} />);
