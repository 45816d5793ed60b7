/** Where JDKs live: what the environment names first, then the folders of the usual installers. Existing ones only. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export function jdkFolders(env: NodeJS.ProcessEnv): string[] {
  const folders = [
    env.ES_JAVA_HOME,
    env.JAVA_HOME,
    ...(env.PATH ?? '').split(delimiter).map(homeOfJavaIn),
    ...childrenOf('/usr/lib/jvm'),
    ...childrenOf('/Library/Java/JavaVirtualMachines').map((folder) => join(folder, 'Contents', 'Home')),
    ...childrenOf(join(env.SDKMAN_DIR ?? join(homedir(), '.sdkman'), 'candidates', 'java')),
  ];
  const byRealPath = new Map<string, string>();
  for (const folder of folders) {
    if (folder === undefined || !existsSync(join(folder, 'bin', 'java'))) continue;
    const realPath = realpathSync(folder);
    if (!byRealPath.has(realPath)) byRealPath.set(realPath, folder.replace(/\/+$/, ''));
  }
  return [...byRealPath.values()];
}

/** `java` on PATH is often a link to a link; its JDK is two folders above the real file. */
function homeOfJavaIn(folder: string): string | undefined {
  const java = join(folder, 'java');
  return folder !== '' && existsSync(java) ? dirname(dirname(realpathSync(java))) : undefined;
}

function childrenOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
