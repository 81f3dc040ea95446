// The number of places of a category: as the plan states it, or a share of those who stand in it.

/** A share in percent; `of` says of whom, `rounding` what becomes of a part of a place. */
export type Share = {
  share: number;
  of: 'registered' | 'applied';
  rounding: 'down' | 'up' | 'half-up';
};

/** Null without a quota in the plan; then everyone is selected. */
export type Quota = number | Share | null;

/**
 * The candidates of the category when it was ranked, without those who have withdrawn: all of them, and those
 * of them who have applied. Whoever was disqualified, lapsed or failed is counted, so that it gains or costs
 * others no place.
 */
export type Counted = { registered: number; applied: number };

const ROUNDED: { readonly [Rounding in Share['rounding']]: number } = {
  down: 0,
  'half-up': 50,
  up: 99,
};

/** The places of a category; null where there is no quota. In whole numbers: hundredths of a place. */
export function seatsOf(quota: Quota, counted: Counted): number | null {
  if (quota === null || typeof quota === 'number') return quota;
  const hundredths = quota.share * counted[quota.of] + ROUNDED[quota.rounding];
  return (hundredths - (hundredths % 100)) / 100;
}
