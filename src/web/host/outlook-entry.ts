/** The module of outlook.html, after Office.js itself. Where the page does not stand in Outlook it stands alone. */
import { startPage } from '../sidebar/main.tsx';
import { browserHost } from './browser-host.ts';
import { createOutlookHost } from './outlook.ts';

window.lockstepHost = createOutlookHost().then((host) => host ?? browserHost);

startPage();
