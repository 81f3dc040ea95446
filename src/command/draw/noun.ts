import type { Noun } from '../kernel/noun.ts';
import { drawHandlers } from './draw-effects.ts';
import { drawFacts } from './draws.ts';

export const draw = {
  machines: {
    draw: {
      isOpen: true,
      // The secret goes into its own row, because no log may keep it.
      enrol: ({ writes }, create, { id }) => {
        if (!('draw' in create) || create.draw === undefined) return;
        const { secret, ...published } = create.draw;
        writes.draws.push({ id, ...published });
        writes.drawSecrets.push({ id, secret });
      },
    },
  },
  facts: drawFacts,
  handlers: drawHandlers,
} satisfies Noun;
