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

-- name: migrate_admin   (may this role write statistics?)
SELECT rolsuper AS super FROM pg_catalog.pg_roles WHERE rolname = current_user;

-- name: migrate_expect_streets   (what ANALYZE would find in a town of one street, for tables that it has not seen yet. Without it the
--                                 planner takes `street = $1` alone for a key of one or two rows while a table is empty, and the plans
--                                 made then read the whole street for each row looked up until ANALYZE comes by)
INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct, stakind1, stakind2, stakind3,
       stakind4, stakind5, staop1, staop2, staop3, staop4, staop5, stacoll1, stacoll2, stacoll3, stacoll4, stacoll5)
SELECT a.attrelid, a.attnum, false, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.reltuples < 0
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ANY ($1::text[])
 WHERE a.attname = 'street'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_statistic s WHERE s.starelid = a.attrelid AND s.staattnum = a.attnum)
RETURNING starelid::text;
