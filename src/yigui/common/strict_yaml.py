"""Declarations of a fixed shape: YAML that refuses unknown keys and converts nothing, and says in which file and line.

Both the catalogue (业务事项目录) and the parameters of the law are read through this. What has a fixed shape is a `Declared`
model, read by `read_as`.
"""

from collections.abc import Collection
from collections.abc import Mapping as AnyMapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from yigui.common.yaml_files import Mapping, YamlError

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
