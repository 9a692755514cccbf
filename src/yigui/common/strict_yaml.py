"""YAML that refuses duplicate and unknown keys, and says in which file and line.

Both the catalogue (业务事项目录) and the parameters of the law are read through this. What has a fixed shape is a `Declared`
model, read by `read_as`.
"""

from collections.abc import Callable, Collection, Iterable
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails


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


T = TypeVar("T")
M = TypeVar("M", bound="Declared")


class Declared(BaseModel):
    """A declaration of a fixed shape: unknown keys are refused, nothing is converted, nothing is changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


#: A YAML list, kept as a tuple.
Listed = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]


def known(names: str) -> AfterValidator:
    """A value that must be declared: one of `context[names]` of `read_as`."""

    def check(value: Any, info: ValidationInfo) -> Any:
        if value not in (info.context or {})[names]:
            raise ValueError(f"{info.field_name} 的值 {value!r} 未声明（unknown value）")
        return value

    return AfterValidator(check)


def read_as(model: type[M], raw: Any, context: AnyMapping[str, Collection[Any]] | None = None) -> M:
    """A YAML mapping as a declaration.

    Args:
        context: names that are declared elsewhere, for `known`.

    Raises:
        YamlError: an unknown or missing key, or a value of another kind; names file and line.
    """
    if not isinstance(raw, Mapping):
        raise YamlError(f"{model.__name__}: 应为键值结构，得到 {type(raw).__name__}")
    try:
        return model.model_validate(raw, context=context)
    except ValidationError as error:
        # A misspelt key is both unknown and missing: the first says more.
        first = min(error.errors(include_url=False), key=lambda e: e["type"] != "extra_forbidden")
        raise YamlError(_sentence(raw, first)) from error


def _sentence(raw: Mapping, error: ErrorDetails) -> str:
    holder, key, place = raw, None, raw.where()
    value: Any = raw
    *path, last = error["loc"] or ("",)
    for part in (*path, last):
        if isinstance(value, Mapping):
            if part not in value and part is not last:
                continue  # the kind of a choice between shapes, not a key
            holder, key, place = value, part, value.where(str(part))
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
            place = value.where() if isinstance(value, Mapping) else place
    if error["type"] == "extra_forbidden":
        return f"{place}: 未知的键 {key!r}（unknown key）"
    if error["type"] == "missing":
        return f"{holder.where()}: 缺少键 {key!r}（missing key）"
    if error["type"] == "value_error":
        return f"{place}: {error['ctx']['error']}"
    return f"{place}: {key} 的值 {error['input']!r} 不合要求（{error['msg']}）"
