// Photos that are taken and handed in: a small picture of its own for each candidate.

import sharp from 'sharp';
import type { Actor } from './client.ts';
import type { Candidate, Play } from './play.ts';

/** The number of photos taken so far. */
const taken = new WeakMap<Play, number>();
/** A digit of the picture is as large as a block of JPEG, which keeps it apart from the others. */
const BLOCK = 8;

const PAGE = { signed: 0, sealed: 1, table: 2 } as const;

/** Uploads the scan of a page in the applicant's name; answers the id of the file. */
export async function uploadScan(
  { client, campaignId }: Play,
  candidate: Candidate,
  actor: Actor,
  page: keyof typeof PAGE = 'signed',
): Promise<string> {
  // Each candidate and page has a picture of its own, because the same bytes of one unit would be one file.
  const digits = [...candidate.id.replaceAll('-', ''), String(PAGE[page])];
  const pixels = Buffer.from(digits.map((digit) => Number.parseInt(digit, 16) * 16));
  const raw = { width: digits.length, height: 1, channels: 1 as const };
  const scan = await sharp(pixels, { raw }).png().toBuffer();
  const { id } = await client.upload(actor, `/v1/files?campaignId=${campaignId}`, scan);
  return id;
}

/** Uploads a photo in the name of the candidate's actor; answers the id of the file. */
export async function uploadPhoto(
  play: Play,
  candidate: Candidate,
  actor: Actor = candidate.actor,
): Promise<string> {
  const { client, campaignId } = play;
  // Each photo is another picture, because one file proves one thing of a candidate.
  const number = (taken.get(play) ?? 0) + 1;
  taken.set(play, number);
  const digits = [...candidate.id.replaceAll('-', ''), ...number.toString(16).padStart(6, '0')];
  const pixels = Buffer.from(digits.map((digit) => Number.parseInt(digit, 16) * 16));
  const raw = { width: digits.length, height: 1, channels: 1 as const };
  const photo = await sharp(pixels, { raw })
    .resize(digits.length * BLOCK, BLOCK, { kernel: 'nearest', fit: 'fill' })
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '35/1 23/1 54/1' } })
    .jpeg()
    .toBuffer();
  const { id } = await client.upload(actor, `/v1/files?campaignId=${campaignId}`, photo);
  return id;
}
