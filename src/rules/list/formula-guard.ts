// Text that a spreadsheet would compute is guarded by an apostrophe, and the guard is taken off again when
// a list comes back: what was exported and what is imported are equal.

// Typed, pasted or saved as CSV, these begin a formula; a Chinese keyboard writes them in full width, and
// spreadsheets trim what stands before them.
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

// write-excel-file 4.1.1 looks texts up in a plain object: 'constructor' would be found in its prototype
// and break the file.
const isInherited = (text: string): boolean => text in {};

/** Text of its own that looks guarded counts too, so that taking the guard off never takes more. */
const wantsGuard = (text: string): boolean => {
  const bare = text.replace(/^'+/, '');
  return FORMULA.test(bare) || isInherited(bare);
};

export const guarded = (text: string): string => (wantsGuard(text) ? `'${text}` : text);

/** The text that `guarded` was given. */
export const unguarded = (text: string): string =>
  text.startsWith("'") && wantsGuard(text) ? text.slice(1) : text;
