import type { Noun } from '../kernel/noun.ts';
import { newObjection } from './new-objection.ts';
import { objectionFacts } from './objection-facts.ts';

export const objection = {
  facts: objectionFacts,
  machines: {
    objection: {
      begin: newObjection,
      outlivesUnit: true,
      // Who objects goes into a row of their own, sealed: no log may keep it.
      enrol: ({ writes }, create, { id }) => {
        if (!('objector' in create) || create.objector === undefined) return;
        writes.objectors.push({ id, ...create.objector });
      },
    },
  },
} satisfies Noun;
