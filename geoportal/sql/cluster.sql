-- What only the superuser may do, once, when geoportal/cluster.py sets the private cluster up. A script of psql.
-- On a server of the city's own its administrator runs the same, with passwords of his choice.
SET log_min_error_statement = panic; -- no password in the log
CREATE ROLE geoportal LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE geoportal_web LOGIN NOINHERIT PASSWORD :'web_password';
CREATE ROLE geoportal_stats NOLOGIN;
GRANT geoportal_stats TO geoportal_web, geoportal;
GRANT geoportal_web TO geoportal;
CREATE DATABASE template_geoportal OWNER geoportal TEMPLATE template0;
\connect template_geoportal
CREATE EXTENSION postgis;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
-- Without LEAKPROOF PostGIS's && may not run before a row-level policy, and every tile is a full scan.
-- Only this function: it raises no error that would show a coordinate.
ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO geoportal;
GRANT USAGE ON SCHEMA public TO geoportal_web, geoportal_stats;
\connect postgres
ALTER DATABASE template_geoportal IS_TEMPLATE true;
CREATE DATABASE geoportal OWNER geoportal TEMPLATE template_geoportal;
