// What each noun adds to the one transaction. Whatever is missing here does not compile.

import { applicationHandlers } from './application/applications.ts';
import { assessmentHandlers } from './assessment/assessment-effects.ts';
import { ballotHandlers } from './ballot/ballot-writes.ts';
import { campaignHandlers } from './campaign/campaign-effects.ts';
import { conformanceHandlers } from './conformance/conformance.ts';
import { documentHandlers } from './document/document-effects.ts';
import { drawHandlers } from './draw/draw-effects.ts';
import { inspectionHandlers } from './inspection/inspection-effects.ts';
import type { Handlers } from './kernel/batch-context.ts';
import { familyHandlers } from './kernel/effects.ts';
import { obligationHandlers } from './kernel/obligations.ts';
import { noticeHandlers } from './notice/notice-effects.ts';
import { recordHandlers } from './record/record-effects.ts';
import { selectionHandlers } from './selection/selection-effects.ts';

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
