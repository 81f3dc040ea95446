// A fault of the logs in a sentence, by names and times as people know them.

import type { ChainName } from '../../db/audit/chain-names.ts';
import { ADMINISTRATION } from '../../rules/audit/checkpoint.ts';
import { type AuditFault, wordsOf } from '../../rules/audit/faults.ts';
import type { Text } from '../kernel/problem-catalog.ts';
import type { SubjectResource, SubjectResources } from '../kernel/service.ts';

const TIME_ZONE = 'Asia/Shanghai';

function momentOf(at: string): Text {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(TIME_ZONE);
  const { year, month, day } = local;
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return {
    zh: `${year}年${month}月${day}日 ${time}`,
    en: `${local.toPlainDate().toString()} ${time}`,
  };
}

function chainOf(fault: AuditFault, subjects: SubjectResources, name: ChainName | undefined): Text {
  if (fault.subjectId === ADMINISTRATION) return { zh: '管理日志', en: 'the administrative log' };
  const known: { readonly [machine: string]: SubjectResource | undefined } = subjects;
  const words = known[name?.machine ?? '']?.words;
  const whose = name?.subjectName ?? name?.organisationName ?? null;
  const parts = (kind: string) =>
    [name?.campaignName, kind, whose, name?.organisationName]
      .filter((part, index, all) => part != null && all.indexOf(part) === index)
      .join(' · ');
  return {
    zh: parts(words?.zh ?? '已不存在的对象'),
    en: parts(words?.en ?? 'a subject that is not there'),
  };
}

/** What was found, where, and when it was told. */
export function sayFault(
  fault: AuditFault,
  subjects: SubjectResources,
  name: ChainName | undefined,
): Text {
  const { kind, sequence, until, at, detail } = fault;
  const words = wordsOf(kind);
  const more = detail === '' ? { zh: '', en: '' } : { zh: `（${detail}）`, en: ` (${detail})` };
  const moment = at === null ? null : momentOf(at);
  const range = until > sequence ? `${sequence}–${until}` : `${sequence}`;
  if (kind === 'checkpoint') {
    return {
      zh: `检查点第 ${range} 号（${moment?.zh}）${words.zh}${more.zh}`,
      en: `checkpoint ${range} of ${moment?.en} ${words.en}${more.en}`,
    };
  }
  const chain = chainOf(fault, subjects, name);
  const isGone = kind === 'removed' || kind === 'cut-off';
  const when = {
    zh: moment === null ? '' : isGone ? `（前一条记于 ${moment.zh}）` : `（${moment.zh}）`,
    en: moment === null ? '' : isGone ? ` (the one before is of ${moment.en})` : ` of ${moment.en}`,
  };
  return {
    zh: `${chain.zh}：第 ${range} 条${when.zh}${words.zh}${more.zh}`,
    en: `${chain.en}: event ${range}${when.en} ${words.en}${more.en}`,
  };
}
