/** URIs (search.html#uri): equal to the character; `:below` and `:above` by beginnings, of URLs only. */
import { agent, allBut, type Parts, type Row } from './row.ts';

const P = 'http://policy.example';
const PROFILE = 'http://profiles.example/a';

export const URI_EVENTS: Parts = {
  policy: agent({ policy: [`${P}/a`] }),
  'policy-slash': agent({ policy: [`${P}/a/`] }),
  'policy-below': agent({ policy: [`${P}/a/b`] }),
  'policy-longer': agent({ policy: [`${P}/ab`] }),
  'policy-upper': agent({ policy: [`${P}/A`] }),
  'policy-two': agent({ policy: [`${P}/c`] }, { policy: [`${P}/d`, `${P}/a`] }),
  'policy-query': agent({ policy: [`${P}/q?x=1,2&y=$|\\`] }),
  'policy-escaped': agent({ policy: [`${P}/caf%C3%A9`] }),
  'policy-urn': agent({ policy: ['urn:oid:1.2.3'] }),
  'policy-urn-longer': agent({ policy: ['urn:oid:1.2.34'] }),

  profile: { meta: { profile: [PROFILE] } },
  'profile-version': { meta: { profile: [`${PROFILE}|1.0`] } },
  'profile-below': { meta: { profile: [`${PROFILE}/b`, 'http://other.example/x'] } },

  source: { meta: { source: 'http://src.example/app' } },
  'source-fragment': { meta: { source: 'http://src.example/app#1' } },
  'source-urn': { meta: { source: 'urn:src:1' } },
};

const POLICIES = Object.keys(URI_EVENTS).filter((name) => name.startsWith('policy'));
const BELOW_A = ['policy', 'policy-slash', 'policy-below', 'policy-longer', 'policy-two'];
const PROFILES = ['profile', 'profile-version', 'profile-below'];
const SOURCES = ['source', 'source-fragment', 'source-urn'];

export const URI_ROWS: readonly Row[] = [
  [`policy=${P}/a`, ['policy', 'policy-two']],
  [`policy=${P}/a/`, ['policy-slash']],
  [`policy=${P}/A`, ['policy-upper']],
  [`policy=${P}/`, []],
  ['policy=HTTP://policy.example/a', []],
  ['policy=a', []],
  [`policy=${P}/a,${P}/ab`, ['policy', 'policy-two', 'policy-longer']],
  [`policy=${P}/a&policy=${P}/d`, ['policy-two']],
  [`policy=${P}/q?x=1\\,2%26y=\\$\\|\\\\`, ['policy-query']],
  [`policy=${P}/q?x=1`, []],
  [`policy=${P}/caf%25C3%25A9`, ['policy-escaped']],
  [`policy=${P}/café`, []],
  ['policy=urn:oid:1.2.3', ['policy-urn']],
  ['policy=URN:OID:1.2.3', []],
  [`policy:below=${P}/a`, BELOW_A],
  [`policy:below=${P}/a/`, ['policy-slash', 'policy-below']],
  [`policy:below=${P}/`, [...BELOW_A, 'policy-upper', 'policy-query', 'policy-escaped']],
  [`policy:below=${P}/c`, ['policy-two', 'policy-escaped']],
  [`policy:below=${P}/a/b/c`, []],
  [`policy:below=${P}/q,${P}/A`, ['policy-query', 'policy-upper']],
  ['policy:below=http://policy.exampl', [...BELOW_A, 'policy-upper', 'policy-query', 'policy-escaped']],
  ['policy:below=HTTP://policy.example/a', []],
  [`policy:above=${P}/a/b`, ['policy', 'policy-slash', 'policy-below', 'policy-two']],
  [`policy:above=${P}/a`, ['policy', 'policy-two']],
  [`policy:above=${P}/abc`, ['policy', 'policy-longer', 'policy-two']],
  [`policy:above=${P}`, []],
  [`policy:above=${P}/d/x,${P}/A/x`, ['policy-two', 'policy-upper']],
  ['policy:missing=false', POLICIES],
  ['policy:missing=true', allBut(...POLICIES)],

  [`_profile=${PROFILE}`, ['profile']],
  [`_profile=${PROFILE}\\|1.0`, ['profile-version']],
  ['_profile=http://other.example/x', ['profile-below']],
  [`_profile:below=${PROFILE}`, PROFILES],
  [`_profile:below=${PROFILE}/`, ['profile-below']],
  [`_profile:above=${PROFILE}/b/c`, ['profile', 'profile-below']],
  ['_profile:missing=false', PROFILES],
  ['_profile:missing=true', allBut(...PROFILES)],

  ['_source=http://src.example/app', ['source']],
  ['_source=http://src.example/app%231', ['source-fragment']],
  ['_source=urn:src:1', ['source-urn']],
  ['_source=urn:src', []],
  ['_source:below=http://src.example', ['source', 'source-fragment']],
  ['_source:above=http://src.example/app/x', ['source']],
  ['_source:missing=false', SOURCES],
  ['_source:missing=true', allBut(...SOURCES)],
];
