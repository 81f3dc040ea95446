// The results of a play: notices, obligations, determinations and the invariants that were checked.

import type { Quota } from '../../machines/selection/quota.ts';
import type { Invariant } from '../checks/invariants.ts';
import type { Ledgers } from './ledgers.ts';
import type { Play, Refusal } from './play.ts';
import type { Entry, Timeline, Timing } from './timeline.ts';

export type Report = {
  plan: string;
  county: string;
  seconds: { total: number; start: number; play: number; check: number };
  requests: number;
  timings: Timing[];
  candidates: { category: string; name: string; total: number; quota: Quota }[];
  endings: { [ending: string]: number };
  conferred: { category: string; name: string; candidates: string[] }[];
  notices: { [kind: string]: number };
  obligations: { [level: string]: number };
  /** Deadline notices by level. */
  raised: { [level: string]: number };
  rectifications: { orders: number; generations: number; extensions: number };
  refusals: { at: string; who: string; what: string; status: number; clauses: string[] }[];
  invariants: { zh: string; en: string; counted: string; holds: boolean; faults: string[] }[];
  holds: boolean;
  timeline: Entry[];
};

export function reportOf(
  play: Play,
  ledgers: Ledgers,
  invariants: readonly Invariant[],
  seconds: Report['seconds'],
): Report {
  const { plan, county, client, refusals, timeline } = play;
  const subjects = ledgers.histories.map(({ subject }) => subject);
  const candidates = subjects.filter(({ machine }) => machine === 'candidate');
  const orders = subjects.filter(({ machine }) => machine === 'rectification');
  const conferred = candidates.filter(({ stage }) => stage === 'conferred');
  return {
    plan: `${plan.id} v${plan.version}`,
    county: county.name,
    seconds,
    requests: client.requests(),
    timings: timeline.timings(),
    candidates: plan.categories.map(({ code, name, quota }) => ({
      category: code,
      name,
      total: candidates.filter(({ category }) => category === code).length,
      quota,
    })),
    endings: count(candidates.map(({ stage }) => stage)),
    conferred: plan.categories.map(({ code, name }) => ({
      category: code,
      name,
      candidates: conferred
        .filter(({ category }) => category === code)
        .map((candidate) => candidate.name ?? ''),
    })),
    notices: count(ledgers.notices.map(({ kind }) => kind)),
    obligations: count(ledgers.obligations.map(({ level }) => level)),
    raised: count(ledgers.notices.flatMap(({ level }) => (level === null ? [] : [level]))),
    rectifications: {
      orders: orders.length,
      generations: orders.reduce((sum, { generation }) => sum + Number(generation), 0),
      extensions: orders.reduce((sum, { extensions }) => sum + (extensions as []).length, 0),
    },
    refusals: refusals.map(tellRefusal),
    invariants: invariants.map((one) => ({ ...one, holds: one.faults.length === 0 })),
    holds: invariants.every(({ faults }) => faults.length === 0),
    timeline: timeline.entries,
  };
}

const tellRefusal = ({ at, who, what, problem }: Refusal): Report['refusals'][number] => ({
  at,
  who,
  what,
  status: problem.status,
  clauses: [...new Set(problem.unmet?.map(({ clause, rule }) => clause ?? rule ?? ''))],
});

const count = (names: readonly string[]): { [name: string]: number } =>
  Object.fromEntries(
    [...Map.groupBy(names, (name) => name)]
      .map(([name, group]): [string, number] => [name, group.length])
      .sort(([, a], [, b]) => b - a),
  );

const FAULTS_SHOWN = 5;

/** The report as lines for people. */
export function printReport({ heading, line }: Timeline, report: Report): void {
  const sums = (counts: { [name: string]: number }): string =>
    Object.entries(counts)
      .map(([name, number]) => `${name} ${number}`)
      .join(' · ');
  heading('结果', 'results');
  for (const { name, candidates } of report.conferred) {
    line(`  ${name}（${candidates.length}）：${candidates.join('、') || '无 none'}`);
  }
  line('');
  line(`  结局 endings       ${sums(report.endings)}`);
  line(`  通知 notices       ${sums(report.notices)}`);
  line(`  义务 obligations   ${sums(report.obligations)}`);
  line(`  期限通知 raised    ${sums(report.raised)}`);
  const { orders, generations, extensions } = report.rectifications;
  line(`  限期整改 orders    ${orders} 份，${generations} 轮期限，延期 ${extensions} 次`);
  line(`  拒绝 refusals      ${report.refusals.length} 次`);
  heading('不变量', 'invariants');
  for (const { zh, en, counted, holds, faults } of report.invariants) {
    line(`  ${holds ? '✓' : '✗'} ${zh} · ${en}`);
    line(`      ${counted}`);
    for (const fault of faults.slice(0, FAULTS_SHOWN)) line(`      ! ${fault}`);
    if (faults.length > FAULTS_SHOWN) line(`      … ${faults.length} in all`);
  }
  const { total, start, play, check } = report.seconds;
  line('');
  const timings = report.timings.map(({ zh, seconds }) => `${zh} ${seconds}`);
  line(`  各段用时（秒）${timings.join('，')}`);
  line(
    `  用时 ${total} 秒（启动 ${start}，演练 ${play}，核对 ${check}），${report.requests} 次请求 · seconds: start, play, check; requests`,
  );
  line(report.holds ? '  全部成立 · all hold' : '  有不变量不成立 · an invariant fails');
}
