/**
 * Java's arguments for Keycloak, as its own kc.sh has them: `java` itself is the child, without the shell and the
 * relaunch between, so that a signal reaches the server and its pid is the one that we recorded.
 */
import { join } from 'node:path';

export interface KeycloakJava {
  /** Keycloak as fetched: only read. */
  readonly dist: string;
  /** Where it finds `lib` and writes `data`: one folder an instance. */
  readonly home: string;
  readonly tmp: string;
  /** As the JVM writes it: 512m. */
  readonly heap: string;
}

export function keycloakJava(
  { dist, home, tmp, heap }: KeycloakJava,
  command: readonly string[],
): readonly string[] {
  return [
    ...['-Xms64m', `-Xmx${heap}`, '-XX:+ExitOnOutOfMemoryError', '-XX:-UsePerfData'],
    // It serves a handful of requests: the second compiler would take half of the time of a start and give nothing.
    ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    ...opened.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    '--enable-native-access=ALL-UNNAMED',
    ...['-Duser.language=en', '-Duser.country=US', '-Dfile.encoding=UTF-8', `-Djava.io.tmpdir=${tmp}`],
    '-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory',
    '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
    ...['-Dpicocli.disable.closures=true', '-Dquarkus-log-max-startup-records=10000'],
    `-Dkc.home.dir=${home}`,
    ...['-cp', join(dist, 'lib', 'quarkus-run.jar'), 'io.quarkus.bootstrap.runner.QuarkusEntryPoint'],
    ...command,
  ];
}

const opened = ['java.util', 'java.util.concurrent', 'java.security', 'java.lang'];
