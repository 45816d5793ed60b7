/**
 * `npm run geo`: fetches a free database of places by IP address and says with which setting the gateway uses it. Where
 * it is there already, that is all it does.
 */
import { join } from 'node:path';
import { fetchGeoDatabases, geoAttribution } from './artifacts/geo-database.ts';
import { Failure, refusal } from './failure.ts';
import { folderProblems } from './preflight.ts';
import { complain, say } from './terminal/say.ts';
import { listenForStop } from './terminal/stop-asked.ts';
import { localFolder } from './toolbox.ts';

async function geo(): Promise<number> {
  const { asked: stop, status } = listenForStop();
  const folder = localFolder();
  try {
    const unwritable = folderProblems(folder);
    if (unwritable.length > 0) throw refusal(unwritable);
    const logPath = join(folder, 'logs', 'fetch.log');
    const paths = await fetchGeoDatabases({ folder: join(folder, 'dist'), logPath, stop });
    say('The database of places is there. Start with it:');
    say();
    say(`  AUDITBOX_GEO_DATABASE='${paths.join(',')}' npm start`);
    say();
    say(`Whoever shows places from it has to name its authors: ${geoAttribution}`);
    return 0;
  } catch (error) {
    if (stop.aborted) return status();
    if (!(error instanceof Failure)) throw error;
    for (const problem of error.problems) complain(problem);
    return error.exitStatus;
  }
}

process.exitCode = await geo();
