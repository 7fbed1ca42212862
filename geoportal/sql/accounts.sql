-- Accounts, sessions and scopes: what is asked before the product knows who asks, and what a person may change of an account.
-- Written again by `manage.py policies`.

-- Whether the sign-in asks (identity.DOOR): it must read an account before there is a person.
CREATE OR REPLACE FUNCTION geoportal_door() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('geoportal.door', true), '') = 'yes';

-- Whether the worker asks, at its queue: by sessions of its own (worker.py), so that no request is taken for it.
CREATE OR REPLACE FUNCTION geoportal_worker() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('geoportal.queue', true), '') = 'yes';

-- What a session holds, for whoever knows its key.
CREATE OR REPLACE FUNCTION geoportal_session(key text, moment timestamptz) RETURNS TABLE (data text, until timestamptz)
LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT session_data, expire_date FROM django_session WHERE session_key = key AND expire_date > moment;
END $$;

-- Its end moves on; of twenty tiles asked for at once, one writes and none waits.
CREATE OR REPLACE FUNCTION geoportal_session_until(key text, moment double precision) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE django_session SET expire_date = to_timestamp(moment) WHERE session_key = (
    SELECT session_key FROM django_session WHERE session_key = key AND expire_date < to_timestamp(moment)
       FOR UPDATE SKIP LOCKED) RETURNING true
$$;

-- Whom a device token speaks for, and whether it was used that day already: for whoever knows its hash.
CREATE OR REPLACE FUNCTION geoportal_device(shown text, today date) RETURNS TABLE (id bigint, user_id bigint, noted boolean)
LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT d.id, d.user_id, d.used IS NOT DISTINCT FROM today FROM geoportal_devicetoken d
                WHERE d.digest = shown AND d.revoked IS NULL AND d.expires > now();
END $$;

-- The account of a session, one by one and before there is a person; afterwards one's own.
CREATE OR REPLACE FUNCTION geoportal_account(wanted bigint) RETURNS SETOF geoportal_user
LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF coalesce(geoportal_user(), wanted) = wanted THEN
    RETURN QUERY SELECT * FROM geoportal_user WHERE id = wanted;
  END IF;
END $$;

-- Whether the second step of signing in is set up for an account.
CREATE OR REPLACE FUNCTION geoportal_second(person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM mfa_authenticator m WHERE m.user_id = person AND m.type = 'totp');
END $$;

-- Areas a person's scopes name; units; codes of the areas and of all inside them, as places.inside() finds them.
CREATE OR REPLACE FUNCTION geoportal_scoped(person bigint, OUT named text[], OUT units text[], OUT areas text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT array_remove(array_agg(o.area_id::text), NULL), array_remove(array_agg(nullif(o.unit, '')::text), NULL),
         (SELECT coalesce(array_agg(a.code::text ORDER BY a.code), '{}') FROM geoportal_area a
           WHERE a.deleted_at IS NULL AND EXISTS (SELECT 1 FROM geoportal_scope i WHERE i.user_id = person
                 AND (a.code = i.area_id OR starts_with(a.code, i.area_id || '.'))))
    INTO named, units, areas FROM geoportal_scope o WHERE o.user_id = person;
END $$;

-- What colleagues are called whose writing one may see: the name, and nothing else of the account.
CREATE OR REPLACE FUNCTION geoportal_called(people bigint[]) RETURNS TABLE (id bigint, username text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.id, u.username::text FROM geoportal_user u WHERE u.id = ANY (people) AND geoportal_user() IS NOT NULL
$$;

-- How many jobs wait longer than an hour, without what they are about.
CREATE OR REPLACE FUNCTION geoportal_late() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at < now() - interval '1 hour'
$$;

-- Of an account the web role changes the password, the last sign-in and the language; who holds an invitation also opens it; an administrator
-- changes all but the superuser's mark.
CREATE OR REPLACE FUNCTION geoportal_account_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  own text[] := '{password,last_login,language}';
BEGIN
  IF current_user <> TG_ARGV[0] THEN
    RETURN NEW;
  ELSIF NEW.is_superuser AND (TG_OP = 'INSERT' OR NOT OLD.is_superuser) THEN
    RAISE EXCEPTION 'no right to make a superuser' USING ERRCODE = 'insufficient_privilege';
  ELSIF TG_OP = 'INSERT' OR geoportal_is(TG_ARGV[1]::text[]) THEN
    RETURN NEW;
  END IF;
  IF geoportal_door() AND EXISTS (SELECT 1 FROM public.geoportal_invitation i WHERE i.user_id = OLD.id
      AND i.accepted IS NULL AND i.withdrawn IS NULL AND i.expires > now()) THEN
    own := own || '{is_active}'::text[];
  END IF;
  IF to_jsonb(NEW) - own <> to_jsonb(OLD) - own THEN
    RAISE EXCEPTION 'no right to change accounts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- A row of another layer that a row is linked to must be one its writer may see: a foreign key alone would link to any row, and
-- tell by its error which rows exist. Runs with the writer's own rights.
CREATE OR REPLACE FUNCTION geoportal_linked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found boolean;
  wanted text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
  IF wanted IS NULL OR (TG_OP = 'UPDATE' AND wanted = to_jsonb(OLD) ->> TG_ARGV[0]) THEN
    RETURN NEW;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I WHERE %I::text = $1)', TG_ARGV[1], TG_ARGV[2]) INTO found USING wanted;
  IF NOT found THEN
    RAISE EXCEPTION 'no right to the row this one is linked to' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
