#!/bin/sh
# Run once by the image of PostgreSQL, when its data is made (docker-compose.yml): the database, and the
# log-ins of the service, none of which is a superuser.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" --set reader="$READER_PASSWORD" <<'SQL'
create role chuangping_owner login password :'owner';
create role chuangping_app login password :'app';
create role chuangping_reader login password :'reader';
alter role chuangping_reader set default_transaction_read_only = on;
create database chuangping owner chuangping_owner;
SQL
