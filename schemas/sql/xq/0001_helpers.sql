-- Once per database: the helpers that let the same migrations run on plain PostgreSQL and on Citus (extension made by the administrator).

CREATE FUNCTION xq.citus() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus')
$$;

-- SELECT xq.distribute('voting.likes', 'voting.stream_head'): by street, beside the service's first table. Says partmethod = 'h', because
-- a table that refers to a reference table is known to Citus already, as a local one.
CREATE FUNCTION xq.distribute(rel regclass, beside text DEFAULT 'default') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT xq.citus() THEN -- on its own: plain PostgreSQL must never reach the next expression
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid = rel AND partmethod = 'h') THEN
    RETURN;
  END IF;
  PERFORM pg_catalog.create_distributed_table(rel, 'street', colocate_with => beside);
END
$$;

-- A small shared table: a copy on every node, each write goes to all of them.
CREATE FUNCTION xq.reference(rel regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT xq.citus() THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid = rel AND partmethod = 'n' AND repmodel = 't') THEN
    RETURN;
  END IF;
  PERFORM pg_catalog.create_reference_table(rel);
END
$$;

-- Runs fn(street, …) on the street's worker.
CREATE FUNCTION xq.delegate(fn regprocedure, beside text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF xq.citus() THEN
    PERFORM pg_catalog.create_distributed_function(fn, 'street', colocate_with => beside, force_delegation => true);
  END IF;
END
$$;

-- The only way to make a trigger. A guard raises, or reads and writes tables of its own street; nothing else.
CREATE FUNCTION xq.guard(create_trigger text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('citus.enable_unsafe_triggers', 'on', true);
  EXECUTE create_trigger;
  PERFORM set_config('citus.enable_unsafe_triggers', 'off', true);
END
$$;

-- The street in the last 30 bits of an id (common/base/id.c).
CREATE FUNCTION xq.id_street(id uuid) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ((get_byte(uuid_send(id), 12) & 63) << 24) | (get_byte(uuid_send(id), 13) << 16) | (get_byte(uuid_send(id), 14) << 8)
         | get_byte(uuid_send(id), 15)
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA xq FROM PUBLIC;
GRANT EXECUTE ON FUNCTION xq.id_street(uuid), xq.citus() TO PUBLIC;
