/**
 * The arguments of `npm start`: few, because everything is a setting. One that is not known is refused: a mistyped
 * `--keycloak` must not start an API that is open.
 */
import { settingsTable } from './settings.ts';

export type ArgumentsRead =
  | {
      readonly help: boolean;
      /** Settings that the arguments stand for; they win over the environment. */
      readonly settings: NodeJS.ProcessEnv;
    }
  | { readonly problems: readonly string[] };

const helpArguments: readonly string[] = ['--help', '-h'];
const keycloakArgument = '--keycloak';

export function readArguments(args: readonly string[]): ArgumentsRead {
  const known = [keycloakArgument, ...helpArguments];
  const problems = args
    .filter((arg) => !known.includes(arg))
    .map((arg) => `npm start does not know "${arg}"; it knows ${keycloakArgument} and --help.`);
  if (problems.length > 0) return { problems };
  return {
    help: args.some((arg) => helpArguments.includes(arg)),
    settings: args.includes(keycloakArgument) ? { [settingsTable.keycloak.env]: 'true' } : {},
  };
}
