// A candidate is reviewed twice: by the county (R63), then by the city (R64).

/** The stage of each review, with the body that reviews and the clause by which it does. */
export const REVIEWS = {
  countyAcceptance: { body: 'county-office', clause: 'R63' },
  cityVerification: { body: 'city-centre', clause: 'R64' },
} as const;

export type ReviewStage = keyof typeof REVIEWS;

export type ReviewClause = (typeof REVIEWS)[ReviewStage]['clause'];
