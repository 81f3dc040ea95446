/** A reason the embedded server cannot run here, in words for the person who starts it. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError';

  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
  }
}

/** The remedy that is always there, as the end of a sentence. */
export const ELSE_DATABASE_URL = {
  zh: '或以 DATABASE_URL 指定已有的 PostgreSQL（15 及以上）',
  en: 'or set DATABASE_URL to a PostgreSQL server (15 or newer) of your own',
};
