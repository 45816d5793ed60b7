/**
 * What a server that is set by files and arguments gets of our environment: where programs are, language and time
 * zone. Elasticsearch, Keycloak and the JVM read settings from variables (ES_*, KC_*, JAVA_TOOL_OPTIONS), and those
 * that somebody has set for another server would change ours.
 */
const handedOn = ['PATH', 'LANG', 'LC_ALL', 'TZ'];

export function plainEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(handedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
