// Everything that belongs to no campaign: who and where, plans, machines, keys, clock, calendars.

import { addCalendars } from './calendars.ts';
import { addClock } from './clock.ts';
import { addCandidateImport } from './import-candidates.ts';
import { addDirectoryImports } from './import-directory.ts';
import { addIncidents } from './incidents.ts';
import type { App } from './instance.ts';
import { addKeys } from './keys.ts';
import { addMachines } from './machines.ts';
import { addMe } from './me.ts';
import { addOrganisations } from './organisations.ts';
import { addPlanSimulations } from './plan-simulations.ts';
import { addPlans } from './plans.ts';
import { addPrincipals } from './principals.ts';
import type { Service } from './service.ts';
import { addSites } from './sites.ts';

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
