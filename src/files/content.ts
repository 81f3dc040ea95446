// The content that is taken in: JPEG and PNG, drawn anew so that nothing but the picture is left (no EXIF,
// no GPS), and PDF without encryption and active content. The bytes decide, never a header.

import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import { pdfFault } from './pdf.ts';

type MediaType = 'image/jpeg' | 'image/png' | 'application/pdf';

type Taken = {
  mediaType: MediaType;
  content: Buffer;
  width: number | null;
  height: number | null;
};

export type ContentFault =
  | 'unknown-type'
  | 'broken'
  | 'too-large'
  | 'too-costly'
  | 'encrypted'
  | 'active';

/** A picture of 8,000 × 6,000: more than any camera of a township takes. */
const PIXELS_MAX = 48_000_000;

/** The work of libvips cannot be stopped from outside, so it ends by itself, before its thread's deadline. */
const PICTURE_SECONDS_MAX = 10;

// One picture takes one of the process's threads for slow work, because files and names need some, too.
sharp.concurrency(1);
sharp.cache(false);

/**
 * The content as it is kept, or why it is not taken in. The work takes up to seconds, so only a thread of
 * its own does it (`src/threads`).
 */
export async function takeIn(sent: Buffer): Promise<Taken | { fault: ContentFault }> {
  const type = await fileTypeFromBuffer(sent);
  switch (type?.mime) {
    case 'image/jpeg':
    case 'image/png':
      return takePicture(sent, type.mime);
    case 'application/pdf': {
      const fault = pdfFault(sent);
      if (fault !== null) return { fault };
      return { mediaType: 'application/pdf', content: sent, width: null, height: null };
    }
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
    const upright = sharp(sent, { limitInputPixels: PIXELS_MAX, failOn: 'error' })
      .autoOrient()
      .timeout({ seconds: PICTURE_SECONDS_MAX });
    const drawn = mediaType === 'image/jpeg' ? upright.jpeg({ quality: 90 }) : upright.png();
    const { data, info } = await drawn.toBuffer({ resolveWithObject: true });
    return { mediaType, content: data, width: info.width, height: info.height };
  } catch (error) {
    // The message of libvips begins so when its time is up.
    const isLate = error instanceof Error && error.message.startsWith('timeout');
    return { fault: isLate ? 'too-costly' : 'broken' };
  }
}
