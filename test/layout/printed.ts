// A printed document, read back from its PDF with the tools of poppler.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderDocx } from '../../src/documents/docx.ts';
import { convertToPdf } from '../../src/documents/pdf.ts';
import type { DocumentContent } from '../../src/rules/document/document-content.ts';
import { writeFontconfig } from './fonts.ts';

/** Points from the left and upper edge of the page. */
export type Line = { text: string; left: number; right: number; top: number; bottom: number };
export type Page = { width: number; height: number; lines: Line[] };
export type Printed = { content: DocumentContent; pages: Page[]; fonts: Font[]; size: string };
type Font = { name: string; embedded: boolean };

const points = (mm: number): number => (mm * 72) / 25.4;
/** 版心: 156 × 225 mm, 37 mm from the upper edge and 28 mm from the left one. */
export const TEXT = {
  left: points(28),
  right: points(184),
  top: points(37),
  bottom: points(262),
} as const;

const ENTITIES: { readonly [entity: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"' };
const attribute = (tag: string, name: string): number =>
  Number(new RegExp(`${name}="([\\d.]+)"`).exec(tag)?.[1]);

/** The lines of a page from top to bottom; words of one height are one line. */
function linesOf(page: string): Line[] {
  const words = [...page.matchAll(/<word ([^>]*)>([^<]*)<\/word>/g)].map(
    ([, tag = '', text = '']) => ({
      text: text.replaceAll(/&(\w+);/g, (_, entity: string) => ENTITIES[entity] ?? ''),
      left: attribute(tag, 'xMin'),
      right: attribute(tag, 'xMax'),
      top: attribute(tag, 'yMin'),
      bottom: attribute(tag, 'yMax'),
    }),
  );
  const lines: Line[][] = [];
  for (const word of words.toSorted((a, b) => a.bottom - b.bottom)) {
    const middle = (word.top + word.bottom) / 2;
    const line = lines.find(([first]) => first && middle > first.top && middle < first.bottom);
    if (line === undefined) lines.push([word]);
    else line.push(word);
  }
  return lines
    .map((line) => ({
      text: line
        .toSorted((a, b) => a.left - b.left)
        .map(({ text }) => text)
        .join(''),
      left: Math.min(...line.map(({ left }) => left)),
      right: Math.max(...line.map(({ right }) => right)),
      top: Math.min(...line.map(({ top }) => top)),
      bottom: Math.max(...line.map(({ bottom }) => bottom)),
    }))
    .toSorted((a, b) => a.top - b.top);
}

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', timeout: 30_000, maxBuffer: 64 * 1024 * 1024 });

function readPdf(content: DocumentContent, file: string): Printed {
  const pages = run('pdftotext', '-bbox', file, '-')
    .split('<page ')
    .slice(1)
    .map((page) => ({
      width: attribute(page, 'width'),
      height: attribute(page, 'height'),
      lines: linesOf(page),
    }));
  // name, type, encoding, emb, sub, uni, object: the last five columns have no blanks within.
  const fonts = run('pdffonts', file)
    .split('\n')
    .slice(2)
    .filter(Boolean)
    .map((row) => {
      const columns = row.trim().split(/\s+/);
      return { name: columns[0] ?? '', embedded: columns.at(-5) === 'yes' };
    });
  const size = /Page size: +(.*)/.exec(run('pdfinfo', file))?.[1] ?? '';
  return { content, pages, fonts, size };
}

const BATCH_MS_MAX = 120_000;

/** Prints the documents in one run of LibreOffice, with the fonts of this test. */
export async function printAll(contents: readonly DocumentContent[]): Promise<Printed[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chuangping-layout-'));
  try {
    const { PATH = '' } = process.env;
    const environment = { PATH, FONTCONFIG_FILE: writeFontconfig(folder) };
    const docx = await Promise.all(contents.map(renderDocx));
    const pdfs = await convertToPdf({ program: 'soffice', environment }, docx, {
      msMax: BATCH_MS_MAX,
    });
    return pdfs.map((pdf, index) => {
      const file = join(folder, `${index}.pdf`);
      writeFileSync(file, pdf);
      return readPdf(contents[index] as DocumentContent, file);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of a page's text: not its header, its number nor what is beside that. */
export const textLines = ({ lines }: Page): Line[] =>
  lines.filter(({ top, bottom }) => top > TEXT.top - 5 && bottom < TEXT.bottom + 8);

/** The line of the page number, below the text. */
export const numberLine = ({ lines }: Page): Line | undefined =>
  lines.find(({ text, top }) => top > TEXT.bottom && /—\d+—/.test(text));

const blanksOf = (text: string): string => text.replaceAll(/\s/g, '');

/** Everything that is printed in the text's place, without blanks. */
export const textOf = ({ pages }: Printed): string =>
  pages
    .map((page) =>
      textLines(page)
        .map(({ text }) => blanksOf(text))
        .join(''),
    )
    .join('');

export const withoutBlanks = blanksOf;
