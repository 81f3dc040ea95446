// What files are, whatever they are called. report.doc and scores.xls were written by LibreOffice, photo.heic by
// heif-enc, with the place where it was taken.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { renderXlsx } from '../../src/documents/xlsx.ts';
import { drawThumbnail, takeIn } from '../../src/files/content.ts';
import { nameOfKind } from '../../src/files/kinds.ts';

const sample = (name: string): Promise<Buffer> =>
  readFile(join(import.meta.dirname, 'samples', name));
const [doc, xls, heic] = await Promise.all(['report.doc', 'scores.xls', 'photo.heic'].map(sample));
const xlsx = await renderXlsx({
  name: '表',
  columns: [{ title: '名称', width: 9 }],
  rows: [['村']],
});

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const types = (main: string): string =>
  `<Types><Override PartName="/x" ContentType="application/vnd.${main}+xml"/></Types>`;
const packageOf = (parts: { [name: string]: string | Uint8Array }): Buffer =>
  Buffer.from(
    // Little effort goes into packing tens of megabytes of zeros.
    zipSync(
      Object.fromEntries(
        Object.entries(parts).map(([name, part]) => [
          name,
          typeof part === 'string' ? strToU8(part) : part,
        ]),
      ),
      { level: 1 },
    ),
  );
const WORD = 'openxmlformats-officedocument.wordprocessingml.document.main';
const docxWith = (parts: { [name: string]: string | Uint8Array } = {}, main = WORD): Buffer =>
  packageOf({ '[Content_Types].xml': types(main), 'word/document.xml': '<document/>', ...parts });
const ofdWith = (parts: { [name: string]: string | Uint8Array } = {}): Buffer =>
  packageOf({ 'OFD.xml': '<ofd:OFD/>', 'Doc_0/Document.xml': '<ofd:Document/>', ...parts });
const rels = (type: string, target: string): { [name: string]: string } => ({
  'word/_rels/document.xml.rels': `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}" TargetMode="External"/></Relationships>`,
});

/** A compound file in whose directory an entry has another name. */
function renamed(bytes: Buffer | undefined, from: string, to: string): Buffer {
  const copy = Buffer.from(bytes ?? '');
  const at = copy.indexOf(Buffer.from(`${from}\0`, 'utf16le'));
  copy.fill(0, at, at + 64);
  copy.write(to, at, 'utf16le');
  copy.writeUInt16LE(to.length * 2 + 2, at + 64);
  return copy;
}

/** The bytes with two of them set, `offset` behind what is looked for. */
function withWord(bytes: Buffer | undefined, mark: string, offset: number, word: number): Buffer {
  const copy = Buffer.from(bytes ?? '');
  copy.writeUInt16LE(word, copy.indexOf(Buffer.from(mark, 'hex')) + offset);
  return copy;
}

const told = async (content: Buffer | undefined): Promise<string> => {
  const taken = await takeIn(content ?? Buffer.alloc(0));
  return 'fault' in taken ? taken.fault : taken.mediaType;
};

test('O14, C22: DOCX, XLSX, OFD, WPS and ET files and HEIC pictures are told by their content', async () => {
  expect(await told(docxWith())).toBe(DOCX);
  expect(await told(xlsx)).toBe(XLSX);
  expect(await told(ofdWith())).toBe('application/ofd');
  expect(await told(doc)).toBe('application/msword');
  expect(await told(xls)).toBe('application/vnd.ms-excel');
  expect(await told(heic)).toBe('image/heic');
});

test.each([
  ['照片.jpg', 'application/pdf', '照片.pdf'],
  ['照片.JPG', 'image/jpeg', '照片.JPG'],
  ['报告.wps', 'application/msword', '报告.wps'],
  ['报告.docx', 'application/msword', '报告.doc'],
  ['汇总.et', 'application/vnd.ms-excel', '汇总.et'],
  ['方案v1.2', DOCX, '方案v1.2.docx'],
  ['程序.exe', 'application/pdf', '程序.exe.pdf'],
  ['长'.repeat(200), 'image/heic', `${'长'.repeat(195)}.heic`],
] as const)('C23: %s of content %s is handed out as %s', (name, mediaType, proper) => {
  expect(nameOfKind(name, mediaType)).toBe(proper);
});

test('O14: what acts by itself, or is locked, is taken in no kind of file', async () => {
  const chart = { 'word/embeddings/Microsoft_Excel_Sheet.xlsx': xlsx };
  expect(await told(docxWith(chart))).toBe(DOCX);
  expect(await told(docxWith(rels('hyperlink', 'https://www.gov.cn/')))).toBe(DOCX);
  expect(await told(docxWith(rels('attachedTemplate', 'file:///C:\\Normal.dotm')))).toBe(DOCX);
  const macros = 'ms-word.document.macroEnabled.main';
  for (const active of [
    docxWith({}, macros),
    docxWith({ 'word/vbaProject.bin': renamed(doc, '\u0001CompObj', 'VBA') }),
    docxWith({ 'word/embeddings/oleObject1.bin': renamed(xls, 'Workbook', '\u0001Ole10Native') }),
    docxWith({ 'word/media/image1.png': 'MZ\x90' }),
    docxWith({ 'word/embeddings/a.docx': docxWith(chart) }),
    docxWith(rels('attachedTemplate', 'https://example.com/a.dotm')),
    docxWith(rels('oleObject', 'file:///\\\\10.0.0.1\\a.docx')),
    renamed(doc, '\u0001CompObj', 'Macros'),
    renamed(xls, '\u0001CompObj', '_VBA_PROJECT_CUR'),
    ofdWith({ 'Doc_0/Attachs/a.rar': 'Rar!\x1a' }),
  ]) {
    expect(await told(active)).toBe('active');
  }
  for (const locked of [
    renamed(doc, '\u0001CompObj', 'EncryptedPackage'),
    withWord(doc, 'eca5', 10, 0x100),
    withWord(xls, '09081000', 20, 0x2f),
  ]) {
    expect(await told(locked)).toBe('encrypted');
  }
  expect(await told(packageOf({ 'a.txt': 'a' }))).toBe('unknown-type');
  expect(await told(renamed(doc, 'WordDocument', 'PowerPoint Document'))).toBe('unknown-type');
});

test('O14: a document is unpacked no further than 64 MiB, also when a part of it is a document', async () => {
  const zeros = new Uint8Array(40 * 1024 * 1024);
  expect(await told(docxWith({ 'word/media/a.bin': zeros }))).toBe(DOCX);
  expect(await told(docxWith({ 'word/a.bin': zeros, 'word/b.bin': zeros }))).toBe('too-large');
  const nested = docxWith({ 'word/embeddings/a.docx': docxWith({ 'word/a.bin': zeros }) });
  expect(await told(nested)).toBe(DOCX);
  const both = { 'word/b.bin': zeros, 'word/embeddings/a.docx': docxWith({ 'word/a.bin': zeros }) };
  expect(await told(docxWith(both))).toBe('too-large');
  const many = Object.fromEntries(Array.from({ length: 2_001 }, (_, i) => [`word/${i}.xml`, 'x']));
  expect(await told(docxWith(many))).toBe('too-large');
});

test('O14: a cut or spoiled file is told as broken, or as what it still is, in time', async () => {
  const originals = [docxWith(), xlsx, ofdWith(), doc, xls, heic].map(
    (one) => one ?? Buffer.alloc(0),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...originals),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
        maxLength: 12,
      }),
      async (original, part, changes) => {
        const spoiled = Buffer.from(original.subarray(0, Math.ceil(part * original.length)));
        for (const [at, byte] of changes) spoiled[Math.floor(at * spoiled.length)] = byte;
        expect(await told(spoiled)).toMatch(/^[a-z-]+(?:\/[a-z.-]+)?$/);
      },
    ),
    { numRuns: 400, seed: 2017 },
  );
});

test('R21: a HEIC picture is kept as it is but for where and with what it was taken', async () => {
  expect((await sharp(heic).metadata()).exif?.toString('latin1')).toContain('Camera');
  const taken = await takeIn(heic ?? Buffer.alloc(0));
  if ('fault' in taken) throw new Error(taken.fault);
  expect([taken.width, taken.height, taken.content.length]).toEqual([64, 48, heic?.length]);
  expect(taken.content.includes('Camera')).toBe(false);
  const { exif, ...left } = await sharp(taken.content).metadata();
  expect(exif?.some((byte) => byte !== 0) ?? false).toBe(false);
  expect(left).toMatchObject({ width: 64, height: 48, compression: 'hevc' });
});

test('O14: a thumbnail is a small upright JPEG, drawn of JPEG and PNG', async () => {
  const wide = sharp({ create: { width: 4_000, height: 2_000, channels: 4, background: '#0000' } });
  const small = await drawThumbnail(await wide.png().toBuffer());
  const { format, width, height } = await sharp(small ?? undefined).metadata();
  expect({ format, width, height }).toEqual({ format: 'jpeg', width: 320, height: 160 });
});
