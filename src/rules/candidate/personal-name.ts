// One way to compare the names of persons. A name is stored as it was given.

/** What cannot be seen: blanks of every width, format characters, selectors of a glyph. */
const UNSEEN = /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** The dot between the parts of a name, in every shape in which it is typed, or left out. */
const DOTS = /[.·•・‧∙⋅⸱ꞏ᛫。˙●‥…]/gu;

/**
 * The form in which names are equal that people read as one: compatibility ideographs, radicals and full-width letters
 * are folded, letter case, blanks and the dot between parts do not count. A simplified character stays another than
 * the traditional one. A name of nothing but dots is compared by them; of nothing but blanks, it is empty.
 */
export function comparableName(name: string): string {
  const seen = name.replaceAll(UNSEEN, '');
  let form = '';
  // Leaving out may bring characters together that fold into another one, so it goes on until nothing changes.
  for (let next = seen.replaceAll(DOTS, ''); next !== form; next = folded(form)) {
    form = next;
  }
  return form || seen;
}

const folded = (name: string): string =>
  name.normalize('NFKC').toLowerCase().replaceAll(UNSEEN, '').replaceAll(DOTS, '');

export const isSameName = (a: string, b: string): boolean =>
  comparableName(a) === comparableName(b);
