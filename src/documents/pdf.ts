// DOCX to PDF by LibreOffice, which is a process of its own each time: what it makes of a document may take time
// and memory without bound, so it has a limit of each, and a folder of its own that goes with it.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A conversion takes some three seconds on one busy core, the start of the program among them. */
const PDF_MS_MAX = 30_000;
/** Address space of the program, most of it mapped files: it takes about a gigabyte. */
const PDF_MEMORY_MB_MAX = 3_072;
/** The longest list of a county comes to some hundred pages of a few kilobytes. */
const PDF_SIZE_MB_MAX = 64;

/** LibreOffice gave no PDF: it is not there, ran out of time or memory, or could not read the file. */
export class PdfNotMade extends Error {
  override name = 'PdfNotMade';
}

// The shell that sets the limits becomes the program. Systems without one of them go on without it.
const LIMITED = `ulimit -v ${PDF_MEMORY_MB_MAX * 1024} 2>/dev/null
ulimit -f ${PDF_SIZE_MB_MAX * 2048} 2>/dev/null
exec "$@"`;

// A blank page before 版记 is a page of the document.
const AS_PDF = 'pdf:writer_pdf_Export:{"IsSkipEmptyPages":{"type":"boolean","value":"false"}}';

/** LibreOffice: the path of its program, and what it is told of its surroundings, PATH and fonts among them. */
export type Office = { program: string; environment: { readonly [name: string]: string } };

/**
 * The documents as PDF, in one run of the program. Throws PdfNotMade when there is not one for each within
 * `msMax`, and the error of `signal` once it is aborted.
 */
export async function convertToPdf(
  office: Office,
  documents: readonly Uint8Array[],
  { msMax = PDF_MS_MAX, signal }: { msMax?: number; signal?: AbortSignal } = {},
): Promise<Buffer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'chuangping-pdf-'));
  try {
    const names = documents.map((_, index) => join(folder, `${index + 1}`));
    await Promise.all(names.map((name, at) => writeFile(`${name}.docx`, documents[at] ?? '')));
    const told = await runToEnd(
      [
        office.program,
        `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`,
        ...['--headless', '--norestore', '--nolockcheck', '--nodefault'],
        ...['--convert-to', AS_PDF, '--outdir', folder],
        ...names.map((name) => `${name}.docx`),
      ],
      { ...office.environment, HOME: folder, TMPDIR: folder },
      msMax,
      signal,
    );
    return await Promise.all(
      names.map((name) =>
        readFile(`${name}.pdf`).catch((error: unknown) => {
          throw new PdfNotMade(`no PDF was made: ${told.slice(0, 500)}`, { cause: error });
        }),
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What the program said. Throws PdfNotMade when it does not start or takes longer. */
async function runToEnd(
  command: readonly string[],
  env: Record<string, string>,
  msMax: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', LIMITED, 'sh', ...command], {
    cwd: env.HOME,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, which is ended as a whole: the program is a script that starts others.
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
  }
  let isOver = false;
  const end = (): void => endGroup(child);
  const timer = setTimeout(() => {
    isOver = true;
    end();
  }, msMax);
  signal?.addEventListener('abort', end, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve());
    });
  } catch (error) {
    throw new PdfNotMade('the program did not start', { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    // What the program left running holds the folder.
    end();
  }
  signal?.throwIfAborted();
  if (isOver) throw new PdfNotMade(`the program took more than ${msMax} ms`);
  return said;
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
