// The catalog of problems the service answers with. Clients branch on the codes, so a code may be
// added but never renamed. /docs/problems is rendered from this list.

/** A sentence in both languages of the service; the reader's is chosen by Accept-Language. */
export type Text = { zh: string; en: string };

type ProblemDefinition = {
  status: number;
  title: Text;
  meaning: Text;
  remedy: Text;
};

const define = (
  status: number,
  title: [zh: string, en: string],
  meaning: [zh: string, en: string],
  remedy: [zh: string, en: string],
): ProblemDefinition => ({
  status,
  title: { zh: title[0], en: title[1] },
  meaning: { zh: meaning[0], en: meaning[1] },
  remedy: { zh: remedy[0], en: remedy[1] },
});

export const problemCatalog = {
  'bad-request': define(
    400,
    ['请求有误', 'Bad request'],
    ['请求无法读懂或不符合接口约定。', 'The request cannot be read or breaks the contract.'],
    [
      '按 errors 中逐项列出的位置改正后重新发送。',
      'Correct each place listed in errors and send the request again.',
    ],
  ),
  unauthenticated: define(
    401,
    ['未登录', 'Not authenticated'],
    ['没有令牌，或令牌无效、已过期。', 'There is no token, or it is invalid or has expired.'],
    [
      '在 Authorization 头中以 Bearer 方式附上有效令牌。',
      'Send a valid token in the Authorization header, as Bearer.',
    ],
  ),
  forbidden: define(
    403,
    ['无权操作', 'Forbidden'],
    [
      '您的角色或管辖范围不允许这一操作。',
      'Your role, or the subtree it is held over, does not allow this.',
    ],
    [
      '由有权的单位办理，或向管理员申请授权。',
      'Leave it to the body entitled to it, or ask the administrator for the role.',
    ],
  ),
  'not-found': define(
    404,
    ['未找到', 'Not found'],
    ['未找到，或您无权查看。', 'Not found, or not yours to see.'],
    ['核对地址和编号。', 'Check the address and the id.'],
  ),
  'method-not-allowed': define(
    405,
    ['方法不允许', 'Method not allowed'],
    ['此地址存在，但不接受这一方法。', 'The address exists but does not take this method.'],
    ['使用 Allow 头中列出的方法。', 'Use one of the methods in the Allow header.'],
  ),
  'request-timeout': define(
    408,
    ['请求超时', 'Request timeout'],
    ['请求没有在限定时间内发送完毕。', 'The request was not sent completely in time.'],
    ['检查网络后重新发送。', 'Check the network and send it again.'],
  ),
  'out-of-state': define(
    409,
    ['当前状态不接受', 'Not in this state'],
    [
      '对象当前的状态不接受这一事件。',
      'The subject does not take this event in its present state.',
    ],
    [
      'accepts 列出现在可以接受的事件；请先读取对象的最新状态。',
      'accepts lists the events it takes now; read the subject again first.',
    ],
  ),
  'work-in-hand': define(
    409,
    ['尚有未办结事项', 'Work in hand'],
    [
      '该账户名下尚有未办结的事项；openWork 按活动列出件数。',
      'The account still has work in hand; openWork has the numbers, by campaign.',
    ],
    [
      '先由各活动的主办单位另行指派；或者附上 acknowledged: true 再办理，主办单位随即收到移交通知。',
      'Let the offices of the campaigns assign it to others first, or send it again with acknowledged: true; the offices are then told to hand it over.',
    ],
  ),
  duplicate: define(
    409,
    ['重复', 'Duplicate'],
    ['已有相同标识的对象。', 'There already is a thing with this identity.'],
    [
      '使用已有的对象（id 写明是哪一个；误撤回的申报对象可以恢复），或改用其他标识。',
      'Use the existing one, which id names (who was withdrawn by mistake can be reinstated), or choose another identity.',
    ],
  ),
  'unit-ended': define(
    409,
    ['单位已终止', 'The unit has ended'],
    [
      '单位已经终止，不再办理新的事项；detail 写明单位、日期和承继单位。',
      'The unit has ended and nothing new is laid on it; detail names it, the day and who goes on.',
    ],
    [
      '改向承继单位办理；已登记的申报对象先由县级主办单位决定（succeed 或 end-with-unit）。',
      'Turn to the successor; of a candidate that stands, the county office decides first (succeed or end-with-unit).',
    ],
  ),
  'ballot-not-taken': define(
    409,
    ['选票未计入', 'Ballot not taken'],
    [
      '这张票已投给另一选择、评议尚未开始或已经截止，或者没有这一票号；reason 写明是哪一种。',
      'The slip was cast for another choice, the round is not open, or there is no such code; reason says which.',
    ],
    [
      '投过的票不能改投；其他情形请向发票人员核对。',
      'A slip that was cast stays cast; for the rest, ask whoever handed it out.',
    ],
  ),
  'plan-token-stale': define(
    409,
    ['预演结果已过期', 'Plan token is stale'],
    [
      '预演之后数据已经变化，或者令牌已经用过。',
      'The data changed after the dry run, or the token has been spent.',
    ],
    ['重新预演，核对差异后再执行。', 'Run it dry again, look at the difference, then apply.'],
  ),
  'stale-revision': define(
    412,
    ['版本已变化', 'Stale revision'],
    ['If-Match 给出的版本不是当前版本。', 'If-Match names a revision that is no longer current.'],
    ['重新读取对象，以新的 ETag 再试。', 'Read the thing again and repeat with its new ETag.'],
  ),
  'payload-too-large': define(
    413,
    ['内容过大', 'Payload too large'],
    ['请求体超过上限：JSON 1 MiB，CSV 8 MiB。', 'The body is over 1 MiB of JSON or 8 MiB of CSV.'],
    ['分成几次发送。', 'Send it in several parts.'],
  ),
  'storage-exhausted': define(
    413,
    ['存储限额已用完', 'Storage exhausted'],
    [
      '本单位的存储限额放不下这一文件；used 为已用，allowed 为限额。',
      'The file does not fit into what its unit may keep; used and allowed say how much.',
    ],
    [
      '没有被引用的文件到期自动清除；或请运维调高限额。',
      'Files nobody refers to go by themselves after some days; or ask the operator for more.',
    ],
  ),
  'uri-too-long': define(
    414,
    ['地址过长', 'URI too long'],
    ['地址中的某一段过长。', 'A segment of the address is too long.'],
    ['核对编号。', 'Check the id.'],
  ),
  'unsupported-media-type': define(
    415,
    ['不支持的内容类型', 'Unsupported media type'],
    [
      '只接受 UTF-8 编码、未压缩的 application/json 和 text/csv；名单还可用 XLSX。',
      'Only application/json and text/csv are taken, in UTF-8 and not compressed; lists also as XLSX.',
    ],
    ['转换为 UTF-8 并设置 Content-Type。', 'Convert to UTF-8 and set Content-Type.'],
  ),
  'expectation-failed': define(
    417,
    ['无法满足 Expect', 'Expectation failed'],
    ['只支持 Expect: 100-continue。', 'Only Expect: 100-continue is supported.'],
    ['去掉 Expect 头。', 'Leave the Expect header out.'],
  ),
  'requirements-unmet': define(
    422,
    ['条件未满足', 'Requirements unmet'],
    [
      '方案规定的条件尚未满足；unmet 逐条列出条款、现状和要求。',
      'The plan’s requirements are not met; unmet lists clause, actual and required.',
    ],
    ['补齐 unmet 中的各项后再提交。', 'Meet each entry of unmet, then submit again.'],
  ),
  'content-invalid': define(
    422,
    ['内容不合要求', 'Content invalid'],
    [
      '请求的形式正确，但内容不能这样成立；errors 逐处列出。',
      'The request is well formed, but what it says cannot stand; errors lists each place.',
    ],
    [
      '按 errors 中逐项列出的位置改正后重新发送。',
      'Correct each place listed in errors and send the request again.',
    ],
  ),
  'export-too-large': define(
    422,
    ['导出行数过多', 'Export too large'],
    [
      '筛选结果超过一份表格可导出的行数。',
      'What the filter leaves is more than one workbook takes.',
    ],
    ['缩小筛选范围，分批导出。', 'Narrow the filter and export it in parts.'],
  ),
  'print-unavailable': define(
    501,
    ['不能生成 PDF', 'No PDF is made here'],
    [
      '服务器上没有安装排版所用的 LibreOffice。',
      'LibreOffice, which would make it, is not installed on the server.',
    ],
    [
      '请按 docx 所示地址下载 DOCX，用文字处理软件打印或另存为 PDF；需要时请运维人员安装。',
      'Download the DOCX at the address in docx and print it with a word processor, or have LibreOffice installed.',
    ],
  ),
  'idempotency-key-reused': define(
    422,
    ['幂等键被重复使用', 'Idempotency key reused'],
    [
      '同一 Idempotency-Key 已用于内容不同的请求。',
      'This Idempotency-Key was already used with another request body.',
    ],
    ['新的请求使用新的键；重试则保持内容不变。', 'New request, new key; a retry repeats its body.'],
  ),
  'too-many-requests': define(
    429,
    ['请求过于频繁', 'Too many requests'],
    ['超过了频率限额。', 'The rate limit is used up.'],
    ['等待 Retry-After 所示秒数后再试。', 'Wait the seconds given in Retry-After.'],
  ),
  'headers-too-large': define(
    431,
    ['请求头过大', 'Request headers too large'],
    ['请求头合计过大。', 'The header fields are too large together.'],
    ['减少请求头。', 'Send fewer or shorter headers.'],
  ),
  internal: define(
    500,
    ['服务内部错误', 'Internal error'],
    ['服务出现了意料之外的错误，已记录。', 'Something unexpected went wrong; it has been logged.'],
    [
      '可带同一 Idempotency-Key 重试；仍然失败时将 traceId 告知管理员。',
      'Retry with the same Idempotency-Key; if it persists, give the traceId to the operator.',
    ],
  ),
  unavailable: define(
    503,
    ['暂时不可用', 'Unavailable'],
    ['服务或数据库暂时不能处理请求。', 'The service or its database cannot answer right now.'],
    [
      '等待 Retry-After 所示秒数后带同一 Idempotency-Key 重试。',
      'Wait the seconds given in Retry-After, then retry with the same Idempotency-Key.',
    ],
  ),
  'newer-version': define(
    503,
    ['须由更新的版本办理', 'Needs a newer version'],
    [
      '对象由更新版本的服务建立，应答的进程还不认识它；什么也没有改变。',
      'A newer version of the service began this subject, and the process that answered does not know it yet; nothing was changed.',
    ],
    [
      '等待 Retry-After 所示秒数后重试；仍然如此时，请管理员完成全部进程的升级。',
      'Wait the seconds given in Retry-After and try again; if it persists, ask the operator to finish the upgrade of every process.',
    ],
  ),
  'outcome-unknown': define(
    503,
    ['结果未知', 'Outcome unknown'],
    [
      '提交时与数据库的连接中断，尚不能确定是否已经办理。',
      'The connection to the database was lost while committing; whether it was done is not known yet.',
    ],
    [
      '带同一 Idempotency-Key 重发：已办理的得到原答复，未办理的即行办理。未带键的，请先查看对象的现状。',
      'Send it again with the same Idempotency-Key: what was done is answered as then, what was not is done. Without a key, look at the subject first.',
    ],
  ),
} satisfies Record<string, ProblemDefinition>;

export type ProblemCode = keyof typeof problemCatalog;

export const problemCodes = Object.keys(problemCatalog) as ProblemCode[];

/** The stable URI of a problem: the path of this service that explains it. */
export const problemType = (code: ProblemCode): string => `/docs/problems#${code}`;
