"""Background jobs as people read them; a failed one is put into the queue again by whoever may, with a reason that stays."""

import pytest
from django.db import connections
from procrastinate.contrib.django import app

from tests import city, money
from tests.pages import page_of, signed_in, text_of
from yigui.common.rooms import rooms
from yigui.runs.errors import JobMoved, ReasonMissing
from yigui.runs.job_queue import label_of, try_again, when
from yigui.runs.models import JobRetry
from yigui.staff.errors import NotAuthorised

NAME = "exchange.send_waiting"
_stamps = iter(range(1_000_000))


def failed_job(name: str = NAME) -> int:
    """A job that has failed."""
    job = app.configure_task(name, queueing_lock=None, allow_unknown=True).defer(timestamp=next(_stamps))
    with connections["super"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 3 WHERE id = %s", [job])
    return job


def state(job: int) -> str:
    return str(money.one("SELECT max(status::text) FROM procrastinate_jobs WHERE id = %s", job))


def test_what_failed_is_tried_again_with_a_reason_by_whom_it_may() -> None:
    job = failed_job()
    admin = signed_in("sysadmin")
    page = page_of(admin.get("/jobs/"))
    assert "发送部门报文" in page
    assert f'action="/jobs/{job}/retry/"' in page
    assert "重新执行的原因" in page
    answer = admin.post(f"/jobs/{job}/retry/", {"reason": "对方服务已恢复"}, follow=True)
    assert "已重新排队" in text_of(answer)
    assert state(job) == "todo"
    page = page_of(admin.get("/jobs/?state=todo"))
    assert "对方服务已恢复" in page
    assert JobRetry.objects.get(job_id=job).user == city.user("sysadmin")
    # Only what failed is tried again.
    assert "不是失败状态" in text_of(admin.post(f"/jobs/{job}/retry/", {"reason": "再试一次吧"}))
    app.job_manager.cancel_job_by_id(job)


@pytest.mark.parametrize("who", ["logadmin", "auditor"])
def test_who_may_read_may_not_try_again(who: str) -> None:
    job = failed_job()
    reader = signed_in(who)
    page = page_of(reader.get("/jobs/"))
    assert "发送部门报文" in page
    assert "重新执行的原因" not in page
    assert reader.post(f"/jobs/{job}/retry/", {"reason": "对方服务已恢复"}).status_code == 403
    with pytest.raises(NotAuthorised):
        try_again(job, user=city.user(who), reason="对方服务已恢复")
    assert (state(job), JobRetry.objects.filter(job_id=job).exists()) == ("failed", False)


@pytest.mark.parametrize("who", ["teller", "head", "secadmin", "director"])
def test_nobody_else_opens_it(who: str) -> None:
    assert signed_in(who).get("/jobs/").status_code == 403


def test_without_a_reason_or_a_job_of_this_version_nothing_is_tried() -> None:
    job, other = failed_job(), failed_job("rooms.of_long_ago")
    admin = city.user("sysadmin")
    with pytest.raises(ReasonMissing, match="请填写重新执行"):
        try_again(job, user=admin, reason=" 试 ")
    with pytest.raises(JobMoved, match="本版本没有的任务"):
        try_again(other, user=admin, reason="对方服务已恢复")
    with pytest.raises(JobMoved, match="不是失败状态"):
        try_again(2**40, user=admin, reason="对方服务已恢复")
    assert "本版本没有的任务" in page_of(signed_in("sysadmin").get("/jobs/"))
    assert (state(job), state(other)) == ("failed", "failed")


def test_one_whose_next_waits_already_is_not_tried_again() -> None:
    job = failed_job()
    with connections["super"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = 'd-test' WHERE id = %s", [job])
    waiting = app.configure_task(NAME, queueing_lock="d-test").defer(timestamp=next(_stamps))
    with pytest.raises(JobMoved, match="下一次执行已在队列中等待"):
        try_again(job, user=city.user("sysadmin"), reason="对方服务已恢复")
    app.job_manager.cancel_job_by_id(waiting)


def test_a_queue_nobody_works_on_is_said_in_red() -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    admin = signed_in("sysadmin")
    assert "没有任务进程在线" in page_of(admin.get("/jobs/"))
    with connections["super"].cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id")
        (worker,) = cursor.fetchone()
    assert "任务进程在线 1 个" in page_of(admin.get("/jobs/"))
    with connections["super"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers WHERE id = %s", [worker])


def test_every_job_and_every_timetable_has_words() -> None:
    page = page_of(signed_in("sysadmin").get("/jobs/"))
    for job in (job for room in rooms() for job in room.jobs):
        assert job.label, job.name
        assert label_of(job.name) == job.label
        assert job.name not in page
        if job.cron:
            assert job.label in page
            assert when(job.cron) not in ("按计划时间", "按计划日期"), job.cron
            assert job.cron not in page


@pytest.mark.parametrize(
    ("cron", "words"),
    [("* * * * *", "每分钟"), ("*/5 * * * *", "每 5 分钟"), ("40 * * * *", "每小时第 40 分"), ("5 8 * * *", "每天 08:05"), ("0 3 1 * *", "按计划日期")],
)  # fmt: skip
def test_a_timetable_is_said_in_words(cron: str, words: str) -> None:
    assert when(cron) == words
