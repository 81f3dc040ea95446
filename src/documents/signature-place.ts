// The place of a text's last paragraph and of the signature when the first page does not take both. GB/T
// 9704-2012 wants text on the first page and never a signature without text. Word breaks a paragraph that
// is kept with the next, LibreOffice moves it whole; so where that would empty the first page nothing is
// kept, and a blank at its foot carries the last lines over. This rests on 28 characters to a line and
// exact line heights.

import { widthOf } from './layout.ts';

export const LINE_CHARACTERS = 28;
export const PAGE_LINES = 22;
// One more than text needs beside a signature: a program may compress punctuation and save a line.
const CARRIED_LINES = 3;

/** Lines of a paragraph whose first one is indented by two characters; exact but for punctuation. */
export const linesOf = (text: string, indent = 2): number =>
  Math.max(1, Math.ceil((indent + widthOf(text)) / LINE_CHARACTERS));

export type SignaturePlace = {
  /** Whether the last paragraph is kept with what follows. */
  kept: boolean;
  /** Lines left blank at the foot of the first page, a fraction of one included. */
  blankLines: number;
  /** Whether a single line of the paragraph may stand on a page. */
  single: boolean;
};

const KEPT: SignaturePlace = { kept: true, blankLines: 0, single: false };

/**
 * `roomLines` are left on the first page below all but the last paragraph, which has `lines`;
 * `signatureLines` are all that must not stand without text: 附件说明, seal, issuer, date.
 */
export function placeSignature(
  roomLines: number,
  lines: number,
  signatureLines: number,
  only: boolean,
): SignaturePlace {
  const begins = roomLines >= 1 && lines > 1;
  const fits = lines + signatureLines <= roomLines;
  // A few lines may go over whole when others stay.
  const short = lines <= CARRIED_LINES && !only;
  if (!begins || fits || short) return KEPT;
  const over = lines - Math.floor(roomLines);
  if (over + signatureLines > PAGE_LINES) return KEPT;
  if (over >= CARRIED_LINES) return { kept: false, blankLines: 0, single: false };
  const carried = Math.max(1, Math.min(CARRIED_LINES, lines - 2));
  const stay = Math.min(lines - carried, Math.floor(roomLines));
  return {
    kept: false,
    blankLines: Math.max(0, roomLines - stay - 0.5),
    single: carried < 2 || stay < 2,
  };
}
