// The phases of a campaign as the chain it goes through: the sets of phases open together, in order.
// A campaign and its candidates stand in one link of it at a time, all of them in the same.

/** `closes` holds the phases that are open here and no longer in the next link. */
export type Link = {
  code: string;
  open: readonly string[];
  opens: readonly string[];
  closes: readonly string[];
};

export type Chain = { links: readonly Link[] };

/** A campaign that is `concluded` or `cancelled` stands behind the last link. */
export const ENDS = ['concluded', 'cancelled'] as const;

/** The place of a link in the chain, from 1; the ends come after the last. Throws when it is neither. */
export function linkNumber({ links }: Chain, code: string): number {
  const place = [...links.map((link) => link.code), ...ENDS].indexOf(code);
  if (place < 0) throw new Error(`no link of this chain is ${code}`);
  return place + 1;
}

const place = (chain: Chain, phase: string, of: 'opens' | 'closes'): number => {
  const found = chain.links.findIndex((link) => link[of].includes(phase));
  if (found < 0) throw new Error(`no phase of this chain is ${phase}`);
  return found + 1;
};

/** True from the link in which `phase` opens. */
export const hasCome = (chain: Chain, link: string, phase: string): boolean =>
  linkNumber(chain, link) >= place(chain, phase, 'opens');

/** True from the link after that in which `phase` closes. */
export const isOver = (chain: Chain, link: string, phase: string): boolean =>
  linkNumber(chain, link) > place(chain, phase, 'closes');

/** True of `concluded` and `cancelled`. */
export const isEnd = (code: string): boolean => ENDS.some((end) => end === code);
