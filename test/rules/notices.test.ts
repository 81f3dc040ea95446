import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MACHINE_NAMES } from '../../machines/catalog.ts';
import type { Notify } from '../../machines/notice/effects.ts';
import { TEMPLATES } from '../../machines/notice/templates.ts';
import { chineseDeadline, inWords } from '../../src/rules/notice/notice-words.ts';
import { type NoticeScope, renderNotice, templateFaults } from '../../src/rules/notice/notices.ts';
import { quoted } from '../../src/rules/plan/citations.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { explore } from '../machines/exploration.ts';
import { plan } from '../machines/yijun.ts';

const village: NoticeScope = {
  campaignName: '宜君县“四创三评”活动',
  addressee: '彭镇党委',
  subjectName: '彭镇彭村',
  category: 'DEMONSTRATION_VILLAGE',
  at: '2017-09-28T01:00:00Z',
  params: {},
};
const campaign: NoticeScope = { ...village, subjectName: null, category: null };

const ordered = {
  triggers: ['FORMALISM', 'LITTLE_EFFECT'],
  findings: ['登记册空白', '七月以来未组织集中学习'],
  criteria: [],
  dueAt: '2017-10-13T16:00:00Z',
  number: '君组发〔2017〕40号',
  issuer: '中共宜君县委组织部',
};

const render = (template: string, change: Partial<NoticeScope> = {}, of: Plan = plan) =>
  renderNotice(of, template, { ...village, ...change });

const withNotice = (template: string, change: object): Plan => {
  const notice = plan.notices[template] ?? expect.unreachable(template);
  return { ...plan, notices: { ...plan.notices, [template]: { ...notice, ...change } } };
};

/** Every notice that many lives of every machine send. */
function sentNotices(): Notify[] {
  const sent = new Map<string, Notify>();
  for (const machine of MACHINE_NAMES) {
    explore(machine, ({ answer }) => {
      if (answer.kind !== 'step') return;
      for (const { type, params } of answer.step.effects) {
        if (type === 'notify') sent.set(JSON.stringify(params), params);
      }
    });
  }
  return [...sent.values()];
}

describe('what the machines send', () => {
  const restsOn = 'R12';
  const sent = [
    ...sentNotices(),
    {
      template: 'deadline-moved',
      params: {
        obligation: 'correction',
        wasDueAt: '2018-12-31T16:00:00Z',
        dueAt: '2019-01-02T16:00:00Z',
      },
    },
    {
      template: 'site-conformance-lost',
      params: { site: '彭村站点', findings: ['village.screen'], restsOn: 'R19' },
    },
    { template: 'site-conformance-regained', params: { site: '彭村站点', restsOn } },
    {
      template: 'place-conformance-lost',
      params: { place: '彭镇', site: '彭村站点', total: 16, conforming: 15, restsOn: 'R15' },
    },
    { template: 'place-conformance-reached', params: { place: '宜君县', total: 121, restsOn } },
  ];

  test('is exactly what a plan must have texts for, with the parameters they are told', () => {
    const told = new Map(sent.map(({ template, params }) => [template, Object.keys(params ?? {})]));
    const sorted = (entries: Iterable<readonly [string, readonly string[]]>) =>
      Object.fromEntries([...entries].map(([name, params]) => [name, [...params].sort()]));
    expect(sorted(told)).toEqual(sorted(Object.entries(TEMPLATES)));
    expect(Object.keys(plan.notices).sort()).toEqual([...told.keys()].sort());
  });
  test('renders, whatever they say, to plain text without a gap or a code', () => {
    for (const { template, params = {} } of sent) {
      const isOfCampaign = /^(?:campaign|phase)-/.test(template);
      const { title, body, clause } = render(template, {
        ...(isOfCampaign ? campaign : {}),
        params,
      });
      const text = `${title}\n${body}`;
      expect(text, template).not.toMatch(/[{}]|undefined|null|\[object|\n\n|。。/);
      // A date without its day, a reason without a word.
      expect(text, template).not.toMatch(/(?:为|至|于|：)(?:[，。]|到期|止|$)/);
      expect(text.match(/[a-z]+[-.][a-z]+/), template).toBeNull();
      expect(plan.clauses).toHaveProperty(clause);
    }
  });
});

describe('texts as they are sent', () => {
  test('O11: the plan is issued (R2), to be signed for', () => {
    const params = { number: null, title: '', issuer: '中共宜君县委组织部' };
    const scope = { ...campaign, addressee: '宜阳街道党工委', params };
    expect(render('campaign-issued', scope)).toEqual({
      kind: 'notice',
      clause: 'R2',
      receipt: true,
      title: '关于印发《关于在全县党员干部现代远程教育工作中开展“四创三评”活动实施方案》的通知',
      body: `宜阳街道党工委：
现将《关于在全县党员干部现代远程教育工作中开展“四创三评”活动实施方案》（君组发〔2017〕39号）印发你们，请结合实际，加强领导，完善机制，强化措施，认真贯彻落实，确保活动取得实效。
中共宜君县委组织部
2017年5月20日`,
    });
  });
  test('O4, O11: a rectification order (R59) begins with its basis, and names the failings, the findings and the deadline', () => {
    expect(render('rectification-order', { params: ordered })).toEqual({
      kind: 'rectification-order',
      clause: 'R59',
      receipt: true,
      title: '关于责令彭镇彭村限期整改的通知',
      body: `君组发〔2017〕40号
彭镇党委：
根据《关于在全县党员干部现代远程教育工作中开展“四创三评”活动实施方案》（君组发〔2017〕39号）“对活动开展不积极、图形式、走过场，不注重解决实际问题，工作效果不明显的，要及时通报、限期整改”的要求，经检查，示范村（社区）申报对象彭镇彭村存在“图形式、走过场”“工作效果不明显”的情形，现责令限期整改。
须整改的问题：
1．登记册空白
2．七月以来未组织集中学习
整改期限为2017年10月13日24时。请签收本通知，制定整改措施，落实整改责任人，在期限内报送整改报告；经原检查人以外的人员复查合格后销号。逾期5个工作日仍未销号的，予以通报并报告上级。
中共宜君县委组织部
2017年9月28日`,
    });
  });
  test('a circular of criticism (R59) goes with the order', () => {
    expect(render('circular-of-criticism', { params: { ...ordered, findings: [] } })).toEqual({
      kind: 'circular-of-criticism',
      clause: 'R59',
      receipt: true,
      title: '关于彭镇彭村有关问题的通报',
      body: `君组发〔2017〕40号
彭镇党委：
根据《关于在全县党员干部现代远程教育工作中开展“四创三评”活动实施方案》（君组发〔2017〕39号）“对活动开展不积极、图形式、走过场，不注重解决实际问题，工作效果不明显的，要及时通报、限期整改”的要求，经检查，示范村（社区）申报对象彭镇彭村在宜君县“四创三评”活动中存在“图形式、走过场”“工作效果不明显”的情形，现予通报批评。
请引以为戒，对照检查，认真整改。限期整改通知另行下达。
中共宜君县委组织部
2017年9月28日`,
    });
  });
  test('the city finally determines a village (R65)', () => {
    const at = '2017-12-27T16:30:00Z';
    expect(
      render('conferred', { at, params: { authority: 'city', issuer: '铜川市远程教育中心' } }),
    ).toEqual({
      kind: 'decision',
      clause: 'R65',
      receipt: true,
      title: '关于认定彭镇彭村为示范村（社区）的决定',
      body: `彭镇党委：
经评议考评、验收和公示，认定彭镇彭村为示范村（社区）。
铜川市远程教育中心
2017年12月28日`,
    });
  });
  test('the county recognises a base, on no sentence that does not name it (Q1)', () => {
    const scope = { subjectName: '哭泉旱作梯田基地', category: 'DEMONSTRATION_BASE' };
    const { body } = render('conferred', {
      ...scope,
      params: { authority: 'county', issuer: null },
    });
    expect(body).toContain('认定哭泉旱作梯田基地为示范基地。\n县远程办\n');
    expect(body).not.toContain('最终确定');
  });
  test('only these five are to be signed for', () => {
    const receipts = Object.entries(plan.notices).filter(([, { receipt }]) => receipt);
    expect(receipts.map(([name]) => name).sort()).toEqual([
      'campaign-issued',
      'circular-of-criticism',
      'conferred',
      'document-delivered',
      'rectification-order',
    ]);
  });
});

describe('words', () => {
  test.each([
    ['2017-10-11T16:00:00Z', '2017年10月11日24时'],
    ['2016-12-31T16:00:00Z', '2016年12月31日24时'],
    ['2017-10-11T15:59:00Z', '2017年10月11日23时59分'],
    ['2017-10-12T01:00:00Z', '2017年10月12日9时'],
  ])('what is due at %s is due by %s: the midnight belongs to the day it ends', (at, words) => {
    expect(chineseDeadline(at, 'Asia/Shanghai')).toBe(words);
  });
  test('a self-check tells its shortcomings as the plan puts them', () => {
    const params = { findings: ['village.screen', 'village.safety'] };
    expect(render('self-check-found-shortcomings', { params }).body).toContain(
      '1．配备50吋以上电视机或投影\n2．安全配套设施完善\n',
    );
  });
  test.each([
    ['plan', 'R48', '制定并报送具体实施方案和工作计划'],
    ['mobilization', 'R49', '各个终端站点'],
    ['self-check', 'R57', '自查'],
    ['application', 'R62', '书面申报'],
    ['conditions', 'R63', '落实验收要求'],
  ])(
    'a reminder of %s rests on %s, not on a sentence for all reminders',
    (obligation, clause, words) => {
      const params = { obligation, dueAt: ordered.dueAt };
      const text = render('obligation-due-soon', { params });
      expect(text.clause).toBe(clause);
      expect(text.body).toContain(words);
      expect(text.body).toContain(quoted(plan.clauses[clause]?.quote ?? ''));
    },
  );
  test.each([
    ['FIELD_VISIT', 'R58', '实地察看'],
    ['RANDOM', 'R58', '随机抽查'],
    ['SCHEDULED', 'R72', '定期督查'],
    ['UNSCHEDULED', 'R72', '不定期督查'],
  ])('an inspection %s rests on %s', (kind, clause, words) => {
    const text = render('inspection-recorded', { params: { kind, findings: [] } });
    expect(text).toMatchObject({ clause, title: expect.stringContaining(words) });
    expect(text.body).toContain('未发现问题');
  });
  test('a phase is named, and quoted, as the plan does', () => {
    const text = render('phase-entered', { ...campaign, params: { phase: 'evaluation' } });
    expect(text).toMatchObject({
      clause: 'R60',
      title: '关于宜君县“四创三评”活动转入考核评议阶段的通知',
    });
  });

  test('phases that are open together are named together', () => {
    const [first, second, ...rest] = plan.phases;
    const end = '2017-07-15';
    const phases = [{ ...first, end }, second, ...rest] as Plan['phases'];
    const link = 'mobilization+concentrated-creation';
    expect(inWords({ ...plan, phases }, 'phase', link)).toBe('动员部署、集中争创');
  });
  test('a code that nobody has a word for is told as it stands', () => {
    const params = { obligation: 'toString', dueAt: ordered.dueAt };
    const text = render('obligation-overdue', { params });
    expect(text.body).toContain('toString');
    expect(text.clause).toBe('R46');
  });
  test('an override of the campaign and one of a candidate are told apart', () => {
    const params = { reason: '汛期' };
    expect(render('override-requested', { ...campaign, params }).body).toContain('转入下一阶段');
    expect(render('override-requested', { params }).body).toContain('例外上报');
  });
});

describe('what others wrote is text and nothing else', () => {
  const dueAt = '2017-10-13T16:00:00Z';
  const hostile = '{{ plan.id }}{% for i in (1..9) %}x{% endfor %}{{ nothing }}';

  test('a name, a reason and a finding are never read as a template', () => {
    const scope = { addressee: hostile, subjectName: hostile, campaignName: hostile };
    const failed = render('review-failed', { ...scope, params: { reason: hostile, dueAt } });
    expect(failed.title).toContain(hostile);
    expect(failed.body.split(hostile)).toHaveLength(4);
    const order = render('rectification-order', { params: { ...ordered, findings: [hostile] } });
    expect(order.body).toContain(`1．${hostile}\n`);
  });
  test('nothing is escaped: it is plain text, and stays so', () => {
    const params = { reason: '<b>“A&B”</b>', dueAt };
    expect(render('review-failed', { params }).body).toContain('原因：<b>“A&B”</b>\n');
  });
  test('a title is one line, whatever a name contains', () => {
    const { title } = render('withdrawn', { subjectName: '彭\r\nBcc: 村\u0000\u2028' });
    expect(title).toBe('关于彭 Bcc: 村 撤回申报的通知');
  });
  test('a parameter takes the place of nothing the text rests on', () => {
    const params = { reason: '理由', plan: '别的', clause: '别的', addressee: '别人' };
    expect(render('disqualified', { params }).body).toMatch(/^彭镇党委：/);
  });
  test('any name at all stands in the text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const { body } = render('review-failed', { params: { reason: `“${name}”`, dueAt } });
        expect(body).toContain(`“${name}”`);
      }),
    );
  });
});

describe('a template that cannot be sent', () => {
  test.each([
    ['unknown', /no notice unknown/],
    ['toString', /no notice toString/],
  ])('%s is a mistake of the caller', (template, message) => {
    expect(() => render(template)).toThrow(message);
  });
  test('F14: a text that cannot be written is told in plain words, and nothing of it is lost', () => {
    const params = { reason: '台账不实', dueAt: '2017-10-13T16:00:00Z', restsOn: 'R63' };
    const mended = render('review-failed', { params });
    for (const body of ['{{ nothing }}', '{{ 1 | no }}', "{% include 'package.json' %}"]) {
      const told = render('review-failed', { params }, withNotice('review-failed', { body }));
      expect(told).toMatchObject({
        kind: mended.kind,
        clause: mended.clause,
        receipt: mended.receipt,
        title: '关于彭镇彭村有关事项的通知（review-failed）',
      });
      expect(told.body).toMatch(/^彭镇党委：\n/);
      expect(told.body).toMatch(/reason：台账不实\ndueAt：2017年10月13日/);
      expect(told.body).toContain('方案的模板未能成文');
      expect(told.body).toMatch(/2017年9月28日$/);
      const { quote } = plan.clauses[mended.clause] ?? expect.unreachable(mended.clause);
      expect(told.body).toContain(quoted(quote));
    }
  });
  test('it is told before the plan is published, also in a branch that is seldom taken', () => {
    const faults = (body: string) => templateFaults('selected', { title: '选', body });
    expect(faults('{{ rank }}{{ subject }}{{ clause.quote }}{{ category.name }}')).toEqual([]);
    expect(faults('{% if rank > 99 %}{{ score }}{% endif %}')).toMatchObject([
      { part: 'body', message: { en: expect.stringContaining('selected is not told score') } },
    ]);
    expect(faults('{% for one in list %}{{ one }}{% endfor %}')).toHaveLength(1);
    expect(faults('{{ rank')).toHaveLength(1);
    expect(faults('{{ rank | tenfold }}')).toHaveLength(1);
  });
  test('a later version of a plan has its own texts', () => {
    const later = { ...withNotice('withdrawn', { title: '撤回' }), version: 2 };
    expect(render('withdrawn', {}, later).title).toBe('撤回');
    expect(render('withdrawn').title).not.toBe('撤回');
  });
});
