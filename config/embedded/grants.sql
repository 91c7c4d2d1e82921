-- What the application role may do with every table the owner will make in this database.
ALTER DEFAULT PRIVILEGES FOR ROLE landbridge_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO landbridge_app;
ALTER DEFAULT PRIVILEGES FOR ROLE landbridge_owner GRANT USAGE, SELECT ON SEQUENCES TO landbridge_app;
