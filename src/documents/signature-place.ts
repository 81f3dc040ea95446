// The place of a text's last paragraph and of the signature, where the page on which the paragraph begins does
// not take both. GB/T 9704-2012 wants text on the first page and no signature without text. Word breaks a
// paragraph that is kept with the next, LibreOffice moves it whole; so where that would leave a page half empty
// nothing is kept, and a blank at the page's foot carries the last lines over. This rests on 28 characters to a
// line and exact line heights. Of a last paragraph longer than a page a line may still stand alone.

export const PAGE_LINES = 22;
/** Lines of text that stand beside a signature at least. */
export const BESIDE_LINES = 2;

export type SignaturePlace = {
  /** Whether the last paragraph is kept with what follows. */
  kept: boolean;
  /** Lines left blank at the foot of the page where it begins, a fraction of one included. */
  blankLines: number;
  /** Lines of paragraph and signature from the next page on; 0 when all stand where the paragraph begins. */
  next: number;
};

/**
 * `roomLines` are left below all but the last paragraph, which has `lines`; `signatureLines` are all that must
 * not stand without text: 附件说明, the seal's place, issuer, date, 附注. `only`: no other paragraph is on the page.
 * `carriedLines` go over with the signature at least.
 */
export function placeSignature(
  roomLines: number,
  lines: number,
  signatureLines: number,
  only: boolean,
  carriedLines = BESIDE_LINES,
): SignaturePlace {
  const whole = lines + signatureLines;
  if (whole <= roomLines) return { kept: true, blankLines: 0, next: 0 };
  const room = Math.floor(roomLines);
  for (let stay = Math.min(room, lines - carriedLines); stay > 0; stay -= 1) {
    const last = ((lines - stay - 1) % PAGE_LINES) + 1;
    if (last >= carriedLines && last + signatureLines <= PAGE_LINES) {
      return staying(roomLines, stay, whole);
    }
  }
  // A few lines go over whole when others stay.
  const isMoved = !only || lines === 1 || room < 1;
  if (isMoved) return { kept: true, blankLines: 0, next: whole };
  return staying(roomLines, Math.max(1, Math.min(room, lines - 2)), whole);
}

const staying = (roomLines: number, stay: number, whole: number): SignaturePlace => ({
  kept: false,
  blankLines: stay === Math.floor(roomLines) ? 0 : roomLines - stay - 0.5,
  next: whole - stay,
});
