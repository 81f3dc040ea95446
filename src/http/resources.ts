// The resources of the campaign's business.

import { addCampaigns } from './campaigns.ts';
import { addCandidateList } from './candidate-lists.ts';
import { addCandidateRecords } from './candidate-records.ts';
import { addCandidates } from './candidates.ts';
import { addInspections } from './inspections.ts';
import type { App } from './instance.ts';
import { addRectifications } from './rectifications.ts';
import type { Service } from './service.ts';

export function addBusinessResources(app: App, service: Service): void {
  addCampaigns(app, service);
  addCandidates(app, service);
  addCandidateList(app, service);
  addCandidateRecords(app, service);
  addInspections(app, service);
  addRectifications(app, service);
}
