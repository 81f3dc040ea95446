// What is taken in: JPEG and PNG, drawn anew so that nothing but the picture is left (no EXIF, no
// GPS), and PDF without encryption and active content. The bytes decide, never what a header says.

import { inflateSync } from 'node:zlib';
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';

export type MediaType = 'image/jpeg' | 'image/png' | 'application/pdf';

export type Taken = {
  mediaType: MediaType;
  content: Buffer;
  width: number | null;
  height: number | null;
};

export type ContentFault = 'unknown-type' | 'broken' | 'too-large' | 'encrypted' | 'active';

/** A picture of 8,000 × 6,000: more than any camera of a township takes. */
export const PIXELS_MAX = 48_000_000;

/** The content as it is kept, or why it is not taken in. */
export async function takeIn(sent: Buffer): Promise<Taken | { fault: ContentFault }> {
  const type = await fileTypeFromBuffer(sent);
  switch (type?.mime) {
    case 'image/jpeg':
    case 'image/png':
      return takePicture(sent, type.mime);
    case 'application/pdf':
      return takePdf(sent);
    default:
      return { fault: 'unknown-type' };
  }
}

async function takePicture(
  sent: Buffer,
  mediaType: 'image/jpeg' | 'image/png',
): Promise<Taken | { fault: ContentFault }> {
  try {
    const { width, height } = await sharp(sent, { limitInputPixels: false }).metadata();
    if (width * height > PIXELS_MAX) return { fault: 'too-large' };
    const upright = sharp(sent, { limitInputPixels: PIXELS_MAX, failOn: 'error' }).autoOrient();
    const drawn = mediaType === 'image/jpeg' ? upright.jpeg({ quality: 90 }) : upright.png();
    const { data, info } = await drawn.toBuffer({ resolveWithObject: true });
    return { mediaType, content: data, width: info.width, height: info.height };
  } catch {
    return { fault: 'broken' };
  }
}

const ENCRYPTED = /\/Encrypt\b/;
const ACTIVE =
  /\/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA)\b/;
const STREAMS_MAX = 5_000;
const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * What the names in a PDF say, in its plain parts and in its object streams. It is no full parser:
 * an object stream that cannot be opened is refused, because what it hides cannot be told.
 */
function takePdf(sent: Buffer): Taken | { fault: ContentFault } {
  const text = sent.toString('latin1');
  if (!text.includes('%%EOF')) return { fault: 'broken' };
  if (ENCRYPTED.test(plainNames(text))) return { fault: 'encrypted' };
  const hidden = objectStreams(sent, text);
  if (hidden === null) return { fault: 'active' };
  if ([text, ...hidden].some((part) => ACTIVE.test(plainNames(part)))) return { fault: 'active' };
  return { mediaType: 'application/pdf', content: sent, width: null, height: null };
}

/** Names may hide letters as `#4A`. */
const plainNames = (text: string): string =>
  text.replaceAll(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

function objectStreams(sent: Buffer, text: string): string[] | null {
  const found: string[] = [];
  let left = INFLATED_BYTES_MAX;
  const heads = [...text.matchAll(/\/ObjStm\b/g)];
  if (heads.length > STREAMS_MAX) return null;
  for (const { index } of heads) {
    const start = text.indexOf('stream', index);
    const head = text.slice(text.lastIndexOf('obj', index), start);
    if (start === -1) return null;
    const from = start + 6 + (text[start + 6] === '\r' ? 2 : 1);
    const end = text.indexOf('endstream', from);
    if (end === -1) return null;
    const body = sent.subarray(from, end);
    if (!head.includes('/Filter')) {
      found.push(body.toString('latin1'));
      continue;
    }
    try {
      const inflated = inflateSync(body, { maxOutputLength: left });
      left -= inflated.length;
      found.push(inflated.toString('latin1'));
    } catch {
      return null;
    }
  }
  return found;
}
