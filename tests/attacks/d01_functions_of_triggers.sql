-- D1. The functions of triggers have the owner's rights; whoever could hang one on a table of his own wrote forged history, opened debts
-- that nobody owes and wiped others away.

-- attack: D1.1 A table of one's own is found before everybody's
-- login: app
-- refused: 42501
CREATE TEMPORARY TABLE registry_person (id bigint, warrant_id bigint, note text);

-- attack: D1.2 The read-only login makes a table of its own
-- login: outside
-- refused: 25006
CREATE TEMPORARY TABLE registry_person (id bigint, warrant_id bigint, note text);

-- attack: D1.3 The read-only login may write again and makes a table of its own
-- login: outside
-- refused: 25001
SELECT set_config('transaction_read_only', 'off', true);

-- attack: D1.4 A table in the common schema
-- login: app
-- refused: 42501
CREATE TABLE public.mine (id bigint, warrant_id bigint);

-- attack: D1.5 A schema of one's own
-- login: app
-- refused: 42501
CREATE SCHEMA mine;

-- attack: D1.6 A trigger on a table of the house
-- login: app
-- refused: 42501
CREATE TRIGGER mine AFTER INSERT ON django_session FOR EACH ROW EXECUTE FUNCTION contributions_open_v1();

-- attack: D1.7 A trigger on the table a file is read into
-- login: app
SELECT contributions_open_taken_v1();
-- refused: 42501
CREATE TRIGGER mine AFTER INSERT ON pg_temp.taken FOR EACH ROW EXECUTE FUNCTION contributions_open_v1();

-- attack: D1.8 A trigger's function called as any other
-- login: app
-- refused: 42501
SELECT contributions_open_v1();

-- attack: D1.9 The guard's own check called by the read-only login
-- login: outside
-- refused: 42501
SELECT warrants_stamp_v1(3::smallint, 'registry_person');

-- attack: D1.10 A function of one's own
-- login: app
-- refused: 42501
CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- attack: D1.11 An operator of one's own
-- login: app
-- refused: 42501
CREATE OPERATOR public.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);

-- attack: D1.12 A view of one's own
-- login: app
-- refused: 42501
CREATE TEMPORARY VIEW warrants_warrant AS SELECT 1 AS id;

-- attack: D1.13 A sequence of one's own
-- login: app
-- refused: 42501
CREATE TEMPORARY SEQUENCE casework_case_no;

-- attack: D1.14 A prepared table by SELECT INTO
-- login: app
-- refused: 42501
SELECT 1 AS id INTO TEMPORARY registry_coverage;
