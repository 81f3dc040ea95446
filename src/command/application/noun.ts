import type { Noun } from '../kernel/noun.ts';
import { applicationHandlers } from './applications.ts';
import { loadDossiers } from './dossiers.ts';
import { applicationFacts } from './signature-facts.ts';

export const application = {
  facts: applicationFacts,
  handlers: applicationHandlers,
  locks: { dossiers: loadDossiers },
} satisfies Noun;
