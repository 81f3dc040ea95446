// The events of a play as readable lines, Chinese first. They are nothing but text, so that a file of them
// reads like the screen did.

import type { Problem, Unmet } from './client.ts';

export type Entry = { at: string; zh: string; en: string };
export type Timing = { zh: string; en: string; seconds: number };
type Progress = { tick: () => void; end: () => void };
export type Timeline = ReturnType<typeof createTimeline>;

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];
const BAR_WIDTH = 24;
const INDENT = ' '.repeat(8);
const QUOTE_LENGTH_MAX = 60;

/** `write` gets whole lines; `redraw`, on a terminal only, a line that will be drawn over. */
export function createTimeline(
  write: (line: string) => void,
  redraw: ((line: string) => void) | null,
) {
  let day = '';
  let now = '';
  const entries: Entry[] = [];
  const chapters: { zh: string; en: string; startedMs: number }[] = [];
  /** The names of things that lines mention by an id. */
  const names = new Map<string, string>();

  const say = (zh: string, en: string): void => {
    entries.push({ at: now, zh, en });
    write(`${INDENT}${zh} · ${en}`);
  };

  return {
    entries,
    names,
    say,
    /** How long each chapter took. */
    timings: (): Timing[] =>
      chapters.map(({ zh, en, startedMs }, index) => {
        const endedMs = chapters[index + 1]?.startedMs ?? performance.now();
        return { zh, en, seconds: Math.round((endedMs - startedMs) / 10) / 100 };
      }),
    /** Says where the clock stands; a new day gets a line of its own. */
    at: (instant: string): void => {
      now = instant;
      const local = Temporal.Instant.from(instant).toZonedDateTimeISO('Asia/Shanghai');
      const date = local.toPlainDate().toString();
      if (date === day) return;
      day = date;
      write(`  ${date} 周${WEEKDAYS[local.dayOfWeek - 1]}`);
    },
    heading: (zh: string, en: string): void => {
      day = '';
      chapters.push({ zh, en, startedMs: performance.now() });
      write('');
      write(`━━ ${zh} · ${en} ${'━'.repeat(12)}`);
    },
    /** A refusal, with the sentence of the plan it rests on. */
    refused: (zh: string, en: string, problem: Problem): void => {
      say(`✗ ${zh}——拒绝（${problem.status}）`, en);
      for (const unmet of problem.unmet ?? []) write(`${INDENT}    ${tellUnmet(unmet, names)}`);
      if (problem.unmet === undefined) write(`${INDENT}    ${problem.detail}`);
    },
    /** A long step: a bar that fills. Off a terminal only the full bar is written. */
    progress: (zh: string, en: string, total: number): Progress => {
      let count = 0;
      const line = (): string => {
        const filled = total === 0 ? BAR_WIDTH : Math.round((count / total) * BAR_WIDTH);
        const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
        return `${INDENT}${bar} ${count}/${total} ${zh} · ${en}`;
      };
      return {
        tick: () => {
          count += 1;
          redraw?.(line());
        },
        end: () => {
          entries.push({ at: now, zh: `${zh} ${count}/${total}`, en });
          write(line());
        },
      };
    },
    line: write,
  };
}

type Names = ReadonlyMap<string, string>;

/** What is not met, what it is and what it must be, with the sentence that asks it. */
export function tellUnmet(unmet: Unmet, names: Names): string {
  const { clause, rule, quote, provenance, text, actual, required } = unmet;
  const sentence = quote === null ? `（${provenance?.note ?? ''}）` : ` “${shorten(quote)}”`;
  return `${clause ?? rule} ${text}：现为 ${plain(actual, names)}，须为 ${plain(required, names)}${sentence}`;
}

const shorten = (quote: string): string =>
  quote.length > QUOTE_LENGTH_MAX ? `${quote.slice(0, QUOTE_LENGTH_MAX)}…` : quote;

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** A value as people read it: local time for instants, names for ids. */
const plain = (value: unknown, names: Names): string =>
  (typeof value === 'string' ? value : JSON.stringify(value ?? null))
    .replace(INSTANT, inYijun)
    .replace(UUID, (id) => names.get(id) ?? id);

const inYijun = (instant: string): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO('Asia/Shanghai')
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');
