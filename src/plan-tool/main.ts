// `npm run plan -- new|check FILE` begins a plan, and tells its author what is wrong with it, without a service.

import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { type Language, PlanFileError } from './plan-file-error.ts';

const USAGE: { readonly [Each in Language]: string } = {
  zh: `用法：npm run plan -- <命令> 文件 [--lang zh|en] [--divisions 区划文件]

  new       写一份方案的框架，再逐处替换
  check     核对方案，列出全部错误（文件:行:列 位置 说明）和值得再看之处；不需要数据库
  show      写成一页 Markdown：各阶段的日历、各类别的程序、由谁办理（Mermaid）
  simulate  印发之前在临时数据库上推演：各阶段按期转入、此外无人行动时的通知、期限和停留之处；
            县在别处的，以 --divisions 给出区划文件

退出码：0 没有错误，1 有错误，2 命令或者文件有误`,
  en: `Usage: npm run plan -- <command> FILE [--lang zh|en] [--divisions FILE]

  new       writes the frame of a plan, to be filled
  check     checks a plan: every fault (file:line:column pointer message), then what deserves a second
            look; needs no database
  show      prints it as Markdown: phases on a calendar, each category's way, who acts (Mermaid)
  simulate  plays it before it is published, in a database to throw away: the notices, deadlines and waits
            when phases are entered on time and nobody else acts; --divisions names a file with its county

Exit code: 0 without a fault, 1 with faults, 2 for a wrong command or file`,
};

class UsageError extends Error {
  override name = 'UsageError';
}

type Command = (
  file: string,
  language: Language,
  say: (line: string) => void,
  divisions: string | undefined,
) => Promise<number>;

// Most of a check is the loading of its modules, so these are kept compiled between two calls.
enableCompileCache();

const COMMANDS: { readonly [name: string]: () => Promise<Command> } = {
  new: async () => (await import('./new.ts')).newFile,
  check: async () => (await import('./check.ts')).checkFile,
  show: async () => (await import('./show.ts')).showFile,
  simulate: async () => (await import('./simulate.ts')).simulateFile,
};

/** zh unless the environment asks for English; `--lang` decides before it. */
function languageOf(given: string | undefined): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const language = given ?? ((LC_ALL || LC_MESSAGES || LANG || '').startsWith('en') ? 'en' : 'zh');
  if (language !== 'zh' && language !== 'en') throw new UsageError('--lang zh | en');
  return language;
}

async function main(args: readonly string[]): Promise<number> {
  let language = languageOf(undefined);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        divisions: { type: 'string' },
        lang: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
    language = languageOf(values.lang);
    const [name = '', file, ...rest] = positionals;
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (values.help) {
      process.stdout.write(`${USAGE[language]}\n`);
      return 0;
    }
    if (command === undefined || file === undefined || rest.length > 0) throw new UsageError('');
    const say = (line: string) => process.stdout.write(`${line}\n`);
    return await (await command())(file, language, say, values.divisions);
  } catch (error) {
    const isOfArguments =
      error instanceof UsageError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE'));
    if (!isOfArguments && !(error instanceof PlanFileError)) throw error;
    process.stderr.write(
      `${error instanceof PlanFileError ? error.text[language] : USAGE[language]}\n`,
    );
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
