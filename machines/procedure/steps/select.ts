// 择优 (R63): the campaign ranks those accepted and selects within the quota (Q20).

import { candidateSetup, keepDeadlineFor, notify, on } from '../../candidate/chart.ts';
import type { Entry, Part, Place } from '../part.ts';
import { bringing, OFFICES, stateIn } from '../part.ts';

const selected = (next: Entry) => ({
  target: next.target,
  actions: [
    keepDeadlineFor(next),
    on('select', ({ event }) => ({ rank: event.rank })),
    notify('selected', ['responsible'], ({ context }) => ({ rank: context.rank })),
  ],
});

const passOver = {
  target: '#candidate.not-selected',
  actions: [
    on('pass-over', ({ event }) => ({ rank: event.rank, reason: event.because })),
    notify('passed-over', ['responsible'], ({ context }) => ({
      rank: context.rank,
      because: context.reason,
    })),
  ],
} as const;

const keepInReserve = {
  target: 'in-reserve',
  actions: [
    on('keep-in-reserve', ({ event }) => ({ rank: event.rank })),
    notify('kept-in-reserve', ['responsible'], ({ context, event }) => ({
      rank: context.rank,
      position: event.type === 'keep-in-reserve' ? event.position : null,
    })),
  ],
} as const;

export function select(place: Place, next: Entry): Part {
  const ways = { select: selected(next), 'pass-over': passOver };
  return {
    enter: { target: stateIn(place, 'accepted') },
    states: {
      accepted: candidateSetup.createStateConfig({
        on: { select: ways.select, 'keep-in-reserve': keepInReserve, 'pass-over': passOver },
      }),
      // 差额: a reserve waits until a place falls vacant, or until none will.
      'in-reserve': candidateSetup.createStateConfig({ on: ways }),
    },
    rows: [
      { event: 'select', by: ['system'], ...bringing(next) },
      { event: 'keep-in-reserve', by: ['system'] },
      { event: 'pass-over', by: ['system'] },
    ],
    standing: { step: 'select', office: OFFICES.county },
    selectable: { 'in-reserve': 'as-reserve' },
  };
}
