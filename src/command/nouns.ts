// What each noun adds to the one transaction. Whatever is missing here does not compile.

import { applicationHandlers } from './applications.ts';
import { assessmentHandlers } from './assessment-effects.ts';
import { ballotHandlers } from './ballot-writes.ts';
import { campaignHandlers } from './campaign-effects.ts';
import { conformanceHandlers } from './conformance.ts';
import { documentHandlers } from './document-effects.ts';
import { drawHandlers } from './draw-effects.ts';
import { familyHandlers } from './effects.ts';
import { inspectionHandlers } from './inspection-effects.ts';
import { noticeHandlers } from './notice-effects.ts';
import { obligationHandlers } from './obligations.ts';
import { recordHandlers } from './record-effects.ts';
import type { Handlers } from './scene.ts';
import { selectionHandlers } from './selection-effects.ts';

export const handlers: Handlers = {
  ...familyHandlers,
  ...obligationHandlers,
  ...noticeHandlers,
  ...documentHandlers,
  ...campaignHandlers,
  ...selectionHandlers,
  ...applicationHandlers,
  ...recordHandlers,
  ...inspectionHandlers,
  ...conformanceHandlers,
  ...drawHandlers,
  ...ballotHandlers,
  ...assessmentHandlers,
};
