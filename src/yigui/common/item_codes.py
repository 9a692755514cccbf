"""Codes of business items (事项编码): `REG-004` is the fourth of REG."""

#: The groups of items in words (事项类别), by the first part of their codes.
GROUPS = {
    "REG": "参保登记", "CHG": "信息变更", "LVY": "申报缴费", "ACC": "个人账户", "ENQ": "查询证明", "FND": "基金结算", "PEN": "养老待遇",
    "CRT": "资格认证", "UNE": "失业待遇", "RES": "居民养老待遇", "INJ": "工伤", "MED": "医疗", "MAT": "生育", "LND": "被征地农民", "TRF": "关系转移",
    "OUT": "社银网点",
}  # fmt: skip


def scope_words(scope: str) -> str:
    """What a right or a rule is for, in words: all items, a group by its name, one item by its code."""
    if scope == "*":
        return "全部事项"
    return f"{GROUPS[scope]}（{scope}）" if scope in GROUPS else scope


def prefix_of(item_code: str) -> str:
    """The first part of an item's code, which authority and sampling are given for."""
    return item_code.partition("-")[0]


def scopes_of(item_code: str) -> frozenset[str]:
    """Everything that covers an item: all items, its prefix, itself."""
    return frozenset({"*", prefix_of(item_code), item_code})
