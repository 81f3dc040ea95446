// Draws, their secrets until they are published, and the units drawn.

import type { DrawRule, DrawSnapshot } from '../../rules/draw/draw.ts';
import type { ReadRow } from '../kernel/store-tables.ts';
import { insert } from '../kernel/store-tables.ts';

export const DRAW_TABLES = {
  draws: insert('draw', [
    ['id', 'uuid'],
    ['round', 'integer'],
    ['snapshot', 'jsonb'],
    ['rule', 'jsonb'],
  ]),
  drawSecrets: insert('draw_secret', [
    ['id', 'uuid'],
    ['secret', 'text'],
  ]),
  drawUnits: insert(
    'draw_unit',
    [
      ['draw_id', 'uuid'],
      ['unit_id', 'text'],
      ['candidate_id', 'uuid?'],
      ['site_id', 'text?'],
      ['name', 'text'],
      ['path', 'text'],
      ['stratum', 'text'],
      ['position', 'integer'],
      ['inspectors', 'jsonb'],
      ['due_at', 'timestamptz'],
    ],
    `on conflict (campaign_id, draw_id, unit_id) do update set
       inspectors = excluded.inspectors, due_at = excluded.due_at`,
  ),
};

type Stored = typeof DRAW_TABLES;

/** The published part of a draw; no query reads the secret this way. */
export type DrawReads = {
  draw: ReadRow<Stored['draws'], { snapshot: DrawSnapshot; rule: DrawRule }>;
  draw_unit: ReadRow<Stored['drawUnits'], { inspectors: { id: string; name: string }[] }>;
};
