// One table's share of the storing statement: its SQL, and the type of its rows.

/** A column's type in SQL; the type of a nullable column ends with a question mark. */
type Type = keyof Values | `${keyof Values}?`;
type Values = {
  uuid: string;
  text: string;
  date: string;
  timestamptz: string;
  integer: number;
  smallint: number;
  boolean: boolean;
  jsonb: unknown;
  /** In hexadecimal, as `\x00ff`. */
  bytea: string;
  'text[]': readonly string[];
  'uuid[]': readonly string[];
};
type Column = readonly [name: string, type: Type];

/** One table's share: the columns of its rows, and the steps that use them, one after the other. */
export type Table<Columns extends readonly Column[] = readonly Column[]> = {
  columns: Columns;
  /** With arrays the planner expects few rows and takes the index. */
  handedAs: 'json' | 'arrays';
  steps: readonly { cte: string; sql: (from: string) => string }[];
};

export type Row = { readonly [column: string]: unknown };

type ValueOf<Of extends Type> = Of extends `${infer Sure extends keyof Values}?`
  ? Values[Sure] | null
  : Of extends keyof Values
    ? Values[Of]
    : never;

/** The row of a table: every column with the TypeScript type of its SQL type. */
type RowOf<Of extends Table> =
  Of extends Table<infer Columns>
    ? { [Each in Columns[number] as Each[0]]: ValueOf<Each[1]> }
    : never;

/** The rows of a batch, by the name of their table's share. */
export type RowsOf<Of extends Tables> = { -readonly [Name in keyof Of]: RowOf<Of[Name]>[] };
export type Tables = { readonly [name: string]: Table };

/** The names that more than one of these shares has. */
export type Twice<All extends readonly unknown[], Seen = never> = All extends readonly [
  infer First,
  ...infer Rest,
]
  ? (keyof First & Seen) | Twice<Rest, Seen | keyof First>
  : never;
/** Keeps an argument from compiling while there are such names, and says them in the error. */
export type Unless<Names> = [Names] extends [never] ? unknown : { namedTwice: Names };
/** Everything that these shares have. */
export type Joined<All extends readonly unknown[]> = All extends readonly [
  infer First,
  ...infer Rest,
]
  ? First & Joined<Rest>
  : unknown;

/** Joins the lists of tables into one. A name used twice does not compile: the later would silently win. */
export const joinTables = <const All extends readonly Tables[]>(all: All & Unless<Twice<All>>) =>
  // The type of Object.assign knows no list of unknown length.
  Object.assign({}, ...all) as Joined<All>;

/** A row of the campaign as queries read it; `More` has columns narrower than their SQL, or added later. */
export type ReadRow<Of extends Table, More = unknown> = { campaign_id: string } & Omit<
  RowOf<Of>,
  keyof More
> &
  More;

const namesOf = (columns: readonly Column[], prefix = ''): string =>
  columns.map(([name]) => `${prefix}${name}`).join(', ');

const put = (
  table: string,
  columns: readonly Column[],
  campaign: '' | 'campaign_id, ',
  after: string,
) => ({
  cte: `put_${table}`,
  sql: (from: string) => `
      insert into ${table} (${campaign}${namesOf(columns)})
      select ${campaign === '' ? '' : '$1, '}${namesOf(columns, 'r.')}
        from ${from}
      ${after}`,
});

/** Rows to be inserted into a table of the campaign. */
export const insert = <const Columns extends readonly Column[]>(
  table: string,
  columns: Columns,
  after = '',
): Table<Columns> => ({
  columns,
  handedAs: 'json',
  steps: [put(table, columns, 'campaign_id, ', after)],
});

/** Rows to be inserted into a table of the whole installation. */
export const reference = <const Columns extends readonly Column[]>(
  table: string,
  columns: Columns,
): Table<Columns> => ({ columns, handedAs: 'json', steps: [put(table, columns, '', '')] });

/** Rows that change or remove existing rows. */
export const change = <const Columns extends readonly Column[]>(
  cte: string,
  columns: Columns,
  sql: (from: string) => string,
): Table<Columns> => ({ columns, handedAs: 'arrays', steps: [{ cte, sql }] });

const sqlType = (type: Type): string => type.replace('?', '');

/** SQL that selects from the rows, named `r`; their values are appended to `values`. */
export function handOver(table: Table, rows: readonly Row[], values: unknown[]): string {
  const { columns, handedAs } = table;
  if (handedAs === 'json') {
    values.push(JSON.stringify(rows));
    const spelled = columns.map(([name, type]) => `${name} ${sqlType(type)}`).join(', ');
    return `jsonb_to_recordset($${values.length}) as r (${spelled})`;
  }
  const arrays = columns.map(([name, type]) => {
    const isJson = sqlType(type) === 'jsonb';
    values.push(rows.map((row) => (isJson ? JSON.stringify(row[name]) : (row[name] ?? null))));
    return `$${values.length}::${sqlType(type)}[]`;
  });
  return `unnest(${arrays.join(', ')}) as r (${namesOf(columns)})`;
}
