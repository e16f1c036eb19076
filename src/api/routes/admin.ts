/** All routes under /api/admin, one file a topic. Each passes the gate of `admin-session.ts`. */
import type { ApiApp, ApiOptions } from '../app.ts';
import { addAdminAuditRoutes } from './admin-audit.ts';
import { addErasureRoutes } from './admin-erasure.ts';
import { addAdminHoldRoutes } from './admin-holds.ts';
import { addAdminInsightRoutes } from './admin-insight.ts';
import { addAdminLicenseRoutes } from './admin-licenses.ts';
import { addAdminPresetRoutes } from './admin-presets.ts';
import { addAdminProfileRoutes } from './admin-profiles.ts';
import { addServiceLevelRoutes } from './admin-service-levels.ts';
import { addAdminTokenRoutes } from './admin-tokens.ts';
import { addAdminUserRoutes } from './admin-users.ts';

export function addAdminRoutes(app: ApiApp, options: ApiOptions): void {
  addAdminInsightRoutes(app, options);
  addServiceLevelRoutes(app, options);
  addAdminHoldRoutes(app, options);
  addAdminUserRoutes(app, options);
  addAdminProfileRoutes(app, options);
  addAdminPresetRoutes(app, options);
  addAdminLicenseRoutes(app, options);
  addAdminAuditRoutes(app, options);
  addAdminTokenRoutes(app, options);
  addErasureRoutes(app, options);
}
