import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pdfFault } from '../../src/files/pdf.ts';

const MEBIBYTE = 1024 * 1024;

const pdf = (...parts: (string | Buffer)[]): Buffer =>
  Buffer.concat(
    ['%PDF-1.7\n', ...parts, '\n%%EOF\n'].map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
    ),
  );
const hidden = (content: string, head = '/Type /ObjStm /Filter /FlateDecode'): Buffer =>
  Buffer.concat([
    Buffer.from(`4 0 obj\n<< ${head} >>\nstream\n`, 'latin1'),
    deflateSync(Buffer.from(content, 'latin1')),
    Buffer.from('\nendstream\nendobj\n', 'latin1'),
  ]);

test.each([
  ['plain content', pdf('1 0 obj << /Type /Catalog >> endobj'), null],
  ['two object streams without anything active', pdf(hidden('/Page'), hidden('/Font')), null],
  ['a longer name that begins alike', pdf('/JSON /AAPL /JavaScripts'), null],
  ['a script', pdf('/JS (app.alert(1))'), 'active'],
  ['a name with a hidden letter', pdf('/J#61vaScript'), 'active'],
  ['a script in an object stream', pdf(hidden('/Page'), hidden('<< /Launch >>')), 'active'],
  ['an object stream with a hidden letter', pdf(hidden('/JS', '/Obj#53tm /Filter /x')), 'active'],
  ['a filter with a hidden letter', pdf(hidden('/JS', '/ObjStm /F#69lter /x')), 'active'],
  ['an object stream that cannot be opened', pdf('1 0 obj /ObjStm /Filter stream\nx endstream')],
  ['an object stream without an end', pdf('1 0 obj /ObjStm stream\nx')],
  ['an object stream within another', pdf('1 0 obj /ObjStm stream\n /ObjStm stream\n endstream')],
  ['an object stream of no object', pdf('/ObjStm stream\nx endstream')],
  ['more than is inflated', pdf(hidden(' '.repeat(65 * MEBIBYTE)))],
  ['a lock, before what is active', pdf('/JS /Encrypt 5 0 R'), 'encrypted'],
  ['no end', Buffer.from('%PDF-1.7\n'), 'broken'],
] as const)('%s', (_, content, fault = 'active') => {
  expect(pdfFault(content)).toBe(fault);
});

// What made the scan before this one look at the whole file again for each place it found: 1 MiB
// took 5 s, 9.9 MiB minutes.
const HOSTILE = {
  'heads without a stream': '/ObjStm',
  'heads of one object': '1 0 obj /ObjStm ',
  'streams within streams': '1 0 obj /ObjStm stream\n',
  'many small streams': '1 0 obj /ObjStm stream\nx\nendstream ',
  slashes: '/',
  'hidden letters': '/#41',
} as const;

test.each(Object.entries(HOSTILE))(
  'F6: %s of 9.9 MiB are looked through in seconds, once',
  (_, part) => {
    const size = Math.floor(9.9 * MEBIBYTE);
    const content = pdf(part.repeat(Math.floor(size / part.length)));
    const startedMs = performance.now();
    pdfFault(content);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  },
);
