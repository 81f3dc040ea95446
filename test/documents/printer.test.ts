// The bounds of printing, with programs that behave as LibreOffice must not. What LibreOffice makes of a document
// is looked at in test/layout.

import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { convertToPdf, PdfNotMade } from '../../src/documents/pdf.ts';
import { createPrinter, PrinterBusy } from '../../src/documents/printer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chuangping-printer-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const environment = { PATH: process.env.PATH ?? '' };
const DOCX = Buffer.from('a document');

/** A program of these shell commands; `$LOG` is a file of the test, `$last` the document that it is given. */
async function officeOf(commands: string) {
  const program = join(folder, 'soffice');
  const log = join(folder, 'log');
  await writeFile(log, '');
  await writeFile(program, `#!/bin/sh\nLOG=${log}\nfor last; do :; done\n${commands}\n`);
  await chmod(program, 0o755);
  const lines = async (): Promise<string[]> =>
    (await readFile(log, 'utf8')).split('\n').filter(Boolean);
  return { office: { program, environment }, lines };
}

const PRINTS = 'echo run >> $LOG; sleep 0.2; echo PDF > "$(dirname $last)/1.pdf"';

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it was printed',
    (error: unknown) => error,
  );

/** False also for one that has ended and that nobody has asked after yet. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const foldersOfPrints = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('chuangping-pdf-'));

test('O10: a program that does not end is ended with all that it started, and nothing of it stays', async () => {
  const { office, lines } = await officeOf('sleep 600 & echo $! >> $LOG; echo $$ >> $LOG; wait');
  const before = await foldersOfPrints();
  const error = await failure(convertToPdf(office, [DOCX], { msMax: 500 }));
  expect(error).toBeInstanceOf(PdfNotMade);
  const pids = (await lines()).map(Number);
  expect(pids).toHaveLength(2);
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  expect(await foldersOfPrints()).toEqual(before);
});

test('O10: a program has its limits of memory and of what it writes', async () => {
  const { office, lines } = await officeOf('ulimit -v >> $LOG; ulimit -f >> $LOG');
  expect(await failure(convertToPdf(office, [DOCX]))).toBeInstanceOf(PdfNotMade);
  const [memory, size] = await lines();
  expect([Number(memory), Number(size)]).toEqual([3072 * 1024, 64 * 2048]);
});

test('a program that is not there, or leaves nothing, is told as no PDF', async () => {
  const none = { program: join(folder, 'nowhere'), environment };
  expect(await failure(convertToPdf(none, [DOCX]))).toBeInstanceOf(PdfNotMade);
  const { office } = await officeOf('echo cannot read it >&2; exit 1');
  const error = (await failure(convertToPdf(office, [DOCX]))) as Error;
  expect(error).toBeInstanceOf(PdfNotMade);
  expect(error.message).toContain('cannot read it');
});

test('O10: a document is printed once, also for two who ask at the same time', async () => {
  const { office, lines } = await officeOf(PRINTS);
  const printer = createPrinter(office);
  const print = (owner: string) => printer.print(owner, 'digest', async () => DOCX);
  const [first, second] = await Promise.all([print('a'), print('b')]);
  expect([first.toString(), second.toString(), (await print('c')).toString()]).toEqual([
    'PDF\n',
    'PDF\n',
    'PDF\n',
  ]);
  expect(await lines()).toEqual(['run']);
  await printer.close();
});

test('O10: one document is printed at a time; few wait, fewer of one person, and not for long', async () => {
  const { office, lines } = await officeOf(PRINTS);
  const printer = createPrinter(office, { waitMsMax: 300 });
  const answers = await Promise.all(
    ['a', 'a', 'a', 'a', 'b', 'b', 'c'].map((owner, index) =>
      failure(printer.print(owner, `${owner}${index}`, async () => DOCX)),
    ),
  );
  const kinds = answers.map((answer) => (answer instanceof PrinterBusy ? answer.message : answer));
  // The fourth of a is refused at once; what does not begin in time is refused then.
  expect(kinds[0]).toBe('it was printed');
  expect(kinds[3]).toBe('too much waits to be printed');
  expect(kinds.slice(-1)).toEqual(['not begun in time']);
  expect((await lines()).length).toBe(kinds.filter((kind) => kind === 'it was printed').length);
  await printer.close();
});

test('a printer that closes ends what it prints and refuses what waits', async () => {
  const { office } = await officeOf('sleep 600');
  const printer = createPrinter(office);
  const answers = ['a', 'b'].map((owner) => failure(printer.print(owner, owner, async () => DOCX)));
  await printer.close();
  for (const error of await Promise.all(answers)) expect(error).toBeInstanceOf(PdfNotMade);
});
