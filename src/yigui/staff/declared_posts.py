"""The declared posts carried into the database, where the guards of posts ask them."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from yigui.common import clock
from yigui.common.dated_files import day_of, in_force
from yigui.common.yaml_files import YamlError, load_yaml
from yigui.staff.enums import Role
from yigui.staff.posts import Post

_HERE = Path(__file__).parent / "declarations"


def declared(day: dt.date | None = None, folder: Path = _HERE) -> dict[str, Any]:
    """The posts as declared on a day (today): `standard`, `classes` (name by code), `posts` (by code), `cooling_days`, `version` (its date).

    A file of a later day is not in force; what it says reaches the database the first time it is prepared on or after that day.

    Raises:
        YamlError: an unknown class, or a role without a post: a post without a class cannot be given.
    """
    files = in_force(folder.glob("posts-*.yaml"), day or clock.today(), prefix="posts-")
    if not files:
        raise YamlError(f"{folder.name}:0: {day} 尚无生效的岗位声明（posts-*.yaml）")
    return _read(files[-1])


@cache
def _read(path: Path) -> dict[str, Any]:
    raw = load_yaml(path)
    raw.check_keys(("standard", "cooling_days", "classes", "posts"))
    raw["standard"].check_keys(("code", "name", "is_level_verified"))
    classes = {c["code"]: c["name"] for c in raw["classes"]}
    posts = {}
    for post in raw["posts"]:
        post.check_keys(("code", "name", "class", "level"))
        if post["class"] not in classes:
            raise YamlError(f"{post.where('class')}: 岗位 {post['code']} 的类别 {post['class']!r} 未声明")
        posts[post["code"]] = post
    missing = [role for role in Role.values if role not in posts]
    if missing:
        raise YamlError(f"{path.name}:0: 岗位 {'、'.join(missing)} 没有类别，不能授予")
    return {
        "standard": raw["standard"],
        "classes": classes,
        "posts": posts,
        "cooling_days": raw["cooling_days"],
        "version": day_of(path, "posts-"),
    }


def load_posts(using: str = "owner") -> int:
    """Carry the posts declared for today into the database; gives how many. Run as the owner."""
    found = declared()
    with transaction.atomic(using=using):
        for code, post in found["posts"].items():
            values = {
                "name": post["name"], "post_class": post["class"], "class_name": found["classes"][post["class"]], "level": post["level"],
                "standard": found["standard"]["code"], "cooling_days": found["cooling_days"],
            }  # fmt: skip
            Post.objects.using(using).update_or_create(code=code, defaults=values)
    return len(found["posts"])
