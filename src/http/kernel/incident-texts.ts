// The texts of an incident: what it is about, what was wrong, and what the reader can do.

import type { IncidentView } from '../../db/kernel/incident-reads.ts';
import { type FaultKind, wordsOf } from '../../rules/audit/faults.ts';
import type { Text } from './problem-catalog.ts';
import type { SubjectResource, SubjectResources } from './service.ts';

const subjectWords = (subjects: SubjectResources, machine: string | null): Text | undefined => {
  const known: { readonly [name: string]: SubjectResource | undefined } = subjects;
  return known[machine ?? '']?.words;
};

const operationWords = (subjects: SubjectResources, kind: string | null): Text | undefined =>
  Object.values(subjects)
    .map(({ operations }: SubjectResource) => operations?.[kind ?? ''])
    .find((words) => words !== undefined);

const ADMINISTRATIVE: Text = {
  zh: '管理日志或检查点',
  en: 'the administrative log or a checkpoint',
};

/** The subject of an incident by names: the campaign, then the machine and the name or the unit. */
function whose(
  { campaignName, machine, subjectName, organisationName }: IncidentView,
  subjects: SubjectResources,
): Text {
  const kind = subjectWords(subjects, machine);
  const name = subjectName ?? organisationName;
  const parts = (language: 'zh' | 'en') =>
    [campaignName, kind?.[language] ?? machine, name].filter((part) => part != null).join(' · ');
  return { zh: parts('zh'), en: parts('en') };
}

/** What the incident is about. */
export function subjectOf(incident: IncidentView, subjects: SubjectResources): Text {
  const { lane, item, affected, operationKind } = incident;
  const { zh, en } = whose(incident, subjects);
  switch (lane) {
    case 'timers':
      return { zh: `${zh}：到期的定时器 ${item}`, en: `${en}: the timer ${item}, which is due` };
    case 'operations': {
      const kind = operationWords(subjects, operationKind) ?? {
        zh: operationKind,
        en: operationKind,
      };
      const [, part] = item.split('/');
      const which =
        part === undefined
          ? { zh: '整项任务', en: 'the operation itself' }
          : part === 'phase'
            ? { zh: '这一对象', en: 'this subject' }
            : { zh: `第 ${Number(part) + 1} 项`, en: `item ${Number(part) + 1}` };
      return {
        zh: `${zh}：批量任务“${kind.zh}”中的${which.zh}`,
        en: `${en}: ${which.en} of the operation "${kind.en}"`,
      };
    }
    case 'recalculation':
      return { zh: `${zh}：按新日历重算期限`, en: `${en}: its deadline, by the new calendar` };
    case 'sweeping':
      return { zh: `${zh}：清理无人引用的文件`, en: `${en}: a file that nobody refers to` };
    case 'versions':
      return {
        zh: `${affected} 个对象属于本进程不认识的 ${item}`,
        en: `${affected} subjects are of ${item}, which a process here does not know`,
      };
    case 'walls':
      return {
        zh: `${zh}：数据库拒绝记入 ${item}`,
        en: `${en}: the database refused to store ${item}`,
      };
    case 'audit': {
      const [kind, sequence] = item.split(' ');
      const words = wordsOf(kind as FaultKind);
      const log = incident.subjectId === null ? ADMINISTRATIVE : { zh, en };
      return {
        zh: `${log.zh}：第 ${sequence} 条${words.zh}`,
        en: `${log.en}: event ${sequence} ${words.en}`,
      };
    }
    case 'backups':
      return { zh: `备份 ${item} 校验未通过`, en: `the backup ${item} was found not to be good` };
    case 'administration':
      return {
        zh: '数据库持有者不经接口发了一个领取码',
        en: 'whoever holds the database made a one-time code past the interface',
      };
  }
}

/** The cause of the incident, as far as the service knows it. */
export const causeOf = ({ lane, code, message }: IncidentView): Text =>
  lane === 'audit'
    ? {
        zh: `核验时发现：${message || '链不相连'}`,
        en: `a verification found: ${message || 'the chain does not hold'}`,
      }
    : code === 'UnknownVersion' || code === 'unknown-version'
      ? {
          zh: '由更新版本的服务建立，有进程尚未升级',
          en: 'a newer version of the service began it, and a process has not been upgraded',
        }
      : code === 'admin-invite'
        ? { zh: `npm run admin:invite（${message}）`, en: `npm run admin:invite (${message})` }
        : lane === 'backups'
          ? { zh: `校验时发现：${message}`, en: `the check found: ${message}` }
          : { zh: `办理时出错（${code}）：${message}`, en: `it failed (${code}): ${message}` };

const UPGRADE: Text = {
  zh: '完成全部进程的升级；升级后自动办理，事件随之结束。',
  en: 'Finish the upgrade of every process; it is then done by itself and the incident ends.',
};
const NOTHING: Text = { zh: '无需处理。', en: 'Nothing is left to do.' };
const WAIT: Text = {
  zh: '服务会自行再试；反复失败八次后才须处理。升级或修复后可发送 retry 立即再试。',
  en: 'The service tries again by itself; after eight failures it needs you. After an upgrade or a repair, send retry to have it tried at once.',
};
const REMEDIES: { readonly [lane in IncidentView['lane']]: Text } = {
  timers: {
    zh: '按原因修复（多为升级到修正后的版本），再发送 retry；确实不应触发时发送 dismiss 并写明理由，定时器保留而不触发。',
    en: 'Mend the cause, as a rule by upgrading to a version that is corrected, then send retry; if it must not fire, dismiss it with a reason: the timer stays and does not fire.',
  },
  operations: {
    zh: '按原因修复后发送 retry；不再办理时发送 dismiss 并写明理由，该项记为未办成，任务得以结束。',
    en: 'Mend the cause and send retry; if it is not to be done, dismiss it with a reason: it counts as refused and the operation can end.',
  },
  recalculation: {
    zh: '按原因修复后发送 retry；dismiss 则保留原来的期限。',
    en: 'Mend the cause and send retry; dismissed, the deadline stays as it was reckoned.',
  },
  sweeping: {
    zh: '检查文件存储是否可写，再发送 retry；dismiss 则保留该文件。',
    en: 'See that the store of files can be written, then send retry; dismissed, the file stays.',
  },
  versions: UPGRADE,
  walls: {
    zh: '这是程序的缺陷：办理人的角色管不到该对象，程序却没有拦住，已由数据库拦住，未记入任何内容。如办理人的角色刚被收回，属正常；否则请告知开发者。发送 dismiss 并写明理由。',
    en: 'A fault of the program: nobody of this reach may act there, and only the database stood in the way; nothing was stored. It is in order when the role was revoked a moment before; tell the developers otherwise. Dismiss it with a reason.',
  },
  audit: {
    zh: '日志与库中所存不符：先保全现场（停止写入、复制数据库），再以备份或对外文书上的根值比对，由审计员看 GET /v1/audit/verify，查明后发送 dismiss 并写明结论。',
    en: 'A log does not fit what is stored: keep what there is (stop writing, copy the database), compare with a backup or a root on a document that left the house, and let an auditor look at GET /v1/audit/verify, who then dismisses it with what was found.',
  },
  backups: {
    zh: '立即另做备份并校验（npm run backup，npm run backup:verify），通过后本事件自动结束；查明损坏的原因，并保留最近一个完好的备份。',
    en: 'Make another backup and check it (npm run backup, npm run backup:verify): a good one ends this incident. Find what damaged this one, and keep the last good one.',
  },
  administration: {
    zh: '审计员查明何人、为何发码，再发送 dismiss 并写明结论；不是应有的，请停用该账户并收回其角色。',
    en: 'The auditor finds out who made it and why, then dismisses this with what was found; if it ought not to be, disable the account and revoke its role.',
  },
};

/** What the reader can do about it. */
export function remedyOf({ lane, status, code }: IncidentView): Text {
  if (status === 'resolved' || status === 'dismissed') return NOTHING;
  if (lane === 'versions' || code === 'UnknownVersion') return UPGRADE;
  return status === 'retrying' ? WAIT : REMEDIES[lane];
}
