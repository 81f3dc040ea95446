// The resources of the campaign's business.

import { addApplications } from './applications.ts';
import { addAssessmentProgress } from './assessment-progress.ts';
import { addAssessments } from './assessments.ts';
import { addAssignments } from './assignments.ts';
import { addBallotRoundCounts } from './ballot-round-counts.ts';
import { addBallotRounds } from './ballot-rounds.ts';
import { addBallots } from './ballots.ts';
import { addCampaignSummary } from './campaign-summaries.ts';
import { addCampaigns } from './campaigns.ts';
import { addCandidateCriteria } from './candidate-criteria.ts';
import { addCandidateHistory } from './candidate-histories.ts';
import { addCandidateList } from './candidate-lists.ts';
import { addCandidateOutcomes } from './candidate-outcomes.ts';
import { addCandidateRecords } from './candidate-records.ts';
import { addCandidateScores } from './candidate-scores.ts';
import { addCandidates } from './candidates.ts';
import { addCategoryOutcomes } from './category-outcomes.ts';
import { addConformance } from './conformance.ts';
import { addDocuments } from './documents.ts';
import { addDrawPreparation } from './draw-preparation.ts';
import { addDraws } from './draws.ts';
import { addDuties } from './duties.ts';
import { addExports } from './exports.ts';
import { addFiles } from './files.ts';
import { addFinalLists } from './final-lists.ts';
import { addAssignmentImport } from './import-assignments.ts';
import { addImportForms } from './import-forms.ts';
import { addRosterImport } from './import-rosters.ts';
import { addScoreImport } from './import-scores.ts';
import { addInspections } from './inspections.ts';
import type { App } from './instance.ts';
import { addLedgerExport } from './ledger-exports.ts';
import { addLedgers } from './ledgers.ts';
import { addMatters } from './matters.ts';
import { addNotices } from './notices.ts';
import { addObjections } from './objections.ts';
import { addObligations } from './obligations.ts';
import { addOperations } from './operations.ts';
import { addPolicyChanges } from './policy-changes.ts';
import { addPublicNotices } from './public-notices.ts';
import { addRankings } from './rankings.ts';
import { addReceipts } from './receipts.ts';
import { addRectifications } from './rectifications.ts';
import { addRegisterExports } from './register-exports.ts';
import { addRegressions } from './regressions.ts';
import { addReviewPanels } from './review-panels.ts';
import type { Service } from './service.ts';
import { addSupplements } from './supplements.ts';
import { addTimers } from './timers.ts';
import { addWorklist } from './worklist.ts';

/** `fileSizeBytesMax`: what a file that is uploaded may weigh. */
export function addBusinessResources(
  app: App,
  service: Service,
  { fileSizeBytesMax }: { fileSizeBytesMax: number },
): void {
  addFiles(app, service, fileSizeBytesMax);
  addCampaigns(app, service);
  addCampaignSummary(app, service);
  addCandidates(app, service);
  addCandidateList(app, service);
  addCandidateHistory(app, service);
  addCandidateRecords(app, service);
  addApplications(app, service);
  addCandidateScores(app, service);
  addCandidateOutcomes(app, service);
  addBallotRounds(app, service);
  addBallotRoundCounts(app, service);
  addBallots(app, service);
  addAssessments(app, service);
  addAssignments(app, service);
  addAssessmentProgress(app, service);
  addAssignmentImport(app, service);
  addScoreImport(app, service);
  addRosterImport(app, service);
  addInspections(app, service);
  addPolicyChanges(app, service);
  addRankings(app, service);
  addCategoryOutcomes(app, service);
  addFinalLists(app, service);
  addPublicNotices(app, service);
  addObjections(app, service);
  addWorklist(app, service);
  addDraws(app, service);
  addDrawPreparation(app, service);
  addReviewPanels(app, service);
  addRectifications(app, service);
  addDuties(app, service);
  addLedgers(app, service);
  addLedgerExport(app, service);
  addMatters(app, service);
  addDocuments(app, service);
  addExports(app, service);
  addRegisterExports(app, service);
  addImportForms(app, service);
  addNotices(app, service);
  addReceipts(app, service);
  addObligations(app, service);
  addTimers(app, service);
  addOperations(app, service);
  addCandidateCriteria(app, service);
  addConformance(app, service);
  addSupplements(app, service);
  addRegressions(app, service);
}
