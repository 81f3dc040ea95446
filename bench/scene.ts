// The scene of the benchmark: an issued campaign with persons in it, set up over the REST API.

import type pg from 'pg';
import { postTo } from '../rehearsal/kit/admission.ts';
import { type Drafted, signDrafts } from '../rehearsal/kit/signing.ts';
import type { Ask } from './load.ts';
import type { RunningService } from './service.ts';
import { TWIN_PREFIX } from './statements.ts';

const VILLAGE = '610222101203';

export type Scene = { campaignId: string; ask: Ask };

/** Sets the scene and gives the requests of the load, each client on candidates of its own. */
export async function prepare(
  { origin, keyFor, unit }: RunningService,
  pool: pg.Pool,
  candidates: number,
): Promise<Scene> {
  const post = postTo(origin);
  const department = await keyFor('county-department', unit('610222-ZZB'));
  const committee = await keyFor('township-committee', unit('610222101-DW'));

  const office = await keyFor('county-office', unit('610222-YCB'));
  const { id: campaignId, opened } = await post<Drafted>(office, '/v1/campaigns', {
    planId: 'yijun-2017',
    name: 'bench',
  });
  await signDrafts(post, department, opened);
  const ids: string[] = [];
  for (let start = 0; start < candidates; start += 50) {
    const some = Array.from({ length: Math.min(50, candidates - start) }, (_, index) =>
      post<{ id: string }>(committee, '/v1/candidates', {
        campaignId,
        category: 'LEARNING_APPLICATION_PACESETTER',
        organisationId: unit(VILLAGE),
        personName: `学员${start + index}`,
      }),
    );
    ids.push(...(await Promise.all(some)).map(({ id }) => id));
  }
  await makeTwins(pool, campaignId, candidates);

  const body = JSON.stringify({
    type: 'record-evidence',
    kind: 'activity',
    occurredOn: '2017-07-10',
    summary: '学用活动',
    form: '集中收看',
    detail: { participants: 26, effect: '学会矮化密植' },
  });
  return {
    campaignId,
    ask: (client, turn) => ({
      path: `/v1/candidates/${ids[(client * 7919 + turn * 32) % ids.length]}/events`,
      key: committee,
      body,
    }),
  };
}

/** Subjects of pgbench's own, as large as real ones, with ids it can count. */
async function makeTwins(pool: pg.Pool, campaignId: string, count: number): Promise<void> {
  await pool.query(
    `insert into subject
     select s.campaign_id, ($2 || lpad(to_hex(n), 12, '0'))::uuid, s.machine, s.version,
            s.lock_rank, s.parent_id, s.organisation_id, s.path, s.value, s.context, 'done',
            s.stage, s.state, s.phase, false, 1, s.chain_hash, s.created_at, s.updated_at
       from (select * from subject where campaign_id = $1 and machine = 'candidate' limit 1) s,
            generate_series(1, $3::int) n`,
    [campaignId, TWIN_PREFIX, count],
  );
  await pool.query('vacuum analyze subject');
}
