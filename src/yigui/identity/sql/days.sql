-- The business day of what is signed. It is the real one; only where the owner has said that days move (a demonstration, a test: YIGUI_DEMO or
-- YIGUI_TODAY when the database is prepared) the program says which day it is. Each change of that is kept (identity_days).

-- identity_let_days_move_v1: the owner says whether days move; kept when it is another answer than before. Not granted.
CREATE OR REPLACE FUNCTION identity_let_days_move_v1(p_moves boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO identity_days (moves, said_at) SELECT p_moves, clock_timestamp()
    WHERE p_moves IS DISTINCT FROM (SELECT d.moves FROM identity_days d ORDER BY d.id DESC LIMIT 1)
$$;
REVOKE ALL ON FUNCTION identity_let_days_move_v1 FROM PUBLIC;

-- identity_days_move_v1: whether the owner has said that days move.
CREATE OR REPLACE FUNCTION identity_days_move_v1() RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT d.moves FROM identity_days d ORDER BY d.id DESC LIMIT 1), false)
$$;

-- identity_business_day_v1: the day somebody signs on, as the program says it; refused when it is not today's in Chinese time (five minutes around
-- midnight count for both days) and days do not move. No day is refused wherever it is asked: it would be neither before nor after any.
-- Error: YG006. Not granted.
CREATE OR REPLACE FUNCTION identity_business_day_v1(p_on date) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here timestamp := clock_timestamp() AT TIME ZONE 'Asia/Shanghai';
BEGIN
    IF p_on IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '没有给出业务日期，不能办理。';
    END IF;
    IF p_on NOT BETWEEN (here - interval '5 minutes')::date AND (here + interval '5 minutes')::date
       AND NOT identity_days_move_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('业务日期 %s 不是数据库的当日（%s），请核对服务器时间后重新办理。', p_on, here::date);
    END IF;
    RETURN p_on;
END;
$$;
REVOKE ALL ON FUNCTION identity_business_day_v1 FROM PUBLIC;
