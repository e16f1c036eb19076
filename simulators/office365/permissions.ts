/** What it takes to read and to write tasks; applications alone need the permission for all users. */
export const TASKS_READ = { scopes: ['Tasks.Read'], roles: ['Tasks.Read.All'] };
export const TASKS_WRITE = { scopes: ['Tasks.ReadWrite'], roles: ['Tasks.ReadWrite.All'] };
