// The content that is taken in. JPEG and PNG are drawn anew, so that nothing but the picture is left (no EXIF, no
// GPS); of HEIC what says where and with what it was taken is blanked; documents are kept as they are when
// nothing in them acts by itself. The bytes decide, never a header or a name.

import { fileTypeFromBuffer } from 'file-type';
import sharp, { type Metadata } from 'sharp';
import { isCompound, readCompound } from './compound.ts';
import type { ContentFault, MediaType } from './kinds.ts';
import { readPackage } from './packages.ts';
import { pdfFault } from './pdf.ts';

type Taken = {
  mediaType: MediaType;
  content: Buffer;
  width: number | null;
  height: number | null;
};

/** A picture of 8,000 × 6,000: more than any camera of a township takes. */
const PIXELS_MAX = 48_000_000;

/** The work of libvips cannot be stopped from outside, so it ends by itself, before its thread's deadline. */
const PICTURE_SECONDS_MAX = 10;

/** The longer side of a thumbnail: what a list or a page of a file shows. */
const THUMBNAIL_SIDE_PIXELS = 320;

// One picture takes one of the process's threads for slow work, because files and names need some, too.
sharp.concurrency(1);
sharp.cache(false);

/**
 * The content as it is kept, or why it is not taken in. The work takes up to seconds, so only a thread of
 * its own does it (`src/threads`).
 */
export async function takeIn(sent: Buffer): Promise<Taken | { fault: ContentFault }> {
  if (isCompound(sent)) return document(sent, readCompound(sent));
  if (sent.subarray(0, 4).toString('latin1') === 'PK\x03\x04') {
    return document(sent, readPackage(sent));
  }
  const type = await fileTypeFromBuffer(sent);
  switch (type?.mime) {
    case 'image/jpeg':
    case 'image/png':
      return takePicture(sent, type.mime);
    case 'image/heic':
    case 'image/heif':
      return takeHeic(sent);
    case 'application/pdf': {
      const fault = pdfFault(sent);
      return document(sent, fault === null ? { mediaType: 'application/pdf' } : { fault });
    }
    default:
      return { fault: 'unknown-type' };
  }
}

const document = (
  content: Buffer,
  read: { mediaType: MediaType } | { fault: ContentFault },
): Taken | { fault: ContentFault } =>
  'fault' in read ? read : { ...read, content, width: null, height: null };

async function takePicture(
  sent: Buffer,
  mediaType: 'image/jpeg' | 'image/png',
): Promise<Taken | { fault: ContentFault }> {
  try {
    const { width, height } = await sharp(sent, { limitInputPixels: false }).metadata();
    if (width * height > PIXELS_MAX) return { fault: 'too-large' };
    const upright = sharp(sent, { limitInputPixels: PIXELS_MAX, failOn: 'error' })
      .autoOrient()
      .timeout({ seconds: PICTURE_SECONDS_MAX });
    const drawn = mediaType === 'image/jpeg' ? upright.jpeg({ quality: 90 }) : upright.png();
    const { data, info } = await drawn.toBuffer({ resolveWithObject: true });
    return { mediaType, content: data, width: info.width, height: info.height };
  } catch (error) {
    return { fault: lateOrBroken(error) };
  }
}

// The message of libvips begins so when its time is up.
const lateOrBroken = (error: unknown): 'too-costly' | 'broken' =>
  error instanceof Error && error.message.startsWith('timeout') ? 'too-costly' : 'broken';

/** Nothing here decodes HEVC, so the picture cannot be drawn anew; its size and what it says of itself are read. */
async function takeHeic(sent: Buffer): Promise<Taken | { fault: ContentFault }> {
  let head: Metadata;
  try {
    head = await sharp(sent, { limitInputPixels: false, pages: -1 }).metadata();
  } catch {
    return { fault: 'broken' };
  }
  if (head.compression !== 'hevc') return { fault: 'unknown-type' };
  const content = Buffer.from(sent);
  for (const said of [head.exif, head.xmp, head.iptc]) {
    if (said === undefined) continue;
    const at = content.indexOf(said);
    // What stands in several pieces cannot be taken out, and would tell where the picture was taken.
    if (at === -1) return { fault: 'broken' };
    content.fill(0, at, at + said.length);
  }
  const { width, height } = head.autoOrient;
  return { mediaType: 'image/heic', content, width, height };
}

/**
 * A small JPEG of a picture that was taken in. The work takes up to seconds, so only a thread of its own does
 * it. Null when libvips does not draw it in time.
 */
export async function drawThumbnail(content: Buffer): Promise<Buffer | null> {
  try {
    return await sharp(content, { limitInputPixels: PIXELS_MAX })
      .timeout({ seconds: PICTURE_SECONDS_MAX })
      .resize(THUMBNAIL_SIDE_PIXELS, THUMBNAIL_SIDE_PIXELS, {
        fit: 'inside',
        withoutEnlargement: true,
      })
      .flatten({ background: 'white' })
      .jpeg({ quality: 75 })
      .toBuffer();
  } catch (error) {
    if (lateOrBroken(error) === 'too-costly') return null;
    throw error;
  }
}
