-- Satisfaction by month (满意度). A month is summed up once, when it is over, and stays as it was published: who looked every day would else read each single
-- rating out of the differences.

-- rating_close_months_v1: months that are over and not summed up yet are, since the first service; gives how many. Sums of fewer ratings than the bound are
-- not kept; nor those of places beside them by which they could be told: of places under one, the smallest are left out until what is left out together
-- reaches the bound. Services are counted everywhere, those
-- that nobody rated where levels are kept: of few they would tell who did. Of bad ratings and their answers nothing is kept where levels are not; and
-- they are counted only where the levels of the month they were given in are kept, for else a later month would tell them.
CREATE OR REPLACE FUNCTION rating_close_months_v1(p_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_day date := identity_business_day_v1(p_day);
    first_day date := date_trunc('month', (SELECT min(s.ended_on) FROM rating_service s))::date;
    last_day date;
    closed integer := 0;
BEGIN
    WHILE first_day IS NOT NULL AND first_day < date_trunc('month', the_day)::date LOOP
        last_day := (first_day + interval '1 month')::date - 1;
        IF NOT EXISTS (SELECT 1 FROM rating_month m WHERE m.month = to_char(first_day, 'YYYYMM')::integer) THEN
            INSERT INTO rating_month (month, scope, agency_id, hall_id, desk_id, ended, unrated, rated, very_content, content, almost, bad, very_bad, due, in_time)
            WITH one AS (
                SELECT s.agency_id, s.hall_id, s.desk_id, 1 AS ended,
                    CASE WHEN EXISTS (SELECT 1 FROM rating_rating r WHERE r.service_id = s.id AND r.rated_on <= last_day) THEN 0 ELSE 1 END AS unrated,
                    0 AS rated, NULL::smallint AS level
                FROM rating_service s WHERE s.ended_on BETWEEN first_day AND last_day
                UNION ALL
                SELECT s.agency_id, s.hall_id, s.desk_id, 0, 0, 1, r.level
                FROM rating_rating r JOIN rating_service s ON s.id = r.service_id WHERE r.rated_on BETWEEN first_day AND last_day
            ), summed AS (
                SELECT CASE WHEN grouping(o.hall_id) = 1 THEN 'agency' WHEN grouping(o.desk_id) = 1 THEN 'hall' ELSE 'desk' END AS scope,
                    o.agency_id, o.hall_id, o.desk_id, sum(o.ended) AS ended, sum(o.unrated) AS unrated, sum(o.rated) AS rated,
                    ARRAY[count(*) FILTER (WHERE o.level = 5), count(*) FILTER (WHERE o.level = 4), count(*) FILTER (WHERE o.level = 3),
                        count(*) FILTER (WHERE o.level = 2), count(*) FILTER (WHERE o.level = 1)] AS levels
                FROM one o GROUP BY GROUPING SETS ((o.agency_id), (o.agency_id, o.hall_id), (o.agency_id, o.hall_id, o.desk_id))
            ), placed AS (
                SELECT s.*, coalesce(sum(s.rated) FILTER (WHERE s.rated > 0) OVER (
                    PARTITION BY s.scope, s.agency_id, CASE s.scope WHEN 'desk' THEN s.hall_id END
                    ORDER BY s.rated, s.hall_id, s.desk_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS smaller
                FROM summed s
            ), judged AS (
                SELECT p.*, p.rated = 0 OR p.rated >= k.least AND NOT (p.scope <> 'agency' AND p.smaller BETWEEN 1 AND k.least - 1) AS stands
                FROM placed p, (SELECT rating_rule_v1('publish_min', the_day) AS least) AS k
            ), shown AS (
                -- What stands for a desk stands only where it does for its hall, and that only where it does for the agency.
                SELECT j.*, j.stands AND NOT EXISTS (SELECT 1 FROM judged u WHERE NOT u.stands AND u.agency_id = j.agency_id
                    AND (u.scope = 'agency' AND j.scope <> 'agency' OR u.scope = 'hall' AND j.scope = 'desk' AND u.hall_id IS NOT DISTINCT FROM j.hall_id)) AS is_shown
                FROM judged j WHERE NOT (j.scope = 'desk' AND j.hall_id IS NULL)
            ), repaired AS (
                SELECT s.agency_id, count(*) AS due, count(*) FILTER (WHERE t.state = 'done' AND t.ended_on <= t.due_on
                    AND EXISTS (SELECT 1 FROM rating_repair p WHERE p.rating_id = r.id AND p.round::text = t.part AND p.made_on <= t.due_on)) AS in_time
                FROM tasks_task t JOIN rating_service s ON s.id = t.origin_id JOIN rating_rating r ON r.service_id = s.id
                WHERE t.kind = 'bad_rating' AND t.origin_kind = 'rating' AND t.due_on BETWEEN first_day AND last_day AND CASE WHEN r.rated_on >= first_day
                    THEN EXISTS (SELECT 1 FROM shown n WHERE n.scope = 'agency' AND n.agency_id = s.agency_id AND n.is_shown)
                    ELSE EXISTS (SELECT 1 FROM rating_month m WHERE m.month = to_char(r.rated_on, 'YYYYMM')::integer AND m.scope = 'agency'
                        AND m.agency_id = s.agency_id AND m.rated IS NOT NULL) END
                GROUP BY s.agency_id
            )
            SELECT to_char(first_day, 'YYYYMM')::integer, s.scope, s.agency_id, s.hall_id, s.desk_id, s.ended, CASE WHEN s.is_shown AND s.rated > 0 THEN s.unrated END,
                CASE WHEN s.is_shown THEN s.rated END, CASE WHEN s.is_shown THEN s.levels[1] END, CASE WHEN s.is_shown THEN s.levels[2] END,
                CASE WHEN s.is_shown THEN s.levels[3] END, CASE WHEN s.is_shown THEN s.levels[4] END, CASE WHEN s.is_shown THEN s.levels[5] END,
                CASE WHEN s.scope = 'agency' AND s.is_shown THEN coalesce(r.due, 0) END, CASE WHEN s.scope = 'agency' AND s.is_shown THEN coalesce(r.in_time, 0) END
            FROM shown s LEFT JOIN repaired r ON r.agency_id = s.agency_id
            ON CONFLICT DO NOTHING;
            closed := closed + CASE WHEN FOUND THEN 1 ELSE 0 END;
        END IF;
        first_day := last_day + 1;
    END LOOP;
    RETURN closed;
END;
$$;
