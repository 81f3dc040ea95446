// Everything that belongs to no campaign: who and where, plans, machines, keys, clock, calendars.

import { addCalendarRoutes } from '../county/calendars.ts';
import { addKeyRoutes } from '../county/keys.ts';
import { addOrganisationRoutes } from '../county/organisations.ts';
import { addOwnAccountRoutes } from '../county/own-account.ts';
import { addPrincipalRoutes } from '../county/principals.ts';
import { addSiteRoutes } from '../county/sites.ts';
import { addCandidateImportRoutes } from '../list/import-candidates.ts';
import { addDirectoryImportRoutes } from '../list/import-directory.ts';
import { addPlanSimulationRoutes } from '../plan/plan-simulations.ts';
import { addPlanRoutes } from '../plan/plans.ts';
import type { App } from './app.ts';
import { addClockRoutes } from './clock.ts';
import { addIncidentRoutes } from './incidents.ts';
import { addMachineRoutes } from './machines.ts';
import type { Service } from './service.ts';

/** Adds every administrative resource to the server. */
export function addAdministrationResources(app: App, service: Service): void {
  addOwnAccountRoutes(app, service);
  addPrincipalRoutes(app, service);
  addKeyRoutes(app, service);
  addOrganisationRoutes(app, service);
  addSiteRoutes(app, service);
  addDirectoryImportRoutes(app, service);
  addCandidateImportRoutes(app, service);
  addPlanRoutes(app, service);
  addPlanSimulationRoutes(app, service);
  addMachineRoutes(app);
  addCalendarRoutes(app, service);
  addClockRoutes(app, service);
  addIncidentRoutes(app, service);
}
