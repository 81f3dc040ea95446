// What a GET rightly reads beyond its caller's reach: one list, each with its reason. Everything else that
// a GET reads is behind the read wall (docs/security.md).

import type pg from 'pg';
import type { Service } from './service.ts';

export const BEYOND_REACH = {
  decisions:
    'whether a guard would let an event pass, and what a form or ranking would come to, is reckoned from the facts that guards see; only the measure is told',
  scores:
    'a score is reckoned anew from sheets and ballots; who sees no sheets is told what they come to',
  timers: 'a scheduler reads no business, and sees what falls due',
  incidents: 'an administrator reads no business, and is told which subject an incident is about',
  'public notices': 'who is under public notice is told to everybody, without a key',
  'final lists': 'who holds a title is told to everybody whom the campaign concerns',
  documents:
    'a document is read by whom it is addressed to and, when public, by everybody its campaign concerns',
  objections: 'whoever objected reads what became of it, wherever they are',
  receipts:
    'whoever lodged an objection without an account asks by the code of the receipt, and is told the state of that one and the reply',
  'own operations': 'whoever ordered a list of commands reads what became of each',
  erasures:
    'a security officer reads no business, and is told what was erased, why and by which two',
  'audit bundle':
    'an auditor takes whole logs home, with what the reader’s log-in has no right to; the route asks for the reach over all of it',
  keys: 'the keys of an account are secret to the reader’s log-in; their ids and dates are told, never what they are made of',
} as const;

/** The pool for what is read beyond the caller's reach, for this reason; the route itself decides what it tells. */
export const beyondReach = ({ unwalled }: Service, _reason: keyof typeof BEYOND_REACH): pg.Pool =>
  unwalled;
