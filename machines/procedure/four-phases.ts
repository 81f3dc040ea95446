// The campaign that the catalog shows: four phases that do not overlap, with every gate there is.

import type { CampaignDefinition, PhaseDefinition } from './campaign.ts';

const PHASES: readonly PhaseDefinition[] = [
  {
    code: 'mobilization',
    name: '动员部署',
    clause: 'R47',
    leave: ['every-township-has-a-plan', 'every-township-mobilized', 'recorded-duties'],
  },
  {
    code: 'concentrated-creation',
    name: '集中争创',
    clause: 'R51',
    leave: ['every-township-held-activities', 'no-undecided-declaration', 'recorded-duties'],
  },
  {
    code: 'self-check-rectification',
    name: '自查整改',
    clause: 'R56',
    leave: [
      'every-created-site-self-checked',
      'field-visits-made',
      'random-inspections-made',
      'recorded-duties',
      'every-township-supervised-on-schedule',
      'every-township-supervised-off-schedule',
    ],
  },
  { code: 'evaluation', name: '考核评议', clause: 'R60', leave: ['recorded-duties'] },
];

export const FOUR_PHASES: CampaignDefinition = {
  chain: {
    links: PHASES.map(({ code }) => ({ code, open: [code], opens: [code], closes: [code] })),
  },
  phases: PHASES,
  selects: ['evaluation'],
};
