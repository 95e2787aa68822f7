"""The verbs of the yearly best cases: open, tell, nominate, judge, vote, rank and publish."""

from datetime import date
from typing import Annotated

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t

from ..engine import scoring
from ..models import Ballot, Contest, Mark, Story
from .asking import NO_NAMES, organisation_of

LARGEST = 3 * 2**20
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@action("data.sharing.open_contest", title=t("发起评选", "Open a contest"), icon="trophy")
def open_contest(
    actor: Actor,
    title: Annotated[str, Field(title=t("名称", "Title"), min_length=2, max_length=200)],
    criteria: Annotated[
        list[str],
        Field(
            title=t("评分标准", "Criteria"),
            min_length=1,
            max_length=10,
            description=t("每行一项：名称 权重；权重合计100", "One a line: name weight; weights add up to 100"),
        ),
    ],
    closes_on: Annotated[date, Field(title=t("申报截止", "Cases until"))],
    votes_until: Annotated[date, Field(title=t("投票截止", "Votes until"))],
    votes_weigh: Annotated[int, Field(title=t("投票占比（%）", "Weight of the vote (%)"), ge=0, le=50)] = 20,
) -> Contest:
    if votes_until < closes_on:
        raise Problem(t("投票截止不能早于申报截止", "Votes cannot end before cases do"), field="votes_until")
    return Contest.objects.create(
        title=title,
        year=closes_on.year,
        criteria=read_criteria(criteria),
        closes_on=closes_on,
        votes_until=votes_until,
        votes_weigh=votes_weigh,
    )


def read_criteria(lines: list[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for line in lines:
        name, _, weight = line.strip().rpartition(" ")
        if not name or not weight.isdigit():
            raise Problem(t(f"“{line}”应为：名称 权重", f"“{line}” should be: name weight"), field="criteria")
        found.append({"name": name.strip(), "weight": int(weight)})
    if sum(int(str(c["weight"])) for c in found) != 100:
        raise Problem(t("权重合计应为100", "The weights should add up to 100"), field="criteria")
    return found


@action("data.sharing.tell", title=t("申报案例", "Tell a case"), icon="file-plus")
def tell(
    actor: Actor,
    contest: Contest,
    title: Annotated[str, Field(title=t("案例名称", "Title"), min_length=2, max_length=200)],
    text: Annotated[
        str,
        Field(title=t("做法与成效", "What was done and what it brought"), min_length=10, max_length=20000),
        Kind("text"),
    ],
    addresses: Annotated[list[str], Field(title=t("用到的数据集", "Datasets used"), max_length=50)] = NO_NAMES,
    picture: Annotated[UploadedFile | None, Field(title=t("图片（PNG、JPEG）", "Picture (PNG, JPEG)"))] = None,
) -> Story:
    if not contest.takes_stories:
        raise Conflict(t("申报已截止", "No more cases are taken"))
    story = Story(
        contest=contest, title=title, text=text, addresses=addresses, organisation=organisation_of(actor), by=actor.name
    )
    if picture:
        story.picture, story.picture_type = read_picture(picture)
    story.save()
    return story


def read_picture(file: UploadedFile) -> tuple[bytes, str]:
    """By its first bytes, whatever its name says."""
    if (file.size or 0) > LARGEST:
        raise Problem(t("图片不超过3 MB", "3 MB at most"), field="picture")
    file.seek(0)
    content = file.read()
    kind = next((kind for start, kind in PICTURES.items() if content.startswith(start)), "")
    if not kind:
        raise Problem(t("请上传 PNG 或 JPEG 图片", "PNG or JPEG, please"), field="picture")
    return content, kind


@action("data.sharing.nominate", title=t("入围", "Nominate"), icon="star", when=lambda story: story.state == "told")
def nominate(actor: Actor, story: list[Story]) -> None:
    for one in story:
        one.state = "nominated"
        one.save(update_fields=["state"])


@action(
    "data.sharing.judge",
    title=t("评分", "Give marks"),
    icon="pencil",
    when=lambda story: story.state == "nominated",
    lead=t(
        "按评分标准的次序，每行一个0至100的整数。",
        "One whole number from 0 to 100 a line, in the order of the criteria.",
    ),
)
def judge(
    actor: Actor,
    story: Story,
    marks: Annotated[list[str], Field(title=t("各项分数", "Marks"), min_length=1, max_length=10)],
    words: Annotated[str, Field(title=t("评语", "Words"), max_length=2000), Kind("text")] = "",
) -> Mark:
    """Given again, a judge's marks replace the earlier ones."""
    if actor.organisation and actor.organisation == story.organisation_id:
        raise Problem(t("评委回避本单位的案例", "A judge does not mark a case of the own organisation"))
    criteria = story.contest.criteria
    if len(marks) != len(criteria) or not all(m.isdigit() and int(m) <= 100 for m in marks):
        names = "、".join(c["name"] for c in criteria)
        raise Problem(
            t(
                f"请依次给出 {len(criteria)} 项分数（0至100）：{names}",
                f"Give {len(criteria)} marks (0 to 100): {names}",
            ),
            field="marks",
        )
    given = {c["name"]: int(m) for c, m in zip(criteria, marks, strict=True)}
    made, _ = Mark.objects.update_or_create(
        story=story,
        judge=actor.person or actor.name,
        defaults={
            "by": actor.name,
            "marks": given,
            "total": scoring.weighted(given, criteria),
            "words": words,
            "at": clock.now(),
        },
    )
    return made


@action(
    "data.sharing.vote",
    title=t("投票", "Vote"),
    icon="thumb-up",
    when=lambda story: story.state == "nominated" and story.contest.takes_votes,
)
def vote(actor: Actor, story: Story) -> Story:
    """One vote a person and contest; voting again moves it."""
    Ballot.objects.update_or_create(
        contest=story.contest, person=actor.person or actor.name, defaults={"story": story, "at": clock.now()}
    )
    return story


@action(
    "data.sharing.rank",
    title=t("排名并公布", "Rank and publish"),
    icon="medal",
    says=("data.sharing.ranked",),
    when=lambda contest: contest.ranked_at is None,
    confirm=t("公布后评分和投票结束。", "Marks and votes end with it."),
)
def rank(actor: Actor, contest: Contest) -> Contest:
    """By the judges' marks and the votes; only what was nominated is ranked."""
    if contest.takes_votes and contest.votes_until > clock.today():
        raise Conflict(t(f"投票到 {contest.votes_until} 结束后才能排名", f"Votes go on until {contest.votes_until}"))
    stories = list(contest.stories.filter(state="nominated").annotate(votes=Count("ballots")).prefetch_related("marks"))
    if not stories:
        raise Problem(t("还没有入围的案例", "No case was nominated"))
    most = max(story.votes for story in stories)
    for story in stories:
        story.score = scoring.score([m.total for m in story.marks.all()], story.votes, most, contest.votes_weigh)
    for story, place in zip(stories, scoring.ranks([s.score for s in stories if s.score is not None]), strict=True):
        story.rank, story.state = place, "published"
        story.save(update_fields=["score", "rank", "state"])
    contest.ranked_at = clock.now()
    contest.save(update_fields=["ranked_at"])
    say(
        "data.sharing.ranked",
        {
            "contest": contest.pk,
            "title": contest.title,
            "cases": [{"story": s.pk, "title": s.title, "rank": s.rank, "score": str(s.score)} for s in stories],
        },
    )
    return contest
