-- Statements of the connection itself.

-- name: session_start
-- Times are shown in Shanghai by JSON functions; a backend whose client is gone ends its statement soon.
SELECT set_config('TimeZone', 'Asia/Shanghai', false), set_config('client_connection_check_interval', '200ms', false),
       EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus') AS citus;

-- name: transaction_begin
BEGIN;

-- name: transaction_commit
COMMIT;

-- name: transaction_rollback
ROLLBACK;

-- name: savepoint_set
SAVEPOINT call;

-- name: savepoint_release
RELEASE SAVEPOINT call;

-- name: savepoint_undo
ROLLBACK TO SAVEPOINT call;

-- name: server_unsafe
SELECT s.name::text AS name, s.setting::text AS setting, w.want::text AS want
  FROM (VALUES ('fsync', 'on'), ('full_page_writes', 'on'), ('synchronous_commit', 'on'), ('server_encoding', 'UTF8'),
               ('server_version_num', '150000 or more')) AS w (name, want)
  JOIN pg_catalog.pg_settings s ON s.name = w.name
 WHERE CASE w.name WHEN 'synchronous_commit' THEN s.setting = 'off'
                   WHEN 'server_version_num' THEN s.setting::int4 < 150000
                   ELSE s.setting <> w.want END
 ORDER BY w.name;
