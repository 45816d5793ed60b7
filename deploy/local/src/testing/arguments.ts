/** Reads from vitest's arguments what `npm test` has to know: whether the chosen projects need real backends. */

/** Projects of the root's vitest.config.ts that need neither Kafka nor Elasticsearch. */
const projectsWithoutBackends: readonly string[] = ['unit'];

export function needsBackends(args: readonly string[]): boolean {
  const projects = args.flatMap((arg, index) => {
    if (arg.startsWith('--project=')) return [arg.slice('--project='.length)];
    return arg === '--project' ? [args[index + 1] ?? ''] : [];
  });
  return projects.length === 0 || projects.some((project) => !projectsWithoutBackends.includes(project));
}
