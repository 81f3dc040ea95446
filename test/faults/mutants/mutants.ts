// The patches of this folder. The head of each says why it would be wrong and, in lines of their own, which
// scenarios it turns red: `Turns red: <file>: <title>`.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Mutant = { path: string; turnsRed: { file: string; title: string }[] };

export const listMutants = (): Mutant[] =>
  readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => {
      const path = join(import.meta.dirname, name);
      const [head = ''] = readFileSync(path, 'utf8').split(/^(?:diff|---) /m);
      const lines = head.matchAll(/^Turns red: (\S+): (.+)$/gm);
      const turnsRed = [...lines].map(([, file = '', title = '']) => ({ file, title }));
      return { path, turnsRed };
    });
