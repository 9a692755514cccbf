"""Bank statements for tests: camt.053 as banks write it, from a few words per entry."""

from typing import Any
from xml.sax.saxutils import escape

OURS, OTHER_OURS = "9558800000000001", "9558800000000002"


def entry(amount: str, **told: Any) -> str:
    """One `Ntry`. What may be told: ref, ntry_ref, way, status, day (XML of BookgDt), e2e, name, holder, text, back, reversal, more (XML), details."""
    ref = f"<AcctSvcrRef>{told['ref']}</AcctSvcrRef>" if told.get("ref") else ""
    own = f"<NtryRef>{told['ntry_ref']}</NtryRef>" if told.get("ntry_ref") else ""
    way = told.get("way", "CRDT")
    details = told.get("details")
    if details is None:
        details = detail(**{k: told[k] for k in ("e2e", "name", "holder", "text", "back") if k in told})
    return (
        f'<Ntry>{own}<Amt Ccy="{told.get("currency", "CNY")}">{amount}</Amt>{f"<CdtDbtInd>{way}</CdtDbtInd>" if way else ""}'
        f"{'<RvslInd>true</RvslInd>' if told.get('reversal') else ''}{told.get('status', '<Sts><Cd>BOOK</Cd></Sts>')}"
        f"<BookgDt>{told.get('day', '<Dt>2026-11-09</Dt>')}</BookgDt>{ref}<NtryDtls>{told.get('more', '')}{details}</NtryDtls></Ntry>"
    )


def detail(amount: str = "", e2e: str = "", name: str = "", holder: str = "", text: str = "", ref: str = "", back: str = "") -> str:
    """One `TxDtls`. back: the code by which the bank says why a payment came back (RtrInf)."""
    refs = (f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else "") + (f"<EndToEndId>{e2e}</EndToEndId>" if e2e else "")
    party = f"<Dbtr><Pty><Nm>{escape(name)}</Nm></Pty></Dbtr>" if name else ""
    account = f"<DbtrAcct><Id><Othr><Id>{holder}</Id></Othr></Id></DbtrAcct>" if holder else ""
    money = f'<Amt Ccy="CNY">{amount}</Amt>' if amount else ""
    return (
        f"<TxDtls><Refs>{refs}</Refs>{money}<RltdPties>{party}{account}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf>{f'<RtrInf><Rsn><Cd>{back}</Cd></Rsn></RtrInf>' if back else ''}</TxDtls>"
    )


def balance(code: str, amount: str, day: str = "2026-11-09", way: str = "CRDT") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def statement(*entries: str, account: str = OURS, currency: str = "CNY", balances: str = "", holder: str = "Stmt") -> str:
    money = f"<Ccy>{currency}</Ccy>" if currency else ""
    return (
        f"<{holder}><Id>S</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id>{money}</Acct>{balances}{''.join(entries)}</{holder}>"
    )


def camt(*statements: str, version: str = "camt.053.001.08", encoding: str = "UTF-8") -> bytes:
    root = "BkToCstmrDbtCdtNtfctn" if version.startswith("camt.054") else "BkToCstmrStmt"
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><{root}>'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr>{''.join(statements)}</{root}></Document>"
    )
    return text.encode(encoding)
