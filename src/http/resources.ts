// The one list of the service's resources: the subjects of every machine, and all others.

import { addApplicationRoutes } from './application/applications.ts';
import { addAssessmentProgressRoutes } from './assessment/assessment-progress.ts';
import { scoreSheetResource } from './assessment/assessments.ts';
import { addAssignmentRoutes } from './assessment/assignments.ts';
import { addCandidateOutcomeRoutes } from './assessment/candidate-outcomes.ts';
import { addCandidateScoreRoutes } from './assessment/candidate-scores.ts';
import { addCategoryOutcomeRoutes } from './assessment/category-outcomes.ts';
import { addAccessLogRoutes } from './audit/access-log-reads.ts';
import { addAdministrativeEventRoutes } from './audit/administrative-events.ts';
import { addBundleRoutes } from './audit/bundles.ts';
import { addErasureRoutes } from './audit/erasures.ts';
import { addUnmaskingRoutes } from './audit/unmaskings.ts';
import { addVerificationRoutes } from './audit/verifications.ts';
import { addBallotRoundCountRoutes } from './ballot/ballot-round-counts.ts';
import { ballotRoundResource } from './ballot/ballot-rounds.ts';
import { addBallotRoutes } from './ballot/ballots.ts';
import { addCampaignSummaryRoutes } from './campaign/campaign-summaries.ts';
import { campaignResource } from './campaign/campaigns.ts';
import { policyChangeResource } from './campaign/policy-changes.ts';
import { addCandidateCriteriaRoutes } from './candidate/candidate-criteria.ts';
import { addCandidateHistoryRoutes } from './candidate/candidate-histories.ts';
import { addCandidateListRoutes } from './candidate/candidate-lists.ts';
import { candidateResource } from './candidate/candidates.ts';
import { addPublicNoticeRoutes } from './candidate/public-notices.ts';
import { addConformanceRoutes } from './conformance/conformance.ts';
import { regressionResource } from './conformance/regressions.ts';
import { supplementResource } from './conformance/supplements.ts';
import { addCalendarRoutes } from './county/calendars.ts';
import { addClaimRoutes } from './county/claims.ts';
import { addKeyRoutes } from './county/keys.ts';
import { addOrganisationActRoutes } from './county/organisation-acts.ts';
import { addOrganisationNameRoutes } from './county/organisation-names.ts';
import { addOrganisationRoutes } from './county/organisations.ts';
import { addOwnAccountRoutes } from './county/own-account.ts';
import { addPrincipalRoutes } from './county/principals.ts';
import { addGrantRoutes } from './county/role-grants.ts';
import { addSiteRoutes } from './county/sites.ts';
import { addDocumentRegisterRoutes } from './document/document-registers.ts';
import { documentResource } from './document/documents.ts';
import { addDrawPreparationRoutes } from './draw/draw-preparation.ts';
import { drawResource } from './draw/draws.ts';
import { addDownloadRoutes } from './file/downloads.ts';
import { addFileRoutes, type FileLimits } from './file/files.ts';
import { addInspectionRoutes } from './inspection/inspections.ts';
import { rectificationResource } from './inspection/rectifications.ts';
import { addWorklistRoutes } from './inspection/worklist.ts';
import type { App } from './kernel/app.ts';
import { addClockRoutes } from './kernel/clock.ts';
import { addIncidentRoutes } from './kernel/incidents.ts';
import { addMachineRoutes } from './kernel/machines.ts';
import { addOperationRoutes } from './kernel/operations.ts';
import type { Service, SubjectResources } from './kernel/service.ts';
import { addTimerRoutes } from './kernel/timers.ts';
import { addCandidateExportRoutes } from './list/candidate-exports.ts';
import { addAssignmentImportRoutes } from './list/import-assignments.ts';
import { addCandidateImportRoutes } from './list/import-candidates.ts';
import { addDirectoryImportRoutes } from './list/import-directory.ts';
import { addDivisionImportRoutes } from './list/import-divisions.ts';
import { addImportFormRoutes } from './list/import-forms.ts';
import { addRosterImportRoutes } from './list/import-rosters.ts';
import { addScoreImportRoutes } from './list/import-scores.ts';
import { addLedgerExportRoutes } from './list/ledger-exports.ts';
import { addOrderExportRoutes } from './list/order-exports.ts';
import { addRegisterExportRoutes } from './list/register-exports.ts';
import { addNoticeRoutes } from './notice/notices.ts';
import { addObligationRoutes } from './notice/obligations.ts';
import { receiptResource } from './notice/receipts.ts';
import { objectionResource } from './objection/objections.ts';
import { addPlanSimulationRoutes } from './plan/plan-simulations.ts';
import { addPlanRoutes } from './plan/plans.ts';
import { reconsiderationResource } from './reconsideration/reconsiderations.ts';
import { addCandidateRecordRoutes } from './record/candidate-records.ts';
import { addDutyRoutes } from './record/duties.ts';
import { addLedgerRoutes } from './record/ledgers.ts';
import { matterResource } from './record/matters.ts';
import { reviewPanelResource } from './review/review-panels.ts';
import { addFinalListRoutes } from './selection/final-lists.ts';
import { addRankingRoutes } from './selection/rankings.ts';

/** In the order of `LOCK_ORDER`: a machine that is missing here does not compile. */
export const subjects: SubjectResources = {
  campaign: campaignResource,
  candidate: candidateResource,
  rectification: rectificationResource,
  receipt: receiptResource,
  'ballot-round': ballotRoundResource,
  'score-sheet': scoreSheetResource,
  'review-panel': reviewPanelResource,
  objection: objectionResource,
  draw: drawResource,
  supplement: supplementResource,
  'policy-change': policyChangeResource,
  document: documentResource,
  matter: matterResource,
  regression: regressionResource,
  reconsideration: reconsiderationResource,
};

/** Routes of resources that are no subjects, noun by noun. */
const others = [
  addCampaignSummaryRoutes,
  addCandidateListRoutes,
  addCandidateHistoryRoutes,
  addCandidateRecordRoutes,
  addApplicationRoutes,
  addCandidateScoreRoutes,
  addCandidateOutcomeRoutes,
  addBallotRoundCountRoutes,
  addBallotRoutes,
  addAssignmentRoutes,
  addAssessmentProgressRoutes,
  addAssignmentImportRoutes,
  addScoreImportRoutes,
  addRosterImportRoutes,
  addInspectionRoutes,
  addRankingRoutes,
  addCategoryOutcomeRoutes,
  addFinalListRoutes,
  addPublicNoticeRoutes,
  addWorklistRoutes,
  addDrawPreparationRoutes,
  addDutyRoutes,
  addLedgerRoutes,
  addLedgerExportRoutes,
  addDocumentRegisterRoutes,
  addCandidateExportRoutes,
  addOrderExportRoutes,
  addRegisterExportRoutes,
  addImportFormRoutes,
  addNoticeRoutes,
  addObligationRoutes,
  addTimerRoutes,
  addOperationRoutes,
  addCandidateCriteriaRoutes,
  addConformanceRoutes,
  addOwnAccountRoutes,
  addPrincipalRoutes,
  addGrantRoutes,
  addKeyRoutes,
  addClaimRoutes,
  addOrganisationRoutes,
  addOrganisationActRoutes,
  addOrganisationNameRoutes,
  addSiteRoutes,
  addDirectoryImportRoutes,
  addDivisionImportRoutes,
  addCandidateImportRoutes,
  addPlanRoutes,
  addPlanSimulationRoutes,
  addMachineRoutes,
  addCalendarRoutes,
  addClockRoutes,
  addIncidentRoutes,
  addAccessLogRoutes,
  addUnmaskingRoutes,
  addAdministrativeEventRoutes,
  addErasureRoutes,
  addVerificationRoutes,
  addBundleRoutes,
];

/** Adds every resource to the server. */
export function addResources(app: App, service: Service, { files }: { files: FileLimits }): void {
  addFileRoutes(app, service, files);
  addDownloadRoutes(app, service);
  for (const { addRoutes } of Object.values(subjects)) addRoutes(app, service);
  for (const addRoutes of others) addRoutes(app, service);
}
