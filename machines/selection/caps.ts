// The most that may be selected of a place or of a preference class, within the quota. Places lie in each
// other: a unit in its village, a village in its township.

export type Place = 'unit' | 'village' | 'township';
export type Cap = { per: Place; max: number } | { priorityClass: string; max: number };

/** The ids of the places in which a candidate stands; null where it stands in none of the kind. */
export type Places = { readonly [P in Place]: string | null };

export type Full = `${Place}-full` | 'class-full';

/** A group that a cap limits, such as one township, under a key of its own. */
export type Group = { key: string; max: number; full: Full };

const PLACES = ['unit', 'village', 'township'] as const satisfies readonly Place[];

/** The limited places in which this candidate stands, the narrowest first. */
export const limitedPlaces = (caps: readonly Cap[], places: Places): Group[] =>
  PLACES.flatMap((place) => {
    const id = places[place];
    const cap = caps.find((one) => 'per' in one && one.per === place);
    if (id === null || cap === undefined) return [];
    return [{ key: `${place} ${id}`, max: cap.max, full: `${place}-full` as const }];
  });

/** The limited class of this candidate; null when its class has no maximum. */
export function limitedClass(caps: readonly Cap[], priorityClass: string | null): Group | null {
  const cap = caps.find((one) => 'priorityClass' in one && one.priorityClass === priorityClass);
  if (cap === undefined) return null;
  return { key: `class ${priorityClass}`, max: cap.max, full: 'class-full' };
}
