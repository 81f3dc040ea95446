// One-time codes, nine groups of four: the first two find the claim, the others are its secret. It has 140 bits,
// so that a plain hash of it may be kept (OWASP ASVS 5.0, 6.5.2, asks for 112).

/** Without I, L, O and U, so that nobody misreads one (Crockford). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_LENGTH = 8;
const SECRET_LENGTH = 28;
/** Random bytes that a code is made of, one for each character. */
export const CODE_BYTES = ID_LENGTH + SECRET_LENGTH;
/** A code that nobody claimed is worth nothing after so many days. */
export const CLAIM_DAYS = 7;
/** So many wrong secrets end a claim: whoever mistypes it as often asks for another. */
export const TRIES_MAX = 5;

export type ClaimCode = { id: string; secret: string };

export const newCode = (bytes: Uint8Array): ClaimCode => {
  const text = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return { id: text.slice(0, ID_LENGTH), secret: text.slice(ID_LENGTH) };
};

/** The code as people pass it on: XXXX-XXXX-… */
export const codeInWords = ({ id, secret }: ClaimCode): string =>
  (`${id}${secret}`.match(/.{4}/g) ?? []).join('-');

/** A code as people type it; null when it is none. Hyphens, spaces, case, O and I or L for 0 and 1 do not matter. */
export function readCode(typed: string): ClaimCode | null {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (text.length !== CODE_BYTES || [...text].some((each) => !ALPHABET.includes(each))) return null;
  return { id: text.slice(0, ID_LENGTH), secret: text.slice(ID_LENGTH) };
}

export type ClaimState = {
  isClaimed: boolean;
  isWithdrawn: boolean;
  isExpired: boolean;
  isDisabled: boolean;
  tries: number;
  liveKeys: number;
};

/** The reason why whoever has the right code gets no key; null when there is none. */
export function claimFault(
  state: ClaimState,
  liveKeysMax: number,
): { zh: string; en: string } | null {
  if (state.isClaimed)
    return {
      zh: '此码已用过：一个码只领一次密钥。不是您本人所领的，请立即告知系统管理员和安全管理员。',
      en: 'This code was used: it gives one key, once. If it was not you, tell the administrator and the security officer at once.',
    };
  if (state.isWithdrawn)
    return { zh: '此码已作废，请用新发的码。', en: 'This code was withdrawn: use the newer one.' };
  if (state.isExpired)
    return {
      zh: `此码已过期（${CLAIM_DAYS}日内有效），请系统管理员另发。`,
      en: `This code has expired (it lives ${CLAIM_DAYS} days): ask the administrator for another.`,
    };
  if (state.tries >= TRIES_MAX)
    return {
      zh: `此码已输错 ${TRIES_MAX} 次，不能再用，请系统管理员另发。`,
      en: `This code was mistyped ${TRIES_MAX} times and is worth nothing now: ask the administrator for another.`,
    };
  if (state.isDisabled) return { zh: '账户已停用。', en: 'The principal is disabled.' };
  if (state.liveKeys >= liveKeysMax)
    return {
      zh: `已有 ${liveKeysMax} 个有效密钥，请先吊销其中一个。`,
      en: `There are ${liveKeysMax} live keys already: revoke one first.`,
    };
  return null;
}
