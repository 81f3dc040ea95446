// What a plan calls its roles, levels and things.

import Type from 'typebox';
import { LEVELS, NEUTRAL_TITLES, THINGS, type Titles } from '../../../machines/kit/titles.ts';
import { closed, described, ROLES } from './schema-terms.ts';

const Word = Type.String({ minLength: 1, maxLength: 60 });

/** What a role, a level or a thing is called; English is the service's own where it is left out. */
const TitleSchema = Type.Object(
  {
    name: described(Word, '称呼 · What it is called'),
    english: Type.Optional(described(Word, '英文称呼 · The same in English')),
  },
  closed,
);

const titled = <Name extends Exclude<keyof Titles, `stream:${string}`>>(
  names: readonly Name[],
  description: string,
) =>
  Type.Object(
    Object.fromEntries(
      names.map((name) => {
        const { name: zh, english } = NEUTRAL_TITLES[name];
        return [
          name,
          Type.Optional(described(TitleSchema, `不写为“${zh}” · By default ${english}`)),
        ];
      }),
    ) as { [Each in Name]: Type.TOptional<typeof TitleSchema> },
    { ...closed, description },
  );

/** The plan's words, in which its refusals and notices speak; neutral ones where it says none. */
export const TitlesSchema = Type.Object(
  {
    roles: Type.Optional(titled(ROLES, '角色的称呼 · What the roles are called')),
    levels: Type.Optional(titled(LEVELS, '层级的称呼 · What the levels are called')),
    things: Type.Optional(
      titled(THINGS, '站点和创建对象的称呼 · What sites and entrants are called'),
    ),
  },
  {
    ...closed,
    description: '方案自己的称呼，用于提示和通知 · The plan’s words for roles, levels and things',
  },
);
