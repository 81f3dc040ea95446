// Writes test/machines/stored/*.json: one stored instance of each reachable state. Existing files stay,
// because instances like them live in databases; --update writes all of them anew, which is right only for
// a machine that was never released.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import {
  findInstances,
  readStored,
  STORED,
  STORED_PROCEDURES,
  statedIn,
} from '../test/machines/stored-instances.ts';

const update = process.argv.includes('--update');
mkdirSync(STORED, { recursive: true });
let written = 0;
for (const [file, stored] of findInstances()) {
  const url = new URL(file, STORED);
  if (existsSync(url) && !update) continue;
  writeFileSync(url, `${JSON.stringify(stored, null, 2)}\n`);
  written += 1;
}
const stated = statedIn(readStored().map(({ stored }) => stored));
writeFileSync(STORED_PROCEDURES, `${JSON.stringify(stated, null, 2)}\n`);
console.log(`${written} written`);
