// The fonts of official documents are not free, so a fontconfig file of the test names those that stand for them:
// one Song of Debian for 仿宋, 小标宋 and 宋体, its sans for 黑体, AR PL UKai for 楷体.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const SONG = 'Noto Serif CJK SC';
export const HEI = 'Noto Sans CJK SC';
export const KAI = 'AR PL UKai CN';

const STANDS_FOR: { readonly [font: string]: readonly string[] } = {
  [SONG]: ['仿宋_GB2312', '方正小标宋简体', '宋体'],
  [HEI]: ['黑体'],
  [KAI]: ['楷体_GB2312'],
};

/** Writes the file into the folder and answers its path, for FONTCONFIG_FILE. */
export function writeFontconfig(folder: string): string {
  const aliases = Object.entries(STANDS_FOR).flatMap(([real, names]) =>
    names.map(
      (
        name,
      ) => `<match target="pattern"><test name="family" qual="any"><string>${name}</string></test>
<edit name="family" mode="assign" binding="same"><string>${real}</string></edit></match>`,
    ),
  );
  const file = join(folder, 'fonts.conf');
  mkdirSync(join(folder, 'cache'), { recursive: true });
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><cachedir>${join(folder, 'cache')}</cachedir>
${aliases.join('\n')}</fontconfig>
`,
  );
  return file;
}
