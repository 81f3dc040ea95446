// The parts of a DOCX that its library cannot write: what holds of every paragraph, and where a font is not
// installed, the names under which another maker sells it.

import { FONT, type Font, SIZE } from './docx-paper.ts';

const HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

// A single line may stand at the foot of a page, or 22 of them would not. That punctuation may hang beyond the
// text is what Word does unasked; LibreOffice reads it the other way round, and of what hangs in a justified line
// it prints nothing, so it has to be written.
const PARAGRAPHS = '<w:widowControl w:val="0"/><w:overflowPunct w:val="1"/>';

const names = ['ascii', 'hAnsi', 'eastAsia', 'cs']
  .map((script) => `w:${script}="${FONT.body}"`)
  .join(' ');

const STYLES = `${HEADER}<w:styles ${NAMESPACE}><w:docDefaults>
<w:rPrDefault><w:rPr><w:rFonts ${names}/><w:sz w:val="${SIZE.body}"/><w:szCs w:val="${SIZE.body}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>
<w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:styleId="Normal" w:default="1"><w:name w:val="Normal"/><w:pPr>${PARAGRAPHS}</w:pPr></w:style>
<w:style w:type="table" w:styleId="TableNormal" w:default="1"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>
</w:styles>`;

/** The names that Windows, WPS, Founder and macOS have for the same face, the likeliest first. */
const SUBSTITUTES: { readonly [Name in Font]: readonly string[] } = {
  body: ['FangSong_GB2312', '仿宋', 'FangSong', 'STFangsong', '方正仿宋_GBK'],
  title: ['FZXiaoBiaoSong-B05S', '方正小标宋_GBK', 'STZhongsong', '华文中宋'],
  heading: ['SimHei', 'STHeiti', '方正黑体_GBK'],
  subheading: ['KaiTi_GB2312', '楷体', 'KaiTi', 'STKaiti', '方正楷体_GBK'],
  page: ['SimSun', 'STSong', '方正书宋_GBK'],
};

const fonts = Object.entries(SUBSTITUTES).map(
  ([name, others]) =>
    `<w:font w:name="${FONT[name as Font]}"><w:altName w:val="${others.join(',')}"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="default"/></w:font>`,
);

/** The parts that stand in place of the library's own. */
export const PARTS = [
  { path: 'word/styles.xml', data: STYLES },
  {
    path: 'word/fontTable.xml',
    data: `${HEADER}<w:fonts ${NAMESPACE}>${fonts.join('')}</w:fonts>`,
  },
];
