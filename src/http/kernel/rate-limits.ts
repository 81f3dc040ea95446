// Token buckets in memory. Each of several processes allows its share, so that together they allow no
// more than the limit, and no request has to ask the database.

/** `requests` may come at once; as many come back evenly over `windowSeconds`. */
export type RateLimit = { requests: number; windowSeconds: number };

export type Allowance = {
  allowed: boolean;
  /** The requests this process allows at once, after the others' shares. */
  quota: number;
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

export type Pace = {
  /** A monotonic clock in milliseconds. */
  nowMs: () => number;
  /** How many processes share the limit. */
  replicas: () => number;
};

// The map is bounded, because a caller who changes address with every request must not fill the memory.
const BUCKETS_MAX = 50_000;

export const createTokenBuckets = (limit: RateLimit, { nowMs, replicas }: Pace): TokenBuckets => {
  const buckets = new Map<string, { tokens: number; at: number }>();

  // Each process allows at least one request, so that many processes never shut a caller out.
  const quotaNow = (): number => Math.max(1, Math.floor(limit.requests / Math.max(1, replicas())));
  const perMs = (quota: number): number => quota / (limit.windowSeconds * 1000);
  const level = (key: string, now: number, quota: number): number => {
    const bucket = buckets.get(key);
    if (bucket === undefined) return quota;
    return Math.min(quota, bucket.tokens + (now - bucket.at) * perMs(quota));
  };
  const allowance = (allowed: boolean, tokens: number, quota: number): Allowance => ({
    allowed,
    quota,
    remaining: Math.floor(tokens),
    resetSeconds: Math.ceil((quota - tokens) / perMs(quota) / 1000),
    retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((1 - tokens) / perMs(quota) / 1000)),
  });

  return {
    limit,
    look: (key) => {
      const quota = quotaNow();
      const tokens = level(key, nowMs(), quota);
      return allowance(tokens >= 1, tokens, quota);
    },
    take: (key) => {
      const now = nowMs();
      const quota = quotaNow();
      const before = level(key, now, quota);
      const tokens = before >= 1 ? before - 1 : before;
      // The bucket is deleted first, so that the map stays in order of last use.
      buckets.delete(key);
      buckets.set(key, { tokens, at: now });
      if (buckets.size > BUCKETS_MAX) buckets.delete(buckets.keys().next().value as string);
      return allowance(before >= 1, tokens, quota);
    },
  };
};

/** The caller behind an address: an IPv4 address, or an IPv6 one's /64, which one subscriber has. */
export const callerOf = (address: string): string => {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? Math.max(0, 8 - groups.length - behind.length) : 0;
  return [...groups, ...Array.from({ length: zeros }, () => '0'), ...behind]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};
