// What may stand in a category. A household and a person have no organisation of their own: both stand
// at the place that answers for them, a household always at its village or community.

export const SUBJECTS = ['county', 'township', 'village', 'base', 'household', 'person'] as const;

export type Subject = (typeof SUBJECTS)[number];
