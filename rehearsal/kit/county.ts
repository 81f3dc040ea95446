// The county as the service knows it, and the parts that its places play in the story.

import type { Role } from '../../machines/kit/access.ts';
import { HELD_AT } from '../../src/rules/access/access.ts';
import type { Actor, Client } from './client.ts';

export type Village = {
  id: string;
  code: string;
  name: string;
  siteId: string;
  township: Township;
};
export type Township = { id: string; name: string; villages: Village[] };
export type Base = { id: string; name: string; siteId: string; township: Township };
export type County = {
  id: string;
  cityId: string;
  name: string;
  townships: Township[];
  villages: Village[];
  /** The ids of bodies by division and kind. */
  bodies: ReadonlyMap<string, string>;
};

type Organisation = {
  id: string;
  code: string;
  parentId: string | null;
  kind: string;
  name: string;
};
type Site = { id: string; organisationId: string };

const bodyKey = (divisionId: string | null, kind: string): string => `${divisionId} ${kind}`;

/** Reads the divisions of the county, their bodies and the site of each village. */
export async function readCounty(
  client: Client,
  reader: Actor,
  divisionCode: string,
): Promise<County> {
  const [county] = await client.list<Organisation>(
    reader,
    `/v1/organisations?code=${divisionCode}`,
  );
  if (county === undefined) throw new Error(`no county ${divisionCode}`);
  const cityId = county.parentId ?? county.id;
  const [ofCity, organisations, sites] = await Promise.all([
    client.list<Organisation>(reader, `/v1/organisations?parentId=${cityId}`),
    client.list<Organisation>(reader, `/v1/organisations?under=${county.id}`),
    client.list<Site>(reader, `/v1/sites?under=${county.id}`),
  ]);
  const siteOf = new Map(sites.map(({ id, organisationId }) => [organisationId, id]));
  const ofKind = (kind: string) =>
    organisations.filter((item) => item.kind === kind).sort((a, b) => (a.code < b.code ? -1 : 1));
  const townships = ofKind('TOWNSHIP').map(({ id, name }): Township => {
    const township: Township = { id, name, villages: [] };
    township.villages = ofKind('VILLAGE')
      .filter(({ parentId }) => parentId === id)
      .map((village) => ({
        id: village.id,
        code: village.code,
        name: village.name.replace(/(村委会|居委会)$/, ''),
        siteId: siteOf.get(village.id) ?? '',
        township,
      }));
    return township;
  });
  return {
    id: county.id,
    cityId,
    name: county.name,
    townships,
    villages: townships.flatMap(({ villages }) => villages),
    bodies: new Map(
      [...ofCity, ...organisations].map(({ id, parentId, kind }) => [bodyKey(parentId, kind), id]),
    ),
  };
}

/** The body of a division that holds this role. Throws when the division has none. */
export function bodyOf({ bodies }: County, divisionId: string, role: Role): string {
  const found = (HELD_AT[role] ?? []).flatMap(
    (kind) => bodies.get(bodyKey(divisionId, kind)) ?? [],
  );
  if (found[0] === undefined) throw new Error(`${divisionId} has no body for ${role}`);
  return found[0];
}

/** A township by its name. Throws when the county has none, because the story is of this county. */
export function townshipOf({ townships }: County, name: string): Township {
  const found = townships.find((township) => township.name === name);
  if (found === undefined) throw new Error(`no township ${name}`);
  return found;
}

/** A village by its township's and its own name, as '彭镇/洞子沟'. */
export function villageOf(county: County, place: string): Village {
  const [township = '', name] = place.split('/');
  const found = townshipOf(county, township).villages.find((village) => village.name === name);
  if (found === undefined) throw new Error(`no village ${place}`);
  return found;
}

/** The parts in Yijun's own story. Everybody else does in time what is asked. */
export const PARTS = {
  missesReceipt: '哭泉镇',
  plansBeforeAsking: '五里镇',
  planIsReturned: '云梦乡',
  missesASite: '太安镇',
  acknowledgesLate: '尧生镇/木瓜城',
  declarationIsReturned: '五里镇/星星坡',
  withdraws: '云梦乡/刘家埝',
  declaresLateAdmitted: '尧生镇/思弥',
  declaresLateRefused: '哭泉镇/淌泥河',
  smallTelevision: '棋盘镇/水沟门',
  supervisesLate: '棋盘镇',
  /** Rectification orders, one each. */
  closedInTime: '彭镇/洞子沟',
  secondRound: '太安镇/马场',
  extended: '尧生镇/走马梁',
  escalated: '云梦乡/崾岘',
  overdue: '哭泉镇/麻庄',
  stillOpen: '宜阳街道/水塔',
} as const;

/** Townships whose every site conforms by November; the last is below the pass mark. */
export const APPLYING_TOWNSHIPS = ['彭镇', '五里镇', '太安镇', '宜阳街道', '棋盘镇'] as const;

/** Villages that are evaluated, best first; the last is below the pass mark. */
export const EVALUATED_VILLAGES = [
  '彭镇/偏桥',
  PARTS.stillOpen,
  '五里镇/兴市',
  '太安镇/艾蒿洼',
  '宜阳街道/教场',
  '哭泉镇/哭泉',
  '棋盘镇/棋盘',
  '尧生镇/郭寨',
  '云梦乡/南斗',
  '彭镇/彭村',
  '五里镇/雷声',
  '太安镇/焦坪',
  '宜阳街道/城关',
  '哭泉镇/金牛',
  '棋盘镇/马庄',
  '尧生镇/孟皇',
  '云梦乡/县口',
  '彭镇/武家塬',
  '五里镇/云辉',
  '太安镇/寺坪',
] as const;

/** Villages whose self-check finds shortcomings, which they put right in October. */
export const WITH_SHORTCOMINGS = [
  '彭镇/王沟湾',
  '彭镇/布庄',
  '五里镇/尖角',
  '五里镇/贺塬',
  '太安镇/南塔',
  '棋盘镇/高圪塔',
  '尧生镇/桃村',
  '尧生镇/九寺',
  '哭泉镇/花庄',
  '云梦乡/梁塬',
] as const;

/** Villages that answer only after a reminder. */
export const REMINDED = [
  '尧生镇/拴马',
  '尧生镇/皇后',
  '尧生镇/英家塬',
  '哭泉镇/南塔',
  '哭泉镇/苍坊坪',
  '云梦乡/塬树',
  '云梦乡/杨河',
  '彭镇/高村',
] as const;
