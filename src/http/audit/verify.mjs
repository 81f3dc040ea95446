#!/usr/bin/env node
// Verifies an auditor's bundle. It needs nothing but Node 20 or newer, and asks nobody.
// 核验审计包，只需 Node 20 以上，不联网。
//
//   node verify.mjs                     the file bundle.ndjson.gz beside it 核验同目录的 bundle.ndjson.gz
//   node verify.mjs FILE --root HEX     also whether HEX, from a document, begins a root of it 并比对文书上的
//                                       核验码（至少 16 位）
//
// Exit codes 退出码: 0 whole 完整, 1 something does not fit 有不符, 2 it could not be read 无法读取.
//
// How it is made 格式. "sha256" is SHA-256 of a text in UTF-8, in 64 lower-case hexadecimal digits; "json" is
// JSON with names sorted by UTF-16 code units and without spaces.
//   link of an event      sha256(hash of the link before + "\n" + json({subject_id, sequence, type, at,
//                         principal_id, roles, credential, stage, state, content, personal}))
//                         content = sha256(json({facts, payload}))
//   link of an act        the same of {sequence, at, kind, subject_kind, subject_id, path, principal_id,
//                         credential, address, content, personal}, content = sha256(json({after, before}))
//   personal              null, or sha256(salt + "\n" + json(personal part)); salt and part may be left out, and
//                         may have been erased: the link holds the digest
//   before the first      64 zeros
//   part of a checkpoint  the heads of one campaign, ordered by subject: sha256 of a line
//                         "subject sequence hash\n" for each; the administrative log is the nil UUID
//   root                  sha256(root before + "\n" + json({number, at, chains, events,
//                         parts: [[campaign, how many heads, digest] …]}))

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';

const ZEROS = '0'.repeat(64);
const NIL = '00000000-0000-0000-0000-000000000000';

const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

const json = (value) => {
  if (Array.isArray(value)) return `[${value.map((item) => json(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${names.map((name) => `${JSON.stringify(name)}:${json(value[name])}`).join(',')}}`;
};

const pick = (row, names) => Object.fromEntries(names.map((name) => [name, row[name]]));

const eventLink = (row) => ({
  ...pick(row, ['subject_id', 'sequence', 'type', 'at', 'principal_id', 'roles', 'credential']),
  ...pick(row, ['stage', 'state', 'personal']),
  content: sha256(json({ facts: row.facts, payload: row.payload })),
});
const actLink = (row) => ({
  ...pick(row, ['sequence', 'at', 'kind', 'subject_kind', 'subject_id', 'path', 'principal_id']),
  ...pick(row, ['credential', 'address', 'personal']),
  content: sha256(json({ after: row.after, before: row.before })),
});

const faults = [];
const counts = { checkpoints: 0, acts: 0, chains: 0, events: 0 };
const fault = (zh, en) => faults.push(`✗ ${zh}\n  ${en}`);

// Checkpoints: each holds the root before; heads are kept for their chains.
const roots = new Map();
const heads = new Map();
let root = ZEROS;
let open = null;

const endCheckpoint = () => {
  if (open === null) return;
  const { checkpoint, lines } = open;
  open = null;
  const { number, at, chains, events, parts } = checkpoint;
  const said = parts.map((part) => [part.campaignId, part.heads, part.digest]);
  const reckoned = sha256(`${root}\n${json({ number, at, chains, events, parts: said })}`);
  if (
    number !== counts.checkpoints + 1 ||
    checkpoint.previous !== root ||
    reckoned !== checkpoint.root
  )
    fault(`检查点第 ${number} 号的根值不符`, `the root of checkpoint ${number} does not fit`);
  for (const part of parts) {
    const own = lines.get(part.campaignId);
    const isHere = bundle.campaignId === null || bundle.campaignId === part.campaignId;
    if (isHere && sha256((own ?? []).join('')) !== part.digest)
      fault(
        `检查点第 ${number} 号所记的链末端被改动`,
        `the heads that checkpoint ${number} names were changed`,
      );
  }
  counts.checkpoints = number;
  root = checkpoint.root;
  roots.set(root, checkpoint);
};

// Chains: the links of one come one after the other.
let bundle = { campaignId: null };
let chain = null;

const endChain = () => {
  if (chain === null) return;
  const { key, name, sequence, hash, subject, differing } = chain;
  chain = null;
  counts.chains += 1;
  if (subject !== undefined && (subject.sequence !== sequence || subject.hash !== hash))
    fault(
      `${name}：日志止于第 ${sequence} 条，与对象所记的第 ${subject.sequence} 条不符（末端被截去、改动或添加）`,
      `${name}: the log ends with event ${sequence}, its subject says ${subject.sequence} (cut off, edited or added to)`,
    );
  for (const at of heads.get(key)?.keys() ?? []) {
    if (at > sequence)
      fault(
        `${name}：检查点记有第 ${at} 条，日志已无`,
        `${name}: a checkpoint names event ${at}, which is gone`,
      );
    else if (differing.has(at))
      fault(
        `${name}：第 ${at} 条不是检查点所记的`,
        `${name}: event ${at} is not the one a checkpoint names`,
      );
  }
  heads.delete(key);
};

const subjects = new Map();

const take = (key, name, row, link) => {
  if (chain?.key !== key) {
    endChain();
    const subject = subjects.get(key);
    subjects.delete(key);
    chain = { key, name, sequence: 0, hash: ZEROS, subject, differing: new Set() };
  }
  const { sequence, hash, at } = row;
  if (sequence !== chain.sequence + 1)
    fault(
      `${name}：第 ${chain.sequence + 1} 条起缺失`,
      `${name}: event ${chain.sequence + 1} is missing`,
    );
  else if (sha256(`${chain.hash}\n${json(link)}`) !== hash)
    fault(
      `${name}：第 ${sequence} 条（${at}）与前一条不相连：被改动、插入，或其前有条目被抽走`,
      `${name}: event ${sequence} of ${at} is not linked to the one before: edited, inserted, or one before it removed`,
    );
  if (row.part !== undefined && sha256(`${row.salt}\n${json(row.part)}`) !== row.personal)
    fault(
      `${name}：第 ${sequence} 条的个人信息部分被改动`,
      `${name}: the personal part of event ${sequence} was edited`,
    );
  if ((heads.get(key)?.get(sequence) ?? hash) !== hash) chain.differing.add(sequence);
  chain.sequence = sequence;
  chain.hash = hash;
};

const read = {
  about: (about) => {
    bundle = about;
    if (about.format !== 1) throw new Error(`format ${about.format}`);
  },
  checkpoint: (checkpoint) => {
    endCheckpoint();
    open = { checkpoint, lines: new Map() };
  },
  head: ({ campaignId, subjectId, sequence, hash }) => {
    const lines = open.lines.get(campaignId) ?? [];
    open.lines.set(campaignId, lines);
    lines.push(`${subjectId} ${sequence} ${hash}\n`);
    const key = `${campaignId} ${subjectId}`;
    if (!heads.has(key)) heads.set(key, new Map());
    heads.get(key).set(sequence, hash);
  },
  act: (row) => {
    endCheckpoint();
    counts.acts += 1;
    take(`${NIL} ${NIL}`, '管理日志 the administrative log', row, actLink(row));
  },
  subject: (subject) => {
    endCheckpoint();
    subjects.set(`${subject.campaignId} ${subject.subjectId}`, subject);
  },
  event: (row) => {
    counts.events += 1;
    const key = `${row.campaignId} ${row.subject_id}`;
    const machine = chain?.key === key ? chain.machine : subjects.get(key)?.machine;
    take(key, `${machine ?? '?'} ${row.subject_id}`, row, eventLink(row));
    chain.machine = machine;
  },
};

async function main() {
  const args = process.argv.slice(2);
  const rootAt = args.indexOf('--root');
  const [wanted] = rootAt < 0 ? [] : args.splice(rootAt, 2).slice(1);
  const file = args[0] ?? join(dirname(fileURLToPath(import.meta.url)), 'bundle.ndjson.gz');
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  const failed = new Promise((_, reject) => {
    for (const stream of [bytes, text]) stream.on('error', reject);
  });
  const reading = (async () => {
    for await (const line of createInterface({
      input: text,
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      const [[kind, row]] = Object.entries(JSON.parse(line));
      read[kind](row);
    }
  })();
  await Promise.race([reading, failed]);
  endCheckpoint();
  endChain();
  for (const { machine, subjectId } of subjects.values())
    fault(`${machine} ${subjectId}：没有日志`, `${machine} ${subjectId}: it has no log`);
  for (const [key, named] of heads) {
    const [sequence] = named.keys();
    fault(
      `${key}：检查点记有第 ${sequence} 条，日志已无`,
      `${key}: a checkpoint names event ${sequence}, there is no log`,
    );
  }
  const digits = wanted?.replaceAll(/\s/g, '').toLowerCase();
  const known = [...roots.values()].find(
    ({ root: whole }) => digits?.length >= 16 && whole.startsWith(digits),
  );
  if (wanted !== undefined && known === undefined)
    fault('该根值不是此包中的检查点', 'that root is no checkpoint of this bundle');
  if (known !== undefined)
    console.log(
      `✓ 根值为第 ${known.number} 号检查点（${known.at}） it is checkpoint ${known.number}`,
    );
  console.log(
    `已重算 reckoned again: ${counts.checkpoints} 检查点 checkpoints, ${counts.chains} 链 chains, ${counts.events} 事件 events, ${counts.acts} 管理事件 acts`,
  );
  for (const line of faults) console.log(line);
  if (faults.length === 0) console.log('✓ 日志完整 The logs are whole');
  process.exitCode = faults.length === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(`无法读取 it could not be read: ${error.message}`);
  process.exitCode = 2;
});
