// Token buckets in memory. Each replica counts for itself: a limit protects a process from one
// caller, it is no quota to be billed.

/** `requests` may come at once; as many come back evenly over `windowSeconds`. */
export type RateLimit = { requests: number; windowSeconds: number };

export type Allowance = {
  allowed: boolean;
  remaining: number;
  resetSeconds: number;
  retryAfterSeconds: number;
};

export type TokenBuckets = {
  limit: RateLimit;
  /** Takes one token if there is one. */
  take: (key: string) => Allowance;
  /** As `take`, but leaves the bucket as it is. */
  look: (key: string) => Allowance;
};

// A caller who changes address with every request must not fill the memory.
const BUCKETS_MAX = 50_000;

/** @param nowMs a monotonic clock in milliseconds */
export const createTokenBuckets = (limit: RateLimit, nowMs: () => number): TokenBuckets => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const perMs = limit.requests / (limit.windowSeconds * 1000);

  const level = (key: string, now: number): number => {
    const bucket = buckets.get(key);
    if (bucket === undefined) return limit.requests;
    return Math.min(limit.requests, bucket.tokens + (now - bucket.at) * perMs);
  };
  const allowance = (allowed: boolean, tokens: number): Allowance => ({
    allowed,
    remaining: Math.floor(tokens),
    resetSeconds: Math.ceil((limit.requests - tokens) / perMs / 1000),
    retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((1 - tokens) / perMs / 1000)),
  });

  return {
    limit,
    look: (key) => {
      const tokens = level(key, nowMs());
      return allowance(tokens >= 1, tokens);
    },
    take: (key) => {
      const now = nowMs();
      const before = level(key, now);
      const tokens = before >= 1 ? before - 1 : before;
      // Deleted first, so that the map stays in order of last use.
      buckets.delete(key);
      buckets.set(key, { tokens, at: now });
      if (buckets.size > BUCKETS_MAX) buckets.delete(buckets.keys().next().value as string);
      return allowance(before >= 1, tokens);
    },
  };
};
