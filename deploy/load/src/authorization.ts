/** The token of `BENCH_TOKEN`, where the Auditbox that is measured asks for one. The bare server gets it too: same bytes. */
const { BENCH_TOKEN = '' } = process.env;

export const authorization: Readonly<Record<string, string>> =
  BENCH_TOKEN === '' ? {} : { authorization: `Bearer ${BENCH_TOKEN}` };
