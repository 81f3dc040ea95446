// How a sheet prints as it comes: landscape, as wide as its page, the header on every page, page numbers, and a filter
// on the header. write-excel-file 4.1.1 has none of these but takes features that change the XML it writes, so that
// no other library is needed (ExcelJS has them, and has had no release since 2023).

import type { Feature, Image } from 'write-excel-file/node';

export type Printed = {
  name: string;
  columns: number;
  /** The row of the header; those above it are its title. */
  headerRow: number;
  /** The last row of the sheet. */
  lastRow: number;
  /** Columns that are neither shown nor printed, from 0. */
  hidden: readonly number[];
  /** '第 &P 页，共 &N 页'. */
  footer: string;
};

const FIT = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>';
const MARGINS =
  '<printOptions horizontalCentered="1"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>';
// No height: as many pages as it takes.
const SETUP = '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>';

/** A feature for a workbook of these sheets. */
export const printing = (sheets: readonly Printed[]): Feature<Image['content']> => ({
  files: {
    transform: {
      'xl/workbook.xml': {
        transform: (xml) =>
          xml.replace(
            '<definedNames/>',
            `<definedNames>${sheets.flatMap(namesOf).join('')}</definedNames>`,
          ),
      },
      'xl/worksheets/sheet{id}.xml': {
        transform: (xml, _, { sheetIndex }) => {
          const sheet = sheets[sheetIndex];
          return sheet === undefined ? xml : printed(xml, sheet);
        },
      },
    },
  },
});

function printed(xml: string, { hidden, footer, ...sheet }: Printed): string {
  const filter = `<autoFilter ref="${rangeOf(sheet, '')}"/>`;
  const numbers = `<headerFooter><oddFooter>${escaped(`&C${footer}`)}</oddFooter></headerFooter>`;
  const shown = hidden.reduce(
    (text, index) => text.replace(`<col min="${index + 1}"`, `<col hidden="1" min="${index + 1}"`),
    xml,
  );
  return shown
    .replace(/<worksheet[^>]*>/, (tag) => tag + FIT)
    .replace('</sheetData>', `</sheetData>${filter}`)
    .replace(/<pageMargins[^>]*\/>/, MARGINS)
    .replace(/<pageSetup[^>]*\/>/, SETUP + numbers);
}

function namesOf({ name, ...sheet }: Printed, index: number): string[] {
  const quoted = escaped(`'${name.replaceAll("'", "''")}'!`);
  const defined = (title: string, more: string, value: string) =>
    `<definedName name="${title}" localSheetId="${index}"${more}>${quoted}${value}</definedName>`;
  const { headerRow } = sheet;
  return [
    defined('_xlnm._FilterDatabase', ' hidden="1"', rangeOf(sheet, '$')),
    defined('_xlnm.Print_Titles', '', `$${headerRow}:$${headerRow}`),
  ];
}

const rangeOf = (
  { columns, headerRow, lastRow }: Pick<Printed, 'columns' | 'headerRow' | 'lastRow'>,
  fixed: '' | '$',
): string => {
  const last = letters(columns - 1);
  return `${fixed}A${fixed}${headerRow}:${fixed}${last}${fixed}${lastRow}`;
};

/** 0 → A, 25 → Z, 26 → AA. */
const letters = (index: number): string =>
  (index < 26 ? '' : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
