import { contextOf } from '../kernel/draft.ts';
import type { Noun } from '../kernel/noun.ts';
import { noticeHandlers } from './notice-effects.ts';

export const notice = {
  machines: {
    receipt: {
      goesByFirstPlan: true,
      afterStep: ({ writes }, draft, { event, at }) => {
        if (event.type !== 'sign') return;
        const { signedBy } = contextOf(draft, 'receipt');
        writes.receipts.push({ notice_id: draft.id, at, by: String(signedBy) });
      },
    },
  },
  handlers: noticeHandlers,
} satisfies Noun;
