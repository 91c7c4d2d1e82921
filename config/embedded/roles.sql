-- Two roles: the owner migrates, the application only reads and writes rows.
-- Run once per server by a superuser; repeating it changes nothing.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landbridge_owner') THEN
        CREATE ROLE landbridge_owner LOGIN CREATEDB;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landbridge_app') THEN
        CREATE ROLE landbridge_app LOGIN;
    END IF;
END
$$;
GRANT landbridge_app TO landbridge_owner;
