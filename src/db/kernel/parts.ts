// Rows that are written in parts, so that a statement stays within its time and the event loop has air in between.

const PART_ROWS = 5_000;

export function* partsOf<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += PART_ROWS)
    yield rows.slice(from, from + PART_ROWS);
}
