"""The declared posts carried into the database, where the guards of posts ask them."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from yigui.common.strict_yaml import YamlError, load_yaml
from yigui.staff.enums import Role
from yigui.staff.posts import Post

_HERE = Path(__file__).parent / "declarations"


@cache
def declared() -> dict[str, Any]:
    """The newest file: `standard`, `classes` (name by code), `posts` (by code), `cooling_days`, `version` (its date).

    Raises:
        YamlError: an unknown class, or a role without a post: a post without a class cannot be given.
    """
    path = max(_HERE.glob("posts-*.yaml"))
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
    version = dt.date.fromisoformat(path.stem.removeprefix("posts-"))
    return {
        "standard": raw["standard"],
        "classes": classes,
        "posts": posts,
        "cooling_days": raw["cooling_days"],
        "version": version,
    }


def load_posts(using: str = "owner") -> int:
    """Carry the declared posts into the database; gives how many. Run as the owner."""
    found = declared()
    with transaction.atomic(using=using):
        for code, post in found["posts"].items():
            values = {
                "name": post["name"], "post_class": post["class"], "class_name": found["classes"][post["class"]], "level": post["level"],
                "standard": found["standard"]["code"], "cooling_days": found["cooling_days"],
            }  # fmt: skip
            Post.objects.using(using).update_or_create(code=code, defaults=values)
    return len(found["posts"])
