-- What partners tell us. Error: YG006.

-- exchange_death_ground_v1: a reported death stops a pension, so it comes from exactly one place that is there and names that person and day: a row
-- of a file of deaths that was not sent back, an answer to a question about that number, or a message. Binds the application.
CREATE OR REPLACE FUNCTION exchange_death_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    unfit text;
BEGIN
    IF NOT warrants_by_application_v1() THEN
        RETURN NULL;
    END IF;
    SELECT n.id_number INTO unfit FROM new_rows n
    WHERE num_nonnulls(n.file_id, n.answer_id, n.message_id) <> 1
       OR n.answer_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM exchange_answer a WHERE a.id = n.answer_id AND a.service = 'death' AND a.outcome = 'found'
          AND upper(a.request ->> 'AAC002') = n.id_number AND a.data ->> 'AAC003' = n.name
          AND replace(a.data ->> 'AIC037', '-', '') = to_char(n.died_on, 'YYYYMMDD'))
       OR n.message_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM exchange_in_message m WHERE m.id = n.message_id AND m.kind = 'death'
          AND upper(m.content ->> 'AAC002') = n.id_number AND m.content ->> 'AAC003' = n.name
          AND replace(m.content ->> 'AIC037', '-', '') = to_char(n.died_on, 'YYYYMMDD'))
    LIMIT 1;
    -- What a file said is kept whole under its digest (`verify` reads it again); each of its rows may become one record, and none that was sent back.
    IF unfit IS NULL THEN
        SELECT n.id_number INTO unfit FROM new_rows n
        LEFT JOIN exchange_inbound_file f ON f.id = n.file_id AND f.kind = 'death' AND n.row_no BETWEEN 2 AND f.row_count + 1
            AND EXISTS (SELECT 1 FROM documents_stored_file k WHERE k.digest = f.digest)
            AND NOT jsonb_path_exists(f.rejected, '$[*] ? (@[0] == $row)', jsonb_build_object('row', n.row_no))
        WHERE n.file_id IS NOT NULL AND (f.id IS NULL OR EXISTS (
            SELECT 1 FROM new_rows o WHERE o.file_id = n.file_id AND o.row_no = n.row_no AND o.id <> n.id)) LIMIT 1;
    END IF;
    IF unfit IS NULL THEN
        SELECT 'file ' || f.id INTO unfit FROM exchange_inbound_file f
        WHERE f.id IN (SELECT file_id FROM new_rows)
          AND f.accepted_count < (SELECT count(*) FROM exchange_death_record d WHERE d.file_id = f.id) LIMIT 1;
    END IF;
    IF unfit IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'exchange_death_record',
            MESSAGE = format('死亡信息（%s）没有唯一的来源（文件、应答或报文），或来源中没有此人，不能登记。', unfit);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION exchange_death_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER death_ground AFTER INSERT ON exchange_death_record REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_death_ground_v1();

-- exchange_token_post_v1: what a partner does with its token is the work of an account; that account holds a post of the business class, whose
-- rights are given and withdrawn like anybody's (R311, R312). Error: YG004.
CREATE OR REPLACE FUNCTION exchange_token_post_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder record;
BEGIN
    SELECT u.full_name, p.name AS post, p.post_class, p.class_name INTO holder
    FROM staff_user u LEFT JOIN staff_post p ON p.code = u.role WHERE u.id = NEW.user_id;
    IF NEW.is_active AND holder.post_class IS DISTINCT FROM 'business' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '协作单位的接口账号须任业务经办岗位，%s 现为 %s，不能使用接口凭证。', holder.full_name,
            coalesce(holder.post || '（' || holder.class_name || '）', '未定岗'));
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION exchange_token_post_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER token_post AFTER INSERT OR UPDATE OF user_id, is_active ON exchange_api_token
    FOR EACH ROW EXECUTE FUNCTION exchange_token_post_v1();
