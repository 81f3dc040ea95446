import { describe, expect, test } from 'vitest';
import { type Training, trainedOf } from '../../src/rules/candidate/training.ts';

const PATH = '/c/t/v/';
const site = (facts: object) => ({
  id: 's',
  path: PATH,
  facts: facts as { [name: string]: unknown },
});
const training = (posts: string[], occurredOn = '2017-08-30', path = '/c/t/'): Training => ({
  path,
  occurredOn,
  siteIds: ['s'],
  posts,
});
const both = { postA: '张三', postB: '李四' };

describe('R16: every administrator, of both posts, in the calendar year', () => {
  test.each([
    ['both posts at once', both, [training(['A', 'B'])], [2, 2]],
    ['one of the two', both, [training(['A'])], [2, 1]],
    ['one post trained twice is one', both, [training(['A']), training(['A'])], [2, 1]],
    ['last year was another year', both, [training(['A', 'B'], '2016-12-31')], [2, 0]],
    [
      'a neighbour’s training is no site’s of ours',
      both,
      [training(['A', 'B'], '2017-08-30', '/c/u/')],
      [2, 0],
    ],
    ['a post without a holder owes none', { postA: '张三', postB: ' ' }, [training(['A'])], [1, 1]],
    ['nobody to train', {}, [training(['A', 'B'])], [0, 0]],
  ] as const)('%s', (_, facts, trainings, [administrators, trained]) => {
    expect(trainedOf(site(facts), trainings, 2017)).toEqual({ administrators, trained });
  });

  test('whoever came after 1 October owes none this year, on the day itself still', () => {
    const since = (postBAppointedOn: string) =>
      trainedOf(site({ ...both, postBAppointedOn }), [training(['A'])], 2017).administrators;
    expect([since('2017-10-01'), since('2017-10-02')]).toEqual([2, 1]);
  });

  test('what the predecessor learned the successor has not', () => {
    const facts = { ...both, postAAppointedOn: '2017-09-01' };
    expect(trainedOf(site(facts), [training(['A', 'B'])], 2017).trained).toBe(1);
    expect(trainedOf(site(facts), [training(['A', 'B'], '2017-09-01')], 2017).trained).toBe(2);
  });
});
