// One way to compare the names of persons. A name is stored as it was given.

/** What cannot be seen: blanks of every width, format characters, selectors of a glyph. */
const UNSEEN = /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** The dot between the parts of a name, in every shape in which it is typed, or left out. */
const DOTS = /[.·•・‧∙⋅⸱ꞏ᛫。˙●‥…]/gu;

/**
 * The form in which names are equal that people read as one: compatibility ideographs, radicals and full-width letters
 * are folded, letter case, blanks and the dot between parts do not count. A simplified character stays another than
 * the traditional one. A name of nothing else is compared as it is.
 */
export function comparableName(name: string): string {
  // A full-width dot becomes one by the folding, and a small dot above a blank and a mark.
  const folded = name.replaceAll(DOTS, '').normalize('NFKC').toLowerCase().normalize('NFKC');
  return folded.replaceAll(UNSEEN, '').replaceAll(DOTS, '') || name;
}

export const isSameName = (a: string, b: string): boolean =>
  comparableName(a) === comparableName(b);
