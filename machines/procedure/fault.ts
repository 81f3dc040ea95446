/** A procedure that no chart can be made of; `path` points into its stages. */
export class ProcedureFault extends Error {
  override name = 'ProcedureFault';
  readonly path: string;
  readonly zh: string;
  constructor(path: string, zh: string, en: string) {
    super(en);
    this.path = path;
    this.zh = zh;
  }
}
