"""Pinyin initials (拼音首字母) for search."""


def pinyin_initials(text: str, *, is_name: bool = False) -> str:
    """张伟 -> zw. A person's name is read with the surname's own sound (单 as shan, 曾 as zeng)."""
    if is_name and text[:1] in _SURNAME_INITIAL:
        return _SURNAME_INITIAL[text[0]] + pinyin_initials(text[1:])
    # Its dictionaries were a tenth of every start, and most commands read no name.
    from pypinyin import Style, lazy_pinyin

    initials = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="default")
    return "".join(c for c in "".join(initials) if c.isalnum()).lower()


# Surnames whose initial differs from the character's commonest reading.
_SURNAME_INITIAL = {"单": "s", "曾": "z", "解": "x", "仇": "q", "查": "z", "区": "o", "朴": "p", "种": "c", "重": "c"}
