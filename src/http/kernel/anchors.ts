// The checkpoint that an answer bears which people keep or publish: the logs can be held to it later.

import Type from 'typebox';
import { Nullable } from './subject-schemas.ts';

export const CheckpointNameSchema = Nullable(
  Type.Object(
    {
      number: Type.Integer({
        minimum: 1,
        maximum: 2_147_483_647,
        description: '编号 · Its number',
      }),
      root: Type.String({
        description:
          '根值，可用 npm run audit:verify -- --root 核验 · Its root, which npm run audit:verify -- --root takes',
      }),
    },
    {
      description:
        '日志在此之前的最后一个检查点，尚无则为 null · The last checkpoint of the logs before this; null while there is none',
    },
  ),
);
