import type { Noun } from '../kernel/noun.ts';
import { noticeHandlers } from './notice-effects.ts';

export const notice = {
  handlers: noticeHandlers,
} satisfies Noun;
