"""A claim is of a benefit: a policy, or the group of policies that exclude each other."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def name(apps: Any, _: Any) -> None:
    apps.get_model("data_benefit", "Claim").objects.update(benefit=F("policy_id"))


class Migration(migrations.Migration):
    dependencies = [("data_benefit", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="claim", name="data_benefit_claim_once"),
        migrations.AddField(
            model_name="claim",
            name="benefit",
            field=models.CharField(default="", max_length=120),
            preserve_default=False,
        ),
        migrations.RunPython(name, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="claim", name="policy"),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                fields=("benefit", "period", "identity"), name="data_benefit_claim_once"
            ),
        ),
    ]
