-- name: migrate_lock   (one migrator at a time; released when the connection ends)
SELECT pg_advisory_lock(8317261)::text;

-- name: migrate_names
SELECT name, sha256 FROM xq.migration ORDER BY name;

-- name: migrate_note
INSERT INTO xq.migration (name, sha256, at) VALUES ($1::text, $2::text, $3::timestamptz);

-- name: role_find   (its settings as one text)
SELECT r.rolname::text AS name, coalesce(array_to_string(s.setconfig, E'\n'), '') AS settings
  FROM pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase = 0
 WHERE r.rolname = $1::text;

-- name: database_name
SELECT current_database()::text AS name;
