-- Three roles: the owner migrates, the application only reads and writes rows, and while it reads for a party's program
-- it is that party's role, which sees the party's rows and writes nothing.
-- Run once per server by a superuser; repeating it changes nothing.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landbridge_owner') THEN
        CREATE ROLE landbridge_owner LOGIN CREATEDB;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landbridge_app') THEN
        CREATE ROLE landbridge_app LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landbridge_party') THEN
        CREATE ROLE landbridge_party NOLOGIN;
    END IF;
END
$$;
GRANT landbridge_app TO landbridge_owner;
GRANT landbridge_party TO landbridge_app, landbridge_owner WITH INHERIT FALSE, SET TRUE;
