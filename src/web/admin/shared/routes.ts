/** The admins' routes that several pages ask, below /api/admin: one place for their names. */
const one =
  (list: string) =>
  (id: string, below = '') =>
    `/${list}/${encodeURIComponent(id)}${below}`;

export const routes = {
  overview: '/overview',
  serviceLevels: '/service-levels',
  budget: '/budget',
  users: '/users',
  usersCsv: '/users.csv',
  user: one('users'),
  userActions: '/users/actions',
  profiles: '/profiles',
  presets: '/presets',
  licenses: '/licenses',
  accesses: '/accesses',
  runs: '/runs',
  runsCsv: '/runs.csv',
  issues: '/issues',
  issuesCsv: '/issues.csv',
  issueSums: '/issues/sums',
  holds: '/holds',
  hold: one('holds'),
  erasures: '/erasures',
  erasureFind: '/erasures/find',
  audit: '/audit',
  auditCsv: '/audit.csv',
} as const;
