// The virtual clock of rehearsals. A service on the system clock answers 404 here.

import Type from 'typebox';
import { ClockRefusal, moveClock, readVirtualClock } from '../../command/kernel/clock.ts';
import { forgetKeys } from '../../db/county/api-keys.ts';
import type { App } from './app.ts';
import { problem } from './problems.ts';
import { assertRoleAtTop } from './roles.ts';
import type { Service } from './service.ts';

const Instant = Type.String({ format: 'date-time' });

const notVirtual = () =>
  problem('not-found', {
    detail: {
      zh: '本服务使用系统时钟；虚拟时钟只在 CLOCK=virtual 时存在。',
      en: 'This service runs on the system clock; there is a virtual one with CLOCK=virtual only.',
    },
  });

export function addClockRoutes(app: App, { pool, performer }: Service): void {
  app.get(
    '/v1/clock',
    {
      config: { problems: ['not-found'] },
      schema: {
        operationId: 'getClock',
        tags: ['clock'],
        summary: '虚拟时钟 · The virtual clock',
        description: '仅演练时存在，否则 404。 · For rehearsals only, 404 otherwise.',
        response: { 200: Type.Object({ instant: Instant }) },
      },
    },
    async () => {
      const instant = await readVirtualClock(pool);
      if (instant === null) throw notVirtual();
      return { instant };
    },
  );

  app.put(
    '/v1/clock',
    {
      config: { problems: ['not-found', 'out-of-state'] },
      schema: {
        operationId: 'moveClock',
        tags: ['clock'],
        summary: '拨动虚拟时钟 · Move the virtual clock',
        description:
          '只能向前；途中到期的事项按到期次序逐一触发，全部完成后应答。需要最高一级单位的系统管理员或调度角色。 · Forward only; what falls due on the way is fired in order, and the answer comes when all is done. For administrators and schedulers of the topmost organisation.',
        body: Type.Object(
          { instant: Instant },
          { examples: [{ instant: '2017-07-01T00:00:00+08:00' }] },
        ),
        response: {
          200: Type.Object({
            instant: Instant,
            fired: Type.Integer({ description: '触发的期限数 · How many timers were fired' }),
            failed: Type.Integer({
              description:
                '未能触发、已搁置的，见 /v1/incidents · Failed and set aside, see /v1/incidents',
            }),
          }),
        },
      },
    },
    async ({ principal, body, log }) => {
      assertRoleAtTop(principal, ['operator', 'scheduler']);
      try {
        const { failed, ...moved } = await moveClock(pool, performer, body.instant);
        for (const { error, id: incident, item, subjectId } of failed)
          log.warn({ incident, item, subjectId, cause: String(error) }, 'timer failed');
        // Keys may have expired while the clock moved.
        forgetKeys(pool);
        return { ...moved, failed: failed.length };
      } catch (error) {
        if (!(error instanceof ClockRefusal)) throw error;
        if (error.reason === 'not-virtual') throw notVirtual();
        const detail = {
          zh: '虚拟时钟只能向前拨。',
          en: `It only moves forward: ${error.message}.`,
        };
        throw problem('out-of-state', { accepts: [], detail });
      }
    },
  );
}
