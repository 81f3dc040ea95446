// The campaign of Yijun in 2017 as a story, with receipts forgotten, declarations late and sites at fault.

import type { Invariant } from '../checks/invariants.ts';
import { lookHalfway } from '../checks/text-invariants.ts';
import { moveTo, type Play } from '../kit/play.ts';
import { accept, select } from './acceptance.ts';
import { playCreation } from './creation.ts';
import {
  conclude,
  confer,
  conferBases,
  publish,
  revoke,
  submitUpward,
  verify,
} from './determination.ts';
import { openFiles, writeDecision, writeDocuments } from './documents.ts';
import { apply, evaluate } from './evaluation.ts';
import { inspectLate, inspectSites } from './inspections.ts';
import { playMobilization } from './mobilization.ts';
import { extendOrder, rectifyInTime, rectifyLate } from './orders.ts';
import { checkCreatedSites, enterEvaluation, rectifyFindings } from './self-checks.ts';

/** Plays the story to its end; answers the check of the timers in October, when most of them wait. */
export async function playYijunStory(play: Play): Promise<Invariant> {
  await playMobilization(play);
  await playCreation(play);
  await checkCreatedSites(play);
  const first = await inspectSites(play);
  const halfway = await lookHalfway(play);
  await rectifyInTime(play, first);
  await moveTo(play, '2017-10-24');
  await writeDocuments(play);
  await rectifyFindings(play);
  const orders = { ...first, stillOpen: await inspectLate(play) };
  await extendOrder(play, orders);
  await rectifyLate(play, orders);
  await enterEvaluation(play);
  const standings = await evaluate(play);
  await apply(play, standings, orders);
  await accept(play);
  await select(play);
  await publish(play);
  await submitUpward(play);
  await conferBases(play);
  await writeDecision(play, 'county');
  await verify(play, orders);
  await confer(play);
  await writeDecision(play, 'city');
  await revoke(play);
  await conclude(play);
  await openFiles(play);
  return { ...halfway, zh: `${halfway.zh}（10 月中途）`, en: `${halfway.en}, in October` };
}
