#!/bin/sh
# What the embedded default does by itself, for a PostgreSQL in a container: roles, passwords, grants, database.
# Run once by the image when its data folder is empty; psql finds the server by the PG* variables.
set -eu
here=${ROLES_FOLDER:-/landbridge}
export PGUSER="${POSTGRES_USER:-postgres}"

psql --quiet --set ON_ERROR_STOP=1 --dbname postgres --file "$here/roles.sql"
psql --quiet --set ON_ERROR_STOP=1 --dbname postgres \
    --set owner="$DATABASE_OWNER_PASSWORD" --set app="$DATABASE_APP_PASSWORD" <<'SQL'
ALTER ROLE landbridge_owner PASSWORD :'owner';
ALTER ROLE landbridge_app PASSWORD :'app';
SQL
psql --quiet --set ON_ERROR_STOP=1 --dbname template1 --file "$here/grants.sql"
psql --quiet --set ON_ERROR_STOP=1 --dbname postgres --command "CREATE DATABASE landbridge OWNER landbridge_owner"
