// The documents of a rehearsal as they were issued: `npm run rehearse -- --documents FOLDER` writes them, and
// `npm run test:layout` holds their printed pages to GB/T 9704-2012.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentContent } from '../../src/rules/document/document-content.ts';
import type { History } from './ledgers.ts';

/** Writes the content of every issued document as `<plan>.json` into the folder. */
export function storeDocuments(folder: string, plan: string, histories: readonly History[]): void {
  const issued = histories.flatMap(({ subject }) =>
    subject.machine === 'document' && subject.issuedAt !== null
      ? [subject.content as DocumentContent]
      : [],
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${plan}.json`), JSON.stringify(issued));
}

export const readDocuments = (file: string): DocumentContent[] =>
  JSON.parse(readFileSync(file, 'utf8')) as DocumentContent[];
