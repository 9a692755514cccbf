-- lending_count_v1: how many books are lent.
CREATE OR REPLACE FUNCTION lending_count_v1() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT count(*) FROM lending_loan $$;
