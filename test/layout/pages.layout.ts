// The printed pages of official documents by GB/T 9704-2012: those of a rehearsal, and texts of every length.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDocuments } from '../../rehearsal/kit/stored-documents.ts';
import { isForm } from '../../src/documents/layout.ts';
import { titleLines } from '../../src/documents/titles.ts';
import type { DocumentContent } from '../../src/rules/document/document-content.ts';
import { HEI, KAI, SONG } from './fonts.ts';
import {
  type Line,
  numberLine,
  type Page,
  type Printed,
  printAll,
  TEXT,
  textLines,
  textOf,
  withoutBlanks,
} from './printed.ts';

const FOLDER = join(import.meta.dirname, '../../artefacts/documents');
const OF_A_KIND = 4;

/** Of each plan and kind a few documents, and those with the longest titles, texts and lists. */
function rehearsed(): DocumentContent[] {
  const plans = readdirSync(FOLDER).map((file) => readDocuments(join(FOLDER, file)));
  const longest = (all: DocumentContent[]): DocumentContent[] =>
    [
      (one: DocumentContent) => one.title.length,
      (one: DocumentContent) => one.body.reduce((sum, { text }) => sum + text.length, 0),
      (one: DocumentContent) =>
        one.attachments.reduce((sum, it) => sum + ('rows' in it ? it.rows.length : 0), 0),
    ].flatMap((measure) => all.toSorted((a, b) => measure(b) - measure(a)).slice(0, 2));
  return plans.flatMap((all) => [
    ...new Set([
      ...[...Map.groupBy(all, ({ kind }) => kind).values()].flatMap((some) =>
        some.slice(0, OF_A_KIND),
      ),
      ...longest(all),
    ]),
  ]);
}

const SENTENCE =
  '按照2017年11月28日24时前报送的要求，各乡镇党委要认真组织“四创三评”活动，加强领导；完善机制、强化措施（含村级站点），确保取得实效。';
const text = (characters: number, of = SENTENCE): string =>
  of.repeat(Math.ceil(characters / of.length)).slice(0, characters);
const paragraph = (words: string) => ({ text: words, level: 0 as const });

/** The last paragraph grows by two thirds of a line, over two page ends; lists, copies, a plain page. */
function invented(base: DocumentContent): { [name: string]: DocumentContent[] } {
  const lengths = Array.from({ length: 30 }, (_, index) => 30 + index * 19);
  const row = ['1', '学用标兵', '韩晓红', '云梦乡云梦村村民委员会远程教育站点管理办公室'];
  const list = (rows: number) => ({
    title: '最终确定名单',
    columns: ['序号', '类别', '名称', '所在单位'],
    rows: Array.from({ length: rows }, () => row),
  });
  return {
    full: [{ ...base, body: [paragraph(text(1_500, '天地玄黄宇宙洪荒日月盈昃辰宿列张'))] }],
    growing: lengths.map((length) => ({
      ...base,
      body: [paragraph(SENTENCE), paragraph(text(length))],
      copyTo: length % 2 === 0 ? ['县纪委监委', '县委宣传部', '县人民政府办公室'] : [],
      note: length % 3 === 0 ? '此件公开发布' : null,
    })),
    alone: [90, 200, 420, 570].map((length) => ({ ...base, body: [paragraph(text(length))] })),
    lists: [1, 7, 12, 13, 14, 30].map((rows) => ({
      ...base,
      attachments: rows % 2 === 0 ? [list(rows), list(2)] : [list(rows)],
    })),
    upward: [
      {
        ...base,
        ...{ upward: true, signatory: '田永强', secrecy: '秘密★1年', urgency: '特急' },
        body: [paragraph(text(300)), { text: '（一）总体要求', level: 2 }, paragraph(text(200))],
      },
    ],
  };
}

const isHeaded = ({ content }: Printed): boolean => !isForm(content);
const last = <Item>(items: readonly Item[]): Item => items.at(-1) as Item;

let all: Printed[] = [];
let of: { [name: string]: Printed[] } = {};
beforeAll(async () => {
  const real = rehearsed();
  const base = real.find(({ kind }) => kind === 'notice') ?? real.find((one) => !isForm(one));
  if (base === undefined) throw new Error('the rehearsal issued no document with a head');
  const cases = invented({ ...base, attachments: [], note: null });
  all = await printAll([...real, ...Object.values(cases).flat()]);
  const of_ = new Map(all.map((printed) => [printed.content, printed]));
  const printedOf = (contents: DocumentContent[]): Printed[] =>
    contents.map((content) => of_.get(content) as Printed);
  of = {
    real: printedOf(real),
    ...Object.fromEntries(Object.entries(cases).map(([name, some]) => [name, printedOf(some)])),
  };
});

/** What is wrong with each document, by its number and title. */
const faults = (printed: readonly Printed[], look: (one: Printed) => string[]): string[] =>
  printed.flatMap((one) =>
    look(one).map((fault) => `${one.content.number} ${one.content.title}: ${fault}`),
  );

const WITHIN = 3;

describe('the paper', () => {
  test('O10: a document is printed on A4, each line of it within 156 × 225 mm', () => {
    const outside = ({ left, right, bottom }: Line): boolean =>
      left < TEXT.left - WITHIN || right > TEXT.right + WITHIN || bottom > TEXT.bottom + WITHIN;
    expect(
      faults(all, ({ pages, size }) => [
        ...(size.includes('A4') ? [] : [size]),
        ...pages.flatMap((page) =>
          textLines(page)
            .filter(outside)
            .map((line) => JSON.stringify(line)),
        ),
      ]),
    ).toEqual([]);
  });

  test('O10: 仿宋, 小标宋, 黑体, 楷体 and 宋体 find their substitutes, and every font is embedded', () => {
    const names = new Set(all.flatMap(({ fonts }) => fonts.map(({ name }) => name)));
    const printed = [...names].map((name) => name.replace(/^[A-Z]{6}\+/, ''));
    for (const family of [SONG, HEI, KAI]) {
      const stem = family.replaceAll(/ |SC$|^AR PL/g, '').replace('UKaiCN', 'UKai');
      expect(printed.filter((name) => name.startsWith(stem.trim()))).not.toEqual([]);
    }
    const known = /^(NotoSerifCJK|NotoSansCJK|UKai)/;
    expect(printed.filter((name) => !known.test(name))).toEqual([]);
    expect(
      faults(all, ({ fonts }) => fonts.filter(({ embedded }) => !embedded).map(({ name }) => name)),
    ).toEqual([]);
  });

  test('O10: a full page has 22 lines of 28 characters', () => {
    const [printed] = of.full as [Printed];
    const [, page] = printed.pages as [Page, Page];
    const lines = textLines(page);
    expect(lines).toHaveLength(22);
    expect([...new Set(lines.map((line) => [...line.text].length))]).toEqual([28]);
  });

  test('O10: nothing of the text is lost on the way to paper', () => {
    expect(
      faults(all, (printed) => {
        const told = textOf(printed);
        const { addressees, attachments, body, issuer, title } = printed.content;
        return (
          [title, issuer, ...addressees, ...body.map(({ text: words }) => words)]
            // The list of a 公示 and the table of a form stand under the document's own title.
            .concat(isHeaded(printed) ? attachments.map((one) => one.title) : [])
            .filter((words) => !told.includes(withoutBlanks(words)))
        );
      }),
    ).toEqual([]);
  });
});

describe('the title', () => {
  test('O10: a title is broken between words, never within quotation marks or a name', () => {
    const broken = faults(of.real as Printed[], ({ content, pages }) => {
      const [first] = pages as [Page];
      const lines = textLines(first).map((line) => line.text);
      const wanted = titleLines(content.title, content.names).map(withoutBlanks);
      const start = lines.indexOf(wanted[0] ?? '');
      const printed = lines.slice(start, start + wanted.length);
      const cut = wanted.slice(0, -1).flatMap((line, index) => {
        const before = wanted.slice(0, index + 1).join('').length;
        // With its quotation marks a name of more does not fit on a line.
        const names = content.names.filter((name) => name.length > 1 && name.length <= 18);
        const within = names.filter((name) => {
          const at = withoutBlanks(content.title).indexOf(name);
          return at >= 0 && at < before && before < at + name.length;
        });
        const opened = line.lastIndexOf('“') > line.lastIndexOf('”');
        return [...within, ...(opened ? [`quotation in ${line}`] : [])];
      });
      return [...(start >= 0 && printed.join('/') === wanted.join('/') ? [] : wanted), ...cut];
    });
    expect(broken).toEqual([]);
  });
});

/** The page with the date of the document, its text above the issuer, and what stands below the date. */
function signatureOf({ content, pages }: Printed): { page: number; above: Line[] } {
  const date = withoutBlanks(content.issueDate);
  const issuer = withoutBlanks(content.issuer);
  for (const [page, found] of pages.entries()) {
    const lines = textLines(found);
    const at = lines.findIndex(({ text: line }, index) => {
      return line === date && lines[index - 1]?.text === issuer;
    });
    if (at >= 0) return { page, above: lines.slice(0, at - 1) };
  }
  throw new Error(`${content.title} is not signed`);
}

const isOfText = (line: string, { body }: DocumentContent): boolean =>
  body.some(({ text: words }) => withoutBlanks(words).includes(line));

describe('the signature', () => {
  test('O10: no signature stands alone: two lines of text at least are on its page', () => {
    expect(
      faults(all.filter(isHeaded), (printed) => {
        const { content } = printed;
        const lines = signatureOf(printed).above.filter((line) => isOfText(line.text, content));
        const isShort = withoutBlanks(content.body.map((one) => one.text).join('')).length <= 26;
        return lines.length >= 2 || isShort
          ? []
          : [`${lines.length} lines of ${content.body.at(-1)?.text.length} characters`];
      }),
    ).toEqual([]);
  });

  test('O10: the first page has text, and is not left half empty for the sake of the signature', () => {
    const half = (TEXT.bottom - TEXT.top) / 2;
    expect(
      faults(all.filter(isHeaded), ({ content, pages }) => {
        const [first, second] = pages as [Page, Page];
        const lines = textLines(first);
        const goesOn = textLines(second).some((line) => isOfText(line.text, content));
        return [
          ...(lines.some((line) => isOfText(line.text, content)) ? [] : ['no text']),
          ...(goesOn && TEXT.bottom - last(lines).bottom > half ? ['half empty'] : []),
        ];
      }),
    ).toEqual([]);
  });

  test('O10: a place is left for the seal, and no word stands for it', () => {
    expect(
      faults(all.filter(isHeaded), (printed) => {
        const { page, above } = signatureOf(printed);
        const lines = textLines(printed.pages[page] as Page);
        const gap = (lines[above.length]?.top ?? 0) - (last(above)?.top ?? 0);
        return [
          ...(textOf(printed).includes('印章）') ? ['（印章）'] : []),
          // Two lines of 29 points: the one that is left is 10 mm high.
          ...(gap > 57 ? [] : [`${gap} points above the issuer`]),
        ];
      }),
    ).toEqual([]);
  });
});

describe('版记', () => {
  test('O10: it stands at the foot of the last page, which is even, behind the attachments', () => {
    expect(
      faults(all.filter(isHeaded), (printed) => {
        const { content, pages } = printed;
        const lines = textLines(last(pages));
        const foot = last(lines);
        const told = withoutBlanks(`${content.printedBy}${content.printDate}印发`);
        const elsewhere = pages
          .slice(0, -1)
          .some((page) => textLines(page).some((line) => line.text.endsWith(told)));
        return [
          ...(pages.length % 2 === 0 ? [] : [`${pages.length} pages`]),
          ...(foot?.text === told ? [] : [`the last line is ${foot?.text}`]),
          ...(foot !== undefined && TEXT.bottom - foot.bottom < 12 ? [] : ['not at the foot']),
          ...(elsewhere ? ['printed twice'] : []),
          ...content.attachments
            .map(({ title }) => withoutBlanks(title))
            .filter((title) => textOf(printed).lastIndexOf(title) > textOf(printed).indexOf(told)),
        ];
      }),
    ).toEqual([]);
  });

  test('O10: it shares the page of the text where that is even and has room, and leaves no page blank', () => {
    const blank = all
      .filter(isHeaded)
      .filter(({ pages }) => pages.slice(0, -1).some((page) => textLines(page).length === 0));
    for (const { pages } of blank) {
      const [text_, empty, record] = pages.slice(-3) as [Page, Page, Page];
      expect(numberLine(empty)).toBeUndefined();
      // Pages before 版记 that are blank bear no number, and neither does its own.
      expect(numberLine(record)).toBeUndefined();
      expect(TEXT.bottom - last(textLines(text_)).bottom).toBeLessThan(5 * 29 + 40);
    }
    expect(blank.length).toBeGreaterThan(0);
    expect(blank.length).toBeLessThan(all.length / 6);
  });
});

test('O10: the number of a page stands outside, between dashes, 7 mm below the text, in 四号', () => {
  expect(
    faults(all, ({ pages }) =>
      pages.flatMap((page, index) => {
        const line = numberLine(page);
        if (line === undefined) return textLines(page).length > 3 ? ['no number'] : [];
        const word = page.lines.length;
        const isOdd = index % 2 === 0;
        const outside = isOdd ? TEXT.right - line.right : line.left - TEXT.left;
        return [
          ...(line.text.includes(`—${index + 1}—`) ? [] : [`${line.text} of ${word} lines`]),
          ...(Math.abs(outside - 14) < WITHIN ? [] : [`${outside} points from the edge`]),
        ];
      }),
    ),
  ).toEqual([]);
});
