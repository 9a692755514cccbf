"""Words of ratings: through which door one came, what kind of service it is about."""

from django.db import models


class Door(models.TextChoices):
    """Where a rating was given (评价渠道)."""

    WINDOW = "window", "窗口屏"
    PHONE = "mobile", "手机"
    PLATFORM = "online", "网上服务平台"
    MACHINE = "kiosk", "自助终端"
    SLIP = "slip", "回执查询码"


class Site(models.TextChoices):
    """How the service was given (服务方式): its tags are chosen from."""

    HALL = "hall", "现场"
    REMOTE = "remote", "网上"


class Finding(models.TextChoices):
    """What was found about a bad rating (核实结果)."""

    TRUE = "true", "属实"
    PARTLY = "partly", "部分属实"
    UNTRUE = "untrue", "不属实"
    MISTAKEN = "mistaken", "误评"
    UNCLEAR = "unclear", "无法核实"


class Call(models.TextChoices):
    """Whether the visitor was called back (回访)."""

    REACHED = "reached", "已回访"
    NOT_REACHED = "not_reached", "已拨打，未能接通"
    NOT_WANTED = "not_wanted", "评价人不愿接受回访"
    NO_NUMBER = "no_number", "没有回访电话"


class Opinion(models.TextChoices):
    """What the visitor says of the answer (整改再评价)."""

    CONTENT = "content", "满意"
    ALMOST = "almost", "基本满意"
    NOT_CONTENT = "not_content", "不满意"


class Scope(models.TextChoices):
    """What a sum of a month is of (范围)."""

    AGENCY = "agency", "机构"
    HALL = "hall", "大厅、网点"
    DESK = "desk", "窗口"
