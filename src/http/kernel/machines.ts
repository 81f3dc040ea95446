// The released machines, as data and as charts.

import Type from 'typebox';
import { currentRelease, releases } from '../../../machines/catalog.ts';
import { definitionOf } from '../../../machines/kit/definition.ts';
import { mermaidOf } from '../../../machines/kit/mermaid.ts';
import type { App } from './app.ts';
import { problem } from './problems.ts';

const Head = {
  name: Type.String(),
  version: Type.Integer(),
  current: Type.Boolean({ description: '新建的对象使用此版本 · New subjects begin with it' }),
};

const isCurrent = ({ name, version }: (typeof releases)[number]): boolean =>
  currentRelease(name).version === version;

export function addMachineRoutes(app: App): void {
  app.get(
    '/v1/machines',
    {
      schema: {
        operationId: 'listMachines',
        tags: ['machines'],
        summary: '状态机列表 · Machines',
        description:
          '由系统编写的状态机及其版本；活动和申报对象的状态图由方案编成，见 /v1/plans/{id}/procedures。 · The machines that are written by hand; campaigns and candidates are compiled from the plan, see /v1/plans/{id}/procedures.',
        response: { 200: Type.Object({ items: Type.Array(Type.Object(Head)) }) },
      },
    },
    async () => ({
      items: releases.map((release) => ({
        name: release.name as string,
        version: release.version,
        current: isCurrent(release),
      })),
    }),
  );

  app.get(
    '/v1/machines/:name/:version',
    {
      schema: {
        operationId: 'getMachine',
        tags: ['machines'],
        summary: '状态机 · One machine',
        description:
          '状态、事件、要求、等待，以及 Mermaid 图。 · States, events, requirements, waits, and its Mermaid chart.',
        params: Type.Object({
          name: Type.String({ minLength: 1, maxLength: 40 }),
          version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
        }),
        response: {
          200: Type.Object({
            ...Head,
            definition: Type.Object({}, { additionalProperties: true }),
            mermaid: Type.String({ description: 'stateDiagram-v2' }),
          }),
        },
      },
    },
    async ({ params }) => {
      const release = releases.find(
        ({ name, version }) => name === params.name && version === params.version,
      );
      if (release === undefined) throw problem('not-found');
      return {
        name: release.name as string,
        version: release.version,
        current: isCurrent(release),
        definition: definitionOf(release),
        mermaid: mermaidOf(release),
      };
    },
  );
}
