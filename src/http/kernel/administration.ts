// Everything that belongs to no campaign: who and where, plans, machines, keys, clock, calendars.

import { addCalendars } from '../county/calendars.ts';
import { addKeys } from '../county/keys.ts';
import { addMe } from '../county/me.ts';
import { addOrganisations } from '../county/organisations.ts';
import { addPrincipals } from '../county/principals.ts';
import { addSites } from '../county/sites.ts';
import { addCandidateImport } from '../list/import-candidates.ts';
import { addDirectoryImports } from '../list/import-directory.ts';
import { addPlanSimulations } from '../plan/plan-simulations.ts';
import { addPlans } from '../plan/plans.ts';
import { addClock } from './clock.ts';
import { addIncidents } from './incidents.ts';
import type { App } from './instance.ts';
import { addMachines } from './machines.ts';
import type { Service } from './service.ts';

/** Adds every administrative resource to the server. */
export function addAdministrationResources(app: App, service: Service): void {
  addMe(app, service);
  addPrincipals(app, service);
  addKeys(app, service);
  addOrganisations(app, service);
  addSites(app, service);
  addDirectoryImports(app, service);
  addCandidateImport(app, service);
  addPlans(app, service);
  addPlanSimulations(app, service);
  addMachines(app);
  addCalendars(app, service);
  addClock(app, service);
  addIncidents(app, service);
}
