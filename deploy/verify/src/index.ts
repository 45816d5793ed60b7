export type { Incomplete } from './incomplete.ts';
export type { IndexerGroups, Progress, VerifyOptions } from './options.ts';
export type { Report } from './report.ts';
export { DIFFERENCES_MAX } from './tally.ts';
export { type ChangedPart, type Difference, isDifference, VERDICTS, type Verdict } from './verdict.ts';
export { verify } from './verify.ts';
export type { VerifiedPartition, VerifyRange } from './verify-range.ts';
