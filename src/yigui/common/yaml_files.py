"""YAML that refuses a key twice in one mapping, and says in which file and line something stands.

What has a fixed shape besides is read by `strict_yaml`. Nothing heavy is imported here: a process that reads one file of a stranger needs this too.
"""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import yaml


class YamlError(ValueError):
    """A declaration is wrong; the message begins with `file:line:`."""


class Mapping(dict[str, Any]):
    """A YAML mapping that remembers where it and its keys stand."""

    path: str
    line: int
    lines: dict[str, int]

    def where(self, key: str | None = None) -> str:
        """`file:line` of the mapping or of one of its keys."""
        return f"{self.path}:{self.lines.get(key, self.line) if key else self.line}"

    def check_keys(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Refuse unknown keys and missing ones.

        Raises:
            YamlError: names file, line and key.
        """
        for key in self:
            if key not in required and key not in optional:
                raise YamlError(f"{self.where(key)}: 未知的键 {key!r}（unknown key）")
        for key in required:
            if key not in self:
                raise YamlError(f"{self.where()}: 缺少键 {key!r}（missing key）")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    path = ""


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> Iterable[Mapping]:
    mapping = Mapping()
    mapping.path, mapping.line, mapping.lines = loader.path, node.start_mark.line + 1, {}
    yield mapping
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if key in mapping:
            raise YamlError(f"{loader.path}:{line}: 重复的键 {key!r}（duplicate key）")
        mapping[key] = loader.construct_object(value_node, deep=True)
        mapping.lines[key] = line


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def load_yaml(path: Path) -> Any:
    """Read a YAML file; every mapping comes back as `Mapping`.

    Raises:
        YamlError: not YAML, or a key twice in one mapping.
    """
    loader = _Loader(path.read_text(encoding="utf-8"))
    loader.path = path.name
    try:
        return loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise YamlError(f"{path.name}:{line}: 不是合法的 YAML（{error}）") from error
    finally:
        loader.dispose()


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """What `load_yaml` gave with every text in it changed, keys left alone; mappings still know where they stand."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [with_texts(part, change) for part in value]
    if not isinstance(value, Mapping):
        return value
    changed = Mapping({key: with_texts(part, change) for key, part in value.items()})
    changed.path, changed.line, changed.lines = value.path, value.line, value.lines
    return changed
