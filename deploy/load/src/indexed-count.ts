/** What Elasticsearch has indexed in all, searchable or not yet; what matches no index has nothing. */
export async function indexedCount(elasticUri: string, pattern: string): Promise<number> {
  const filter = 'ignore_unavailable=true&filter_path=_all.primaries.indexing.index_total';
  const answer = await fetch(new URL(`/${pattern}/_stats/indexing?${filter}`, elasticUri));
  if (!answer.ok) throw new Error(`bench: Elasticsearch answered ${answer.status}`);
  const stats = (await answer.json()) as {
    readonly _all?: { readonly primaries?: { readonly indexing?: { readonly index_total: number } } };
  };
  return stats._all?.primaries?.indexing?.index_total ?? 0;
}
