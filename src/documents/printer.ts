// The printer of a process: one document at a time becomes a PDF, a few wait, and what was printed is kept for
// whoever asks for it next.

import { convertToPdf, type Office, PdfNotMade } from './pdf.ts';

/** LibreOffice takes a core for itself, of the two that the service asks for. */
const PRINTS_AT_ONCE = 1;
/** A print takes some three seconds; what waits beyond these would not begin in time. */
const PRINTS_WAITING_MAX = 8;
/** One person's share of those that wait. */
const PRINTS_OF_OWNER_MAX = 2;
/** A client that is not served within this is told to come again, before a proxy gives up. */
const PRINT_WAIT_MS_MAX = 20_000;
/** The same document is fetched by each of its addressees: some five hundred of them are kept. */
const PRINTED_BYTES_MAX = 32 * 1024 * 1024;

/** Too much is being printed; the document was not begun. */
export class PrinterBusy extends Error {
  override name = 'PrinterBusy';
}

export type Printer = {
  /**
   * The PDF of the document that `write` gives as DOCX, for `owner`, the person who asked. `key` is the digest of
   * its content. Rejects with PrinterBusy, PdfNotMade, or the error of `write`.
   */
  print: (owner: string, key: string, write: () => Promise<Uint8Array>) => Promise<Buffer>;
  /** Ends what is being printed; it and what waits is rejected. */
  close: () => Promise<void>;
};

type Waiting = { owner: string; begin: () => void; refuse: (error: Error) => void };

/** `limits` are smaller ones of a test. */
export function createPrinter(
  office: Office,
  { waitMsMax = PRINT_WAIT_MS_MAX, msMax }: { waitMsMax?: number; msMax?: number } = {},
): Printer {
  const kept = new Map<string, Buffer>();
  const underWay = new Map<string, Promise<Buffer>>();
  const closing = new AbortController();
  let waiting: Waiting[] = [];
  let printing = 0;
  let bytes = 0;

  const keep = (key: string, pdf: Buffer): void => {
    kept.set(key, pdf);
    bytes += pdf.length;
    for (const [oldest, { length }] of kept) {
      if (bytes <= PRINTED_BYTES_MAX) return;
      kept.delete(oldest);
      bytes -= length;
    }
  };

  const turn = (owner: string): Promise<void> => {
    if (printing < PRINTS_AT_ONCE) {
      printing += 1;
      return Promise.resolve();
    }
    const own = waiting.filter((one) => one.owner === owner).length;
    if (waiting.length >= PRINTS_WAITING_MAX || own >= PRINTS_OF_OWNER_MAX) {
      return Promise.reject(new PrinterBusy('too much waits to be printed'));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        waiting = waiting.filter((other) => other !== one);
      };
      const one: Waiting = {
        owner,
        begin: () => {
          leave();
          resolve();
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => one.refuse(new PrinterBusy('not begun in time')), waitMsMax);
      waiting.push(one);
    });
  };

  const printNow: Printer['print'] = async (owner, key, write) => {
    await turn(owner);
    try {
      const docx = await write();
      const [pdf] = await convertToPdf(office, [docx], {
        signal: closing.signal,
        ...(msMax === undefined ? {} : { msMax }),
      });
      if (pdf === undefined) throw new PdfNotMade('no PDF was made');
      keep(key, pdf);
      return pdf;
    } finally {
      const next = waiting[0];
      // The turn goes over to whoever waits longest.
      if (next === undefined) printing -= 1;
      else next.begin();
    }
  };

  return {
    print: (owner, key, write) => {
      const known = kept.get(key);
      if (known !== undefined) {
        // What was asked for last is dropped last.
        kept.delete(key);
        kept.set(key, known);
        return Promise.resolve(known);
      }
      const begun = underWay.get(key);
      if (begun !== undefined) return begun;
      const printed = printNow(owner, key, write).finally(() => underWay.delete(key));
      underWay.set(key, printed);
      return printed;
    },
    close: async () => {
      closing.abort(new PdfNotMade('the service ends'));
      for (const one of [...waiting]) one.refuse(new PdfNotMade('the service ends'));
      await Promise.allSettled(underWay.values());
    },
  };
}
