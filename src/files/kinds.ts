// The kinds of file that are taken in, each with its media type and the endings of its names.

/** `extensions`: a name may end so; the first one is put on a name that ends otherwise. */
type Kind = { zh: string; en: string; extensions: readonly string[] };

export const KINDS = {
  'image/jpeg': { zh: 'JPEG 图片', en: 'JPEG picture', extensions: ['.jpg', '.jpeg'] },
  'image/png': { zh: 'PNG 图片', en: 'PNG picture', extensions: ['.png'] },
  'image/heic': { zh: 'HEIC 图片', en: 'HEIC picture', extensions: ['.heic', '.heif'] },
  'application/pdf': { zh: 'PDF 文档', en: 'PDF document', extensions: ['.pdf'] },
  'application/ofd': { zh: 'OFD 版式文档', en: 'OFD document', extensions: ['.ofd'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    zh: 'DOCX 文档',
    en: 'DOCX document',
    extensions: ['.docx'],
  },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
    zh: 'XLSX 工作簿',
    en: 'XLSX workbook',
    extensions: ['.xlsx'],
  },
  // WPS writes the same streams under endings of its own, so that only the name tells the two apart.
  'application/msword': {
    zh: 'WPS 文字或 DOC 文档',
    en: 'WPS or DOC document',
    extensions: ['.doc', '.wps'],
  },
  'application/vnd.ms-excel': {
    zh: 'ET 表格或 XLS 工作簿',
    en: 'ET or XLS workbook',
    extensions: ['.xls', '.et'],
  },
} as const satisfies { readonly [mediaType: string]: Kind };

export type MediaType = keyof typeof KINDS;

/** Why a file is not taken in. */
export type ContentFault =
  | 'unknown-type'
  | 'broken'
  | 'too-large'
  | 'too-costly'
  | 'encrypted'
  | 'active';

/** The kinds of which a thumbnail can be drawn: libvips as it comes with sharp decodes no HEVC. */
export const DRAWN: readonly MediaType[] = ['image/jpeg', 'image/png'];

export const MEDIA_TYPES = Object.keys(KINDS) as MediaType[];

const NAME_LENGTH_MAX = 200;
const KNOWN: readonly string[] = Object.values<Kind>(KINDS).flatMap(({ extensions }) => extensions);

/** The name with the ending of its content: 照片.jpg of a PDF is 照片.pdf. */
export function nameOfKind(name: string, mediaType: MediaType): string {
  const { extensions }: Kind = KINDS[mediaType];
  const ending = /\.[a-z]+$/i.exec(name)?.[0].toLowerCase() ?? '';
  if (extensions.includes(ending)) return name;
  const [proper = ''] = extensions;
  const bare = KNOWN.includes(ending) ? name.slice(0, -ending.length) : name;
  return `${bare.slice(0, NAME_LENGTH_MAX - proper.length)}${proper}`;
}
