-- Columns and lines of a partner's files of money that two people of finance have found to say nothing of the money (无关列登记): what stands in the declared
-- lists, added by page for one sender. Written here alone. Errors: YG009 nobody is there, YG005 somebody else's work, YG006 it cannot be.

-- exchange_ask_harmless_v1: a cashier or an accountant asks that a head or a line of a partner's files be passed over, with the reason. Gives its number.
CREATE OR REPLACE FUNCTION exchange_ask_harmless_v1(p_token text, p_partner text, p_source text, p_kind text, p_word text, p_shown text, p_reason text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    fresh bigint;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = who AND staff_officer_v1(u.id) AND u.role IN ('cashier', 'accountant')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '无关列和无关说明由出纳或会计申请登记。';
    END IF;
    IF (p_source IN ('bank', 'tax', 'results')) IS NOT TRUE OR (p_kind IN ('head', 'line')) IS NOT TRUE OR (length(btrim(p_word)) BETWEEN 1 AND 120) IS NOT TRUE OR length(btrim(p_reason)) < 4
       OR NOT EXISTS (SELECT 1 FROM exchange_partner p WHERE p.code = p_partner AND p.is_active) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请选择报送单位和文件种类，写明表头或说明的原文，以及为什么与收付方向、金额单位、币种、款项种类和到账与否无关。';
    END IF;
    IF EXISTS (SELECT 1 FROM exchange_harmless h WHERE (h.partner_id, h.source, h.kind, h.word) = (p_partner, p_source, p_kind, btrim(p_word))
        AND h.ended_by_id IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('“%s”已登记或正在等待确认，请刷新后查看。', p_shown);
    END IF;
    INSERT INTO exchange_harmless (partner_id, source, kind, word, shown, reason, asked_by_id, asked_at)
    VALUES (p_partner, p_source, p_kind, btrim(p_word), left(p_shown, 120), left(btrim(p_reason), 200), who, clock_timestamp()) RETURNING id INTO fresh;
    RETURN fresh;
END;
$$;

-- exchange_confirm_harmless_v1: another person confirms it, a cashier or an accountant of the city: it holds for the partner's files of every area.
CREATE OR REPLACE FUNCTION exchange_confirm_harmless_v1(p_token text, p_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    asked exchange_harmless%ROWTYPE;
BEGIN
    SELECT * INTO asked FROM exchange_harmless WHERE id = p_id FOR UPDATE;
    IF asked.id IS NULL OR asked.confirmed_by_id IS NOT NULL OR asked.ended_by_id IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '这项登记不在待确认状态，请刷新后查看。';
    END IF;
    IF staff_at_city_v1(who, ARRAY['cashier', 'accountant']) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '无关列和无关说明对各地区的文件有效，由市级出纳或会计确认。';
    END IF;
    IF staff_distinct_v1(ARRAY[asked.asked_by_id, who]) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '申请人不能确认自己的登记，请由另一人确认。';
    END IF;
    UPDATE exchange_harmless SET confirmed_by_id = who, confirmed_at = clock_timestamp() WHERE id = p_id;
END;
$$;

-- exchange_end_harmless_v1: it is passed over no more, or the request is taken back: by a cashier or an accountant of the city, or by whoever asked.
CREATE OR REPLACE FUNCTION exchange_end_harmless_v1(p_token text, p_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    asked exchange_harmless%ROWTYPE;
BEGIN
    SELECT * INTO asked FROM exchange_harmless WHERE id = p_id FOR UPDATE;
    IF asked.id IS NULL OR asked.ended_by_id IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '这项登记已停用，请刷新后查看。';
    END IF;
    IF (staff_at_city_v1(who, ARRAY['cashier', 'accountant']) OR (asked.asked_by_id = who AND asked.confirmed_by_id IS NULL)) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '登记由市级出纳或会计停用，未确认的可由申请人撤回。';
    END IF;
    UPDATE exchange_harmless SET ended_by_id = who, ended_at = clock_timestamp() WHERE id = p_id;
END;
$$;
