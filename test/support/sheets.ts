// Workbooks of lists as a reader finds them.

import { readSheet } from 'read-excel-file/node';

/** The rows of the first sheet from its header on; the title and the line below it stand above. */
export const readList = async (bytes: Buffer) => (await readSheet(bytes)).slice(2);
