"""Findings with the sentence the catalogue has for a check."""

from yigui.casework.findings import Finding, Level
from yigui.catalogue.declarations import Item
from yigui.exchange.contracts import contracts
from yigui.items.common.partners import Partners


class Sentences:
    """What facts can say of themselves: a refusal, a reminder, or that a partner is waited for."""

    item: Item
    partners: Partners

    def refuse(self, check: str, detail: str = "", *, field: str = "", source: str = "") -> Finding:
        """A refusal with the catalogue's sentence."""
        return Finding(check, self.item.check_named(check).message, Level.REFUSE, detail, field, source)

    def remind(self, check: str, detail: str = "", *, field: str = "", source: str = "") -> Finding:
        """A reminder with the catalogue's sentence."""
        return Finding(check, self.item.check_named(check).message, Level.REMIND, detail, field, source)

    def lacking(self, check: str, service: str, detail: str = "", *, field: str = "", source: str = "") -> Finding:
        """A refusal for want of a partner's data; while the partner does not answer, a wait."""
        if not self.partners.is_unanswered(service):
            return self.refuse(check, detail, field=field, source=source)
        sentence = f"{source or contracts().services[service].name}暂时没有应答，提交后等待核验，核验通过即继续办理。"
        return Finding(check, sentence, Level.WAIT, "", field, source)
