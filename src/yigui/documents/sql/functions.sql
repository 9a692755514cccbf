-- documents_ground_v1: a document is issued by the case that is just being finished: under its own open warrant, once, whatever its kind. What other grounds
-- there are is said by the rooms that have them: letters (casework), and tickets of money, which bear no number of a case that is being finished (receipts). Binds the application; the owner's functions and commands issue none. Error: YG001.
CREATE OR REPLACE FUNCTION documents_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF warrants_by_application_v1() AND (NEW.kind <> 'payment_voucher' OR warrants_is_case_open_v1(NEW.case_no)) AND (
        NOT warrants_is_case_open_v1(NEW.case_no)
        OR EXISTS (SELECT 1 FROM documents_issued d WHERE d.case_no = NEW.case_no AND d.kind NOT IN ('refusal_decision', 'correction_notice'))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', TABLE = 'documents_issued',
            MESSAGE = format('文书只能由办件 %s 办结时出具一次：本事务没有该办件的授权凭据，或已出具。', NEW.case_no);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION documents_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER ground BEFORE INSERT ON documents_issued
    FOR EACH ROW WHEN (NEW.kind NOT IN ('refusal_decision', 'correction_notice')) EXECUTE FUNCTION documents_ground_v1();
