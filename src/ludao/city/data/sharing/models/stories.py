"""The yearly best cases of sharing: told, marked by judges, voted on, ranked, published."""

from decimal import Decimal

from django.db import models

from ludao.base import clock, grams
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation


class Contest(models.Model):
    """One year's contest, with the criteria by which judges mark and the days on which it closes."""

    scope = None
    title = models.CharField(t("名称", "Title"), max_length=200)
    year = models.PositiveSmallIntegerField(t("年度", "Year"))
    criteria = models.JSONField(t("评分标准", "Criteria"))  # [{name, weight}]; weights add up to 100
    closes_on = models.DateField(t("申报截止", "Cases until"))
    votes_until = models.DateField(t("投票截止", "Votes until"))
    votes_weigh = models.PositiveSmallIntegerField(t("投票占比（%）", "Weight of the vote (%)"), default=20)
    ranked_at = models.DateTimeField(t("公布时间", "Published"), null=True, blank=True)

    class Meta:
        verbose_name = t("年度评选", "Contest")
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_stories(self) -> bool:
        return self.ranked_at is None and clock.today() <= self.closes_on

    @property
    def takes_votes(self) -> bool:
        return self.ranked_at is None and clock.today() <= self.votes_until


class Story(models.Model):
    """A case in which shared data did something good, as its department tells it."""

    scope = None
    contest = models.ForeignKey(Contest, models.PROTECT, related_name="stories", verbose_name=t("评选", "Contest"))
    title = models.CharField(t("案例名称", "Title"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("申报单位", "Told by")
    )
    text = models.TextField(t("做法与成效", "What was done and what it brought"))
    addresses = models.JSONField(t("用到的数据集", "Datasets used"), default=list, blank=True)
    picture = models.BinaryField(null=True, editable=False)
    picture_type = models.CharField(max_length=20, blank=True, editable=False)
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default="told",
        choices=[
            ("told", t("已申报", "Told")),
            ("nominated", t("已入围", "Nominated")),
            ("published", t("已公布", "Published")),
        ],
    )
    score = models.DecimalField(t("总分", "Score"), max_digits=5, decimal_places=2, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(t("名次", "Rank"), null=True, blank=True)
    by = models.CharField(t("申报人", "By"), max_length=200, blank=True)
    at = models.DateTimeField(t("申报时间", "Told at"), default=clock.now)
    history_omits = ("picture",)

    class Meta:
        verbose_name = t("共享案例", "Case")
        ordering = ["rank", "-pk"]
        indexes = [
            models.Index(fields=["rank"], name="data_sharing_story_rank"),
            grams.index("title", "data_sharing_story_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_picture(self) -> bool:
        return bool(self.picture_type)


class Mark(models.Model):
    """One judge's marks for one case, criterion by criterion."""

    scope = None
    story = models.ForeignKey(Story, models.CASCADE, related_name="marks", verbose_name=t("案例", "Case"))
    judge = models.CharField(max_length=64)
    by = models.CharField(t("评委", "Judge"), max_length=200)
    marks = models.JSONField(t("各项分数", "Marks"))
    total = models.DecimalField(t("加权分", "Weighted"), max_digits=5, decimal_places=2, default=Decimal(0))
    words = models.TextField(t("评语", "Words"), blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("评分", "Marks")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["story", "judge"], name="data_sharing_mark_once")]

    def __str__(self) -> str:
        return f"{self.by} {self.total}"


class Ballot(models.Model):
    """One person's vote in a contest: who voted is known, so that nobody votes twice."""

    scope = None
    contest = models.ForeignKey(Contest, models.CASCADE, related_name="ballots")
    story = models.ForeignKey(Story, models.CASCADE, related_name="ballots", verbose_name=t("案例", "Case"))
    person = models.CharField(max_length=64)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("投票", "Vote")
        constraints = [models.UniqueConstraint(fields=["contest", "person"], name="data_sharing_ballot_once")]
