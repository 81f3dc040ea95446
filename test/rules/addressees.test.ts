import { expect, test } from 'vitest';
import type { Organisation } from '../../src/rules/access/addressees.ts';
import { directoryOf, reachAddressee } from '../../src/rules/access/addressees.ts';
import { pathsBelow } from '../../src/rules/county/organisations.ts';

const at = (id: string, kind: Organisation['kind'], parent?: Organisation): Organisation => ({
  ...{ id, code: id, kind, name: id, parentId: parent?.id ?? null },
  ...pathsBelow(parent, { id, code: id }),
});
const city = at('city', 'CITY');
const county = at('county', 'COUNTY', city);
const township = at('township', 'TOWNSHIP', county);
const village = at('village', 'VILLAGE', township);
const divisions = [city, county, township, village];
const committee = at('committee', 'TOWNSHIP_PARTY_COMMITTEE', township);
const townshipOffice = at('township-office', 'TOWNSHIP_OFFICE', township);
const countyOffice = at('county-office', 'COUNTY_OFFICE', county);
const party = at('party', 'VILLAGE_PARTY_ORGANIZATION', village);

const reached = (...bodies: Organisation[]) =>
  reachAddressee(directoryOf(1, [...divisions, ...bodies]), 'village', 'responsible').map(
    ({ organisation, standsFor }) => [organisation.id, standsFor],
  );

test('what is meant for a village goes to its Party organisation, else to the next body above', () => {
  const lacking = 'village（村级党组织）';
  expect(reached(countyOffice, townshipOffice, committee, party)).toEqual([['party', null]]);
  expect(reached(countyOffice, townshipOffice, committee)).toEqual([['committee', lacking]]);
  expect(reached(countyOffice, townshipOffice)).toEqual([['township-office', lacking]]);
  expect(reached(countyOffice)).toEqual([['county-office', lacking]]);
});

test('where nobody acts for anybody, the village itself has it: no notice is dropped', () => {
  expect(reached()).toEqual([['village', 'village（村级党组织）']]);
});

test('an addressee without meaning here is nobody: a county has no township above it', () => {
  const directory = directoryOf(1, [...divisions, committee, countyOffice]);
  expect(reachAddressee(directory, 'county', 'township-committee')).toEqual([]);
});

test('P1: over a county stands its city, or right away the province; a topmost county has both at itself', () => {
  const province = at('province', 'PROVINCE');
  const centre = (of: Organisation) => at(`centre of ${of.id}`, 'CITY_CENTRE', of);
  const underCity = at('under-city', 'COUNTY', at('a-city', 'CITY', province));
  const direct = at('direct', 'COUNTY', province);
  const directTown = at('direct-town', 'TOWNSHIP', direct);
  const topmost = at('topmost', 'COUNTY');
  const cityOfIt = at('a-city', 'CITY', province);
  const directory = directoryOf(1, [
    ...[province, centre(province), cityOfIt, centre(cityOfIt), underCity, direct, directTown],
    ...[topmost, centre(topmost)],
  ]);
  const centreFor = (id: string) =>
    reachAddressee(directory, id, 'city-centre').map(({ organisation }) => organisation.id);
  expect(centreFor('under-city')).toEqual(['centre of a-city']);
  expect(centreFor('direct')).toEqual(['centre of province']);
  expect(centreFor('direct-town')).toEqual(['centre of province']);
  expect(centreFor('topmost')).toEqual(['centre of topmost']);
  expect(
    reachAddressee(directory, 'direct', 'superior').map(({ organisation }) => organisation.id),
  ).toEqual(['centre of province']);
});
