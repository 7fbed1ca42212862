-- Functions every policy and trigger uses. Written again by `manage.py policies`; harmless to run twice.
-- A SECURITY DEFINER function names pg_temp last: searched first, as by default, somebody's temporary table of the name of
-- ours would tell it which area a point lies in.

-- Who asks. RETURN binds the names inside when it is written, so no search_path of a session can lead them elsewhere. After a commit a pooled session holds '' and not NULL for a setting that was local: both mean nobody.
CREATE OR REPLACE FUNCTION geoportal_is(who text[]) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('geoportal.role', true), ''), 'public:') = ANY (who);

CREATE OR REPLACE FUNCTION geoportal_user() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('geoportal.user', true), '')::bigint;

CREATE OR REPLACE FUNCTION geoportal_everywhere() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('geoportal.everywhere', true), '') = 'yes';

CREATE OR REPLACE FUNCTION geoportal_areas() RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('geoportal.areas', true), '')::text[], '{}'::text[]);

CREATE OR REPLACE FUNCTION geoportal_units() RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('geoportal.units', true), '')::text[], '{}'::text[]);

-- What tells whether a living session, its account, scopes, second step and the areas are still those of an earlier moment;
-- NULL for a session that is over (known.py). Every write gives a row another xmin.
CREATE OR REPLACE FUNCTION geoportal_stamp(key text, person bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (SELECT format('%s|%s|%s|%s|%s', s.xmin, u.xmin,
                        (SELECT string_agg(o.xmin::text, ',' ORDER BY o.id) FROM geoportal_scope o WHERE o.user_id = person),
                        EXISTS (SELECT FROM mfa_authenticator m WHERE m.user_id = person AND m.type = 'totp'),
                        (SELECT r.number FROM geoportal_revision r WHERE r.layer = 'areas'))
            FROM django_session s, geoportal_user u WHERE s.session_key = key AND s.expire_date > now() AND u.id = person);
END $$;

-- The place shown without identity: the middle of its cell in a grid of 0.001 degrees.
CREATE OR REPLACE FUNCTION geoportal_coarse(place geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT ST_SetSRID(ST_MakePoint((floor(ST_X(place) * 1000) + 0.5) / 1000, (floor(ST_Y(place) * 1000) + 0.5) / 1000), 4326)
$$;

-- Degrees of longitude and latitude that surely hold `metres` around a place (a little more than enough).
CREATE OR REPLACE FUNCTION geoportal_around(place geometry, metres double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT ST_Expand(place, metres * 1.01 / (111320 * cos(radians(least(greatest(abs(ST_YMin(place)), abs(ST_YMax(place))) + 0.1, 89)))),
                   metres * 1.01 / 110574)
$$;

-- version and changed of every row; a write that changes nothing leaves both alone, and so leaves no event. A row keeps its uid:
-- an error would tell which ones others have.
CREATE OR REPLACE FUNCTION geoportal_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    RETURN NEW;
  END IF;
  NEW.uid := OLD.uid;
  NEW.version := OLD.version;
  NEW.changed := OLD.changed;
  NEW.created := OLD.created;
  IF NEW IS DISTINCT FROM OLD THEN
    NEW.version := OLD.version + 1;
    NEW.changed := now();
  END IF;
  RETURN NEW;
END $$;

-- Code of the village a point lies in, else of the nearest within 1 km (`outside`), else nothing.
CREATE OR REPLACE FUNCTION geoportal_area_at(place geometry, OUT code text, OUT outside boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  outside := false;
  SELECT a.code INTO code FROM geoportal_area a
   WHERE a.level = 'village' AND a.deleted_at IS NULL AND a.geom && place AND ST_Covers(a.geom, place) ORDER BY a.code LIMIT 1;
  IF code IS NULL THEN
    outside := true;
    SELECT a.code INTO code FROM geoportal_area a
     WHERE a.level = 'village' AND a.deleted_at IS NULL AND a.geom && geoportal_around(place, 1000)
       AND ST_DWithin(a.geom::geography, place::geography, 1000)
     ORDER BY ST_Distance(a.geom::geography, place::geography), a.code LIMIT 1;
  END IF;
END $$;

-- The area a point falls in, against the area it declares (DOMAIN: places). A point more than 1 km outside is refused here
-- too, should it ever pass the validator. SECURITY DEFINER: where a point lies does not depend on who asks.
CREATE OR REPLACE FUNCTION geoportal_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found text;
  beyond boolean;
  slack double precision;
  wide double precision;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.place IS NOT DISTINCT FROM OLD.place AND NEW.declared_code = OLD.declared_code
     AND NEW.accuracy_m IS NOT DISTINCT FROM OLD.accuracy_m AND NEW.area_code = OLD.area_code
     AND NEW.place_state = OLD.place_state THEN
    RETURN NEW;
  END IF;
  IF NEW.place IS NULL THEN
    NEW.area_code := NEW.declared_code;
    NEW.place_state := 'none';
    RETURN NEW;
  END IF;
  SELECT code, outside INTO found, beyond FROM geoportal_area_at(NEW.place);
  IF found IS NULL AND TG_OP = 'UPDATE' AND NEW.place IS NOT DISTINCT FROM OLD.place THEN
    NEW.area_code := '';  -- the boundaries changed, not the row
    NEW.place_state := 'outside';
    RETURN NEW;
  ELSIF found IS NULL THEN
    RAISE EXCEPTION 'the point is more than 1 km outside the area served' USING ERRCODE = 'check_violation';
  END IF;
  NEW.area_code := found;
  NEW.place_state := CASE WHEN beyond THEN 'outside' ELSE 'inside' END;
  slack := coalesce(NEW.accuracy_m, 0);
  wide := slack * 1.01 / (110574 * cos(radians(ST_Y(NEW.place)))); -- the same in degrees, generously
  IF beyond THEN
    RETURN NEW;
  ELSIF slack > 0 AND EXISTS (
      SELECT 1 FROM geoportal_area WHERE level = 'village' AND deleted_at IS NULL AND code <> found
         AND geom && ST_Expand(NEW.place, wide)
         -- In degrees first: on the ellipsoid it costs ten times as much, and nearly every point is far enough. CASE, because
         -- of two conditions of equal price PostgreSQL is free to try the dear one first, and did.
         AND CASE WHEN ST_DWithin(geom, NEW.place, wide) THEN ST_DWithin(geom::geography, NEW.place::geography, slack) END) THEN
    NEW.place_state := 'border';
  ELSIF NEW.declared_code <> '' AND NEW.declared_code <> found AND found NOT LIKE NEW.declared_code || '.%' THEN
    NEW.place_state := 'elsewhere';
  END IF;
  RETURN NEW;
END $$;

-- A row without a place of its own carries area and unit of the row it belongs to, for its own policy: names those of their
-- household, an observation those of where it was made. Arguments: the other row's table; the column that names it.
CREATE OR REPLACE FUNCTION geoportal_inherit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  parent bigint;
BEGIN
  EXECUTE format('SELECT ($1).%I', TG_ARGV[1]) INTO parent USING NEW;
  EXECUTE format('SELECT area_code, unit FROM %I WHERE id = $1', TG_ARGV[0]) INTO NEW.area_code, NEW.unit USING parent;
  -- A row that is not there is refused like one that is elsewhere, or the error would tell which are.
  NEW.area_code := coalesce(NEW.area_code, '');
  NEW.unit := coalesce(NEW.unit, '');
  RETURN NEW;
END $$;

-- Arguments: the table of the rows that belong to this one; their column that names it.
CREATE OR REPLACE FUNCTION geoportal_pass_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.area_code IS DISTINCT FROM OLD.area_code OR NEW.unit IS DISTINCT FROM OLD.unit THEN
    EXECUTE format('UPDATE %I SET area_code = $1, unit = $2 WHERE %I = $3', TG_ARGV[0], TG_ARGV[1])
      USING NEW.area_code, NEW.unit, NEW.id;
  END IF;
  RETURN NULL;
END $$;

-- An area's level and parent follow from its code, its size from its shape.
CREATE OR REPLACE FUNCTION geoportal_area_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.level := CASE
    WHEN NEW.code ~ '^\d{2}$' THEN 'province'
    WHEN NEW.code ~ '^\d{2}\.\d{2}$' THEN 'regency'
    WHEN NEW.code ~ '^\d{2}\.\d{2}\.\d{2}$' THEN 'district'
    WHEN NEW.code ~ '^\d{2}\.\d{2}\.\d{2}\.\d{4}$' THEN 'village' END;
  IF NEW.level IS NULL THEN
    RAISE EXCEPTION '% is no Kemendagri code with dots', NEW.code USING ERRCODE = 'check_violation';
  END IF;
  NEW.area_code := NEW.code;
  NEW.parent_id := CASE NEW.level WHEN 'province' THEN NULL ELSE regexp_replace(NEW.code, '\.\d+$', '') END;
  IF TG_OP = 'INSERT' OR NEW.geom IS DISTINCT FROM OLD.geom THEN
    NEW.area_km2 := ST_Area(NEW.geom::geography) / 1e6;
  END IF;
  RETURN NEW;
END $$;

-- Shapes of a boundary set become the shapes in use; an area without one of its own gets the union of its children.
-- The owner's part of geoportal_switch() (policies.py) and of `manage.py load areas`, which place the rows again afterwards.
CREATE OR REPLACE FUNCTION geoportal_use_boundaries(chosen bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  step text;
BEGIN
  UPDATE geoportal_area SET geom = NULL WHERE geom IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM geoportal_areashape s WHERE s.boundary_set_id = chosen AND s.area_id = code);
  UPDATE geoportal_area a SET geom = s.geom FROM geoportal_areashape s
   WHERE s.boundary_set_id = chosen AND s.area_id = a.code AND a.geom IS DISTINCT FROM s.geom;
  FOREACH step IN ARRAY ARRAY['district', 'regency', 'province'] LOOP
    UPDATE geoportal_area a SET geom = u.geom
      FROM (SELECT parent_id, ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_UnaryUnion(ST_Collect(geom))), 3)) AS geom FROM geoportal_area
             WHERE geom IS NOT NULL AND deleted_at IS NULL GROUP BY parent_id) u
     WHERE u.parent_id = a.code AND a.level = step
       AND NOT EXISTS (SELECT 1 FROM geoportal_areashape s WHERE s.boundary_set_id = chosen AND s.area_id = a.code);
  END LOOP;
END $$;

-- Left by earlier releases, with their triggers.
DROP FUNCTION IF EXISTS geoportal_names() CASCADE;
DROP FUNCTION IF EXISTS geoportal_names_follow() CASCADE;
DROP FUNCTION IF EXISTS geoportal_grant_app(text, text);

-- What `manage.py policies` left behind, to compare a start with.
CREATE TABLE IF NOT EXISTS geoportal_guarded (kind text, name text, state text, PRIMARY KEY (kind, name));

-- Revisions. A statement on a layer's table notes (layer, transaction); the note's deferred trigger raises the counter as the
-- last act of the transaction, so writers wait for each other only at commit, and no reader can see a number before its rows.
CREATE TABLE IF NOT EXISTS geoportal_touched (layer text, tx bigint, PRIMARY KEY (layer, tx));

CREATE OR REPLACE FUNCTION geoportal_touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO geoportal_touched VALUES (TG_ARGV[0], txid_current()) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION geoportal_raise() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO geoportal_revision AS r (layer, number, changed) VALUES (NEW.layer, 1, now())
    ON CONFLICT (layer) DO UPDATE SET number = r.number + 1, changed = now();
  DELETE FROM geoportal_touched WHERE layer = NEW.layer AND tx = NEW.tx;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS raise ON geoportal_touched;
CREATE CONSTRAINT TRIGGER raise AFTER INSERT ON geoportal_touched DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION geoportal_raise();

-- Who wrote stands in the event's own row (settings.py); pghistory would also write it to a table of its own, which no policy
-- of a layer protects and the web role may not touch.
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT NULL::uuid $$;

-- For `manage.py policies`: the triggers that write a table's history do so as the owner, so that nobody else can.
CREATE OR REPLACE FUNCTION geoportal_history_by_owner(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  writer record;
BEGIN
  FOR writer IN SELECT tgfoid::regprocedure AS function FROM pg_trigger
                 WHERE tgrelid = name::regclass AND tgname LIKE 'pgtrigger\_%' LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = public, pg_temp', writer.function);
  END LOOP;
END $$;

-- For `manage.py policies`: drop what a table has.
CREATE OR REPLACE FUNCTION geoportal_drop_policies(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  old record;
BEGIN
  FOR old IN SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = name LOOP
    EXECUTE format('DROP POLICY %I ON %I', old.policyname, name);
  END LOOP;
END $$;

-- For `manage.py policies`: begin with nothing. Every policy and every right of the web role and of the role that counts goes,
-- and a name means our own table before it means a temporary one.
CREATE OR REPLACE FUNCTION geoportal_bare(web text, stats text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  ours record;
BEGIN
  FOR ours IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
               AND pg_has_role(relowner, 'USAGE')
               AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I, %I, PUBLIC', ours.relname, web, stats);
    PERFORM geoportal_drop_policies(ours.relname);
  END LOOP;
  IF (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()) THEN
    EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_temp', current_database());
  END IF;
END $$;

CREATE OR REPLACE FUNCTION geoportal_close_sequences(web text, stats text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  sequence record;
BEGIN
  FOR sequence IN SELECT objid::regclass AS name FROM pg_depend
                   WHERE classid = 'pg_class'::regclass AND deptype = 'i' AND refobjsubid > 0
                     AND objid IN (SELECT seqrelid FROM pg_sequence) LOOP
    EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %I, %I', sequence.name, web, stats);
  END LOOP;
END $$;

-- What readers may know of the files that were loaded: which words name the source of which layer, the newest first.
CREATE OR REPLACE FUNCTION geoportal_sources() RETURNS TABLE (layer text, source text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT l.layer::text, l.source::text FROM geoportal_load l WHERE l.source <> '' AND l.stored + l.updated + l.skipped > 0
   GROUP BY 1, 2 ORDER BY 1, max(l.at) DESC, 2
$$;

-- Tools of the owner's.
REVOKE EXECUTE ON FUNCTION geoportal_use_boundaries(bigint), geoportal_drop_policies(text),
  geoportal_history_by_owner(text), geoportal_bare(text, text),
  geoportal_close_sequences(text, text) FROM PUBLIC;

-- -1, 0, 0 or 1 by the sum of the keys of the records counted: the same records, the same noise; on the average none. Only who
-- may read the secret can ask.
CREATE OR REPLACE FUNCTION geoportal_noise(keys bigint) RETURNS int
LANGUAGE sql STABLE AS $$
  SELECT CASE get_byte(sha256(convert_to(secret::text || ':' || keys, 'UTF8')), 0) / 64 WHEN 0 THEN -1 WHEN 3 THEN 1 ELSE 0 END
    FROM geoportal_noisekey ORDER BY id LIMIT 1
$$;
