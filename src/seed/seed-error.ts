/** What a new database should begin with contradicts itself or what is there: told to the operator in both languages. */
export class SeedError extends Error {
  override name = 'SeedError';

  readonly text: { zh: string; en: string };

  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
    this.text = { zh, en };
  }
}
